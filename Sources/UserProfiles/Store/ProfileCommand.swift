import LogStorage

/// Changes that are made together or not at all, and whom to tell.
struct ProfileCommand: Sendable {
    /// At least one. A user may occur more than once.
    let changes: [PreparedChange]
    /// Told once: the users as changed, in the order of ``changes``, when that is durable and visible; or why not.
    let completion: @Sendable (Result<[User], CommitRefusal>) -> Void

    /// About what the changes take in the log.
    var bytes: Int {
        changes.reduce(0) { $0 + $1.payload.storedBytes + 64 }
    }
}
