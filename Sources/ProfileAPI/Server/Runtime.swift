import Logging
import NIOPosix
import UserProfiles

/// What is there once the store is open.
struct Runtime: Sendable {
    let store: ProfileStore
    let authenticator: Authenticator
    let reading: NIOThreadPool
    let searching: NIOThreadPool
    /// Where the log grows.
    let dataDirectory: String
    /// The room that the next file of the log takes.
    let segmentBytes: Int
    let logger: Logger
    let backups: BackupGate
    let scrub: ScrubReport

    /// Runs a read of the store, which may block on the disk, on a thread that may.
    func read<Value: Sendable>(_ body: @escaping @Sendable (ProfileStore) throws -> Value) async throws -> Value {
        let store = store
        return try await reading.runIfActive { try body(store) }
    }

    /// Runs a read that may look at much of the log, such as an audit query for somebody who did little.
    ///
    /// On threads of its own, so that any number of them leaves the short reads theirs.
    func search<Value: Sendable>(_ body: @escaping @Sendable (ProfileStore) throws -> Value) async throws -> Value {
        let store = store
        return try await searching.runIfActive { try body(store) }
    }
}
