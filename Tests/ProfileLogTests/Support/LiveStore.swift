import LogStorage
import TestSupport
import UserProfiles

/// A store that is in use while the tool reads it.
final class LiveStore: Sendable {
    let path: String
    let store: ProfileStore
    private let directory: TemporaryDirectory

    init(segmentBytes: Int = 64 << 10) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("data")
        store = try SampleStore.open(path, ManualClock(), segmentBytes: segmentBytes)
    }

    func beside(_ name: String) -> String { directory.appending(name) }

    /// Creates a user and answers the number of its record.
    func create(_ index: Int) async throws -> LogSequenceNumber {
        let draft = ProfileDraft(try Profile(name: "Łucja \(index)", email: "łucja\(index)@example.com"))
        let context = ChangeContext(actor: "ines", reason: nil, requestID: "r-\(index)", sourceIP: nil)
        let user = try await store.create(draft, context)
        return user.lsn
    }

    func checkpoint() async throws {
        let report = try await store.checkpoint()
        precondition(report.users > 0)
    }

    /// Creates many users at the same time.
    func create(_ indices: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for index in indices where index % 16 == client {
                        let lsn = try await self.create(index)
                        precondition(lsn > .zero)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
