/// A user that a list has found, with the sort key that put it there.
struct UserCandidate: Sendable {
    let id: UserID
    let entry: UserEntry
    /// Compared byte by byte; empty where the list goes by id.
    let key: [UInt8]
}
