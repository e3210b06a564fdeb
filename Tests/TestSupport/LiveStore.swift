package import LogStorage
package import Logging
package import UserProfiles

/// A real store in a directory of its own, that is in use while something else reads its files.
package final class LiveStore: Sendable {
    package let path: String
    package let store: ProfileStore
    private let directory: TemporaryDirectory

    package init(segmentBytes: Int = 64 << 10) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("data")
        store = try Self.open(path, segmentBytes: segmentBytes)
    }

    /// Opens a store whose clock moves on a second with every change.
    package static func open(
        _ path: String,
        _ clock: ManualClock = ManualClock(),
        segmentBytes: Int = 64 << 10,
        checkpointAtClose: Bool = true
    ) throws -> ProfileStore {
        var log = LogConfiguration(directory: path)
        log.segmentBytes = segmentBytes
        log.now = { clock.now() }
        var configuration = ProfileStoreConfiguration(log: log)
        configuration.checkpointAtClose = checkpointAtClose
        return try ProfileStore.open(configuration, logger: .quiet)
    }

    /// A path in the test's own folder, beside the data directory.
    package func beside(_ name: String) -> String { directory.appending(name) }

    /// Creates a user and answers the number of its record.
    @discardableResult
    package func create(_ index: Int) async throws -> LogSequenceNumber {
        let draft = ProfileDraft(try Profile(name: "Łucja \(index)", email: "łucja\(index)@example.com"))
        let context = ChangeContext(actor: "ines", reason: nil, requestID: "r-\(index)", sourceIP: nil)
        let user = try await store.create(draft, context)
        return user.lsn
    }

    /// Creates many users at the same time.
    package func create(_ indices: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for index in indices where index % 16 == client { try await self.create(index) }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension Logger {
    /// Says nothing.
    package static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
