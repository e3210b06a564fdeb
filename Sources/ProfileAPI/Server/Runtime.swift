import NIOPosix
import UserProfiles

/// What is there once the store is open.
struct Runtime: Sendable {
    let store: ProfileStore
    let authenticator: Authenticator
    let reading: NIOThreadPool

    /// Runs a read of the store, which may block on the disk, on a thread that may.
    func read<Value: Sendable>(_ body: @escaping @Sendable (ProfileStore) throws -> Value) async throws -> Value {
        let store = store
        return try await reading.runIfActive { try body(store) }
    }
}
