extension Migration {
    /// A new version of a row that finds room in its own page needs no new entries in the indexes (heap-only tuples).
    static let roomInUsers = "ALTER TABLE users SET (fillfactor = 70)"
}
