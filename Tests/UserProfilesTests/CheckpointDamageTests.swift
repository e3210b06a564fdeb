import LogStorage
import Logging
import TestSupport
import Testing

@testable import UserProfiles

/// Damage in checkpoint files: none is ever in the way of a start, and none goes without a warning.
@Suite("Damaged checkpoints")
struct CheckpointDamageTests {
    /// A stopped store with two checkpoints, at the records 5 and 9, and two records behind them.
    private struct Stopped {
        let disk: MemoryFileSystem
        let users: [User]
        let newest = "/data/checkpoints/00000000000000000009.checkpoint"
        let older = "/data/checkpoints/00000000000000000005.checkpoint"

        init() async throws {
            let disk = MemoryFileSystem()
            let store = try CheckpointDamageTests.open(disk).store
            let names = ["Ada", "Ζωή", "山田", "محمد", "Łukasz"]
            for (index, name) in names.enumerated() {
                let user = try await store.create(ProfileDraft(name, "u\(index)@example.com"), .by("ines"))
                #expect(user.id == UserID(UInt64(index) + 1))
            }
            #expect(try await store.checkpoint().lsn == LogSequenceNumber(5))
            for id in [1, 2, 3, 1] as [UInt64] {
                let user = try await store.patch(
                    UserID(id),
                    merge: .text(#"{"attributes":{"größe":\#(id)}}"#),
                    if: .none,
                    .by("maré")
                )
                #expect(user.id == UserID(id))
            }
            #expect(try await store.checkpoint().lsn == LogSequenceNumber(9))
            let deleted = try await store.delete(UserID(2), if: .none, .by("ines"))
            #expect(deleted.deleted)
            let last = try await store.create(ProfileDraft("🦊", "fox@example.com"), .by("ines"))
            #expect(last.id == UserID(6))
            users = try CheckpointDamageTests.users(store)
            await store.close()
            self.disk = disk.copy()
        }
    }

    private static func open(_ disk: MemoryFileSystem) throws -> (store: ProfileStore, warnings: WarningList) {
        var log = LogConfiguration(directory: "/data")
        log.segmentBytes = 64 << 10
        log.fileSystem = disk
        var configuration = ProfileStoreConfiguration(log: log)
        configuration.checkpointAtClose = false
        let warnings = WarningList()
        let logger = Logger(label: "test") { _ in warnings }
        return (try ProfileStore.open(configuration, logger: logger), warnings)
    }

    private static func users(_ store: ProfileStore) throws -> [User] {
        var query = UserQuery()
        query.deleted = .all
        return try store.users(query).items
    }

    @Test(
        "A changed byte anywhere in the newest checkpoint leads to the one before it, with a warning that names the file"
    )
    func newest() async throws {
        let stopped = try await Stopped()
        let bytes = try #require(stopped.disk[stopped.newest])
        for place in stride(from: 0, to: bytes.count, by: 11) {
            let disk = stopped.disk.copy()
            disk[stopped.newest]?[place] ^= 0x04
            let (store, warnings) = try Self.open(disk)
            #expect(try Self.users(store) == stopped.users, "byte \(place)")
            #expect(store.status.checkpointLSN == LogSequenceNumber(5), "byte \(place)")
            #expect(warnings.texts.contains { $0.contains(stopped.newest) }, "byte \(place)")
            #expect(!warnings.texts.contains { $0.contains(stopped.older) }, "byte \(place)")
            await store.close()
        }
    }

    @Test("Where both checkpoints are damaged, whichever way, the log is replayed, with a warning for each")
    func both() async throws {
        let stopped = try await Stopped()
        let newest = try #require(stopped.disk[stopped.newest])
        let damages: [(name: String, change: ([UInt8]) -> [UInt8])] = [
            ("empty", { _ in [] }), ("a byte short", { Array($0.dropLast()) }),
            ("half", { Array($0.prefix($0.count / 2)) }),
            ("a byte too long", { $0 + [0] }), ("zeros", { Array(repeating: 0, count: $0.count) }),
            ("the other one's", { $0 == newest ? Array($0.reversed()) : newest }),
            ("a block", { bytes in bytes.enumerated().map { $0 == bytes.count - 40 ? $1 ^ 1 : $1 } }),
            ("the end", { bytes in bytes.enumerated().map { $0 == bytes.count - 2 ? $1 ^ 1 : $1 } }),
        ]
        for (name, change) in damages {
            let disk = stopped.disk.copy()
            for path in [stopped.newest, stopped.older] { disk[path] = change(try #require(disk[path])) }
            let (store, warnings) = try Self.open(disk)
            #expect(try Self.users(store) == stopped.users, "\(name)")
            #expect(store.status.checkpointLSN == nil, "\(name)")
            for path in [stopped.newest, stopped.older] {
                #expect(warnings.texts.contains { $0.contains(path) }, "\(name): \(warnings.texts)")
            }
            // The next checkpoint replaces them.
            #expect(try await store.checkpoint().lsn == LogSequenceNumber(11))
            await store.close()
            #expect(try Self.open(disk).store.status.checkpointLSN == LogSequenceNumber(11), "\(name)")
        }
    }
}
