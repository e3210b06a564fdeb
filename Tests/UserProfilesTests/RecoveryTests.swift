import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct RecoveryTests {
    /// Two users, one of them deleted and restored: 5 records.
    private func fill(_ store: ProfileStore) async throws {
        _ = try await store.create(ProfileDraft("Zoë", "z@b.example"), .by("admin"))
        _ = try await store.create(ProfileDraft("李", "l@b.example"), .by("admin"))
        _ = try await store.delete(UserID(1), if: .none, .by("admin"))
        _ = try await store.restore(UserID(1), to: nil, email: nil, if: .none, dryRun: false, .by("admin"))
        _ = try await store.patch(UserID(2), merge: .text(#"{"name":"小龍"}"#), if: .none, .by("admin"))
    }

    private func all(_ store: ProfileStore) throws -> [User] {
        var query = UserQuery()
        query.deleted = .all
        return try store.users(query).items
    }

    @Test("Without any checkpoint the log alone brings everything back", arguments: [true, false])
    func needsNoCheckpoint(_ hadOne: Bool) async throws {
        let fixture = try StoreFixture { $0.checkpointAtClose = hadOne }
        let store = try fixture.open()
        try await fill(store)
        let before = try all(store)
        await store.close()
        fixture.memory.editCheckpoints { $0.removeAll() }
        var phases: [RecoveryProgress.Phase] = []
        let again = try fixture.open { phases.append($0.phase) }
        #expect(try all(again) == before)
        #expect(phases.last == .ready)
        #expect(again.status.checkpointLSN == nil)
    }

    @Test("A bad checkpoint falls back to the one before, and two bad ones to the log", arguments: [1, 2])
    func fallsBack(_ bad: Int) async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try await fill(store)
        _ = try await store.checkpoint()
        _ = try await store.create(ProfileDraft("Ω", "o@b.example"), .by("admin"))
        let before = try all(store)
        await store.close()
        fixture.memory.editCheckpoints { checkpoints in
            #expect(checkpoints.map(\.lsn) == [LogSequenceNumber(5), LogSequenceNumber(6)])
            for index in checkpoints.indices.suffix(bad) { checkpoints[index].blocks[1].removeLast() }
        }
        let again = try fixture.open()
        #expect(try all(again) == before)
        #expect(again.status.checkpointLSN == (bad == 1 ? LogSequenceNumber(5) : nil))
    }

    @Test("What a start did not read of the log is read behind it, for the questions who did what")
    func readsTheRest() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try await fill(store)
        await store.close()
        let before = fixture.memory.scans.count
        let again = try fixture.open()
        for _ in 0..<6_000 where fixture.memory.scans.count == before { try await Task.sleep(for: .milliseconds(5)) }
        #expect(fixture.memory.scans[before...] == [LogSequenceNumber(1)...LogSequenceNumber(5)])
        await again.close()
    }

    @Test("A checkpoint beyond the log's end stops the start: acknowledged records are gone")
    func noticesLostRecords() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try await fill(store)
        await store.close()
        fixture.memory.edit { $0.removeLast(2) }
        let error = #expect(throws: LogError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(error?.lsns == LogSequenceNumber(4)...LogSequenceNumber(5))
    }

    @Test("A log that contradicts itself stops the start with the record's number")
    func noticesContradictions() async throws {
        let fixture = try StoreFixture { $0.checkpointAtClose = false }
        let store = try fixture.open()
        try await fill(store)
        await store.close()
        fixture.memory.edit { records in
            var header = records[3].header
            header.previous = LogSequenceNumber(1)
            records[3] = StoredRecord(header: header, payload: records[3].payload)
        }
        let error = #expect(throws: LogError.self) { try fixture.open() }
        #expect(error?.code == .damaged)
        #expect(error?.lsns?.lowerBound == LogSequenceNumber(4))
    }

    @Test("Every prefix of a log is a state that starts", arguments: 0...5)
    func startsFromEveryPrefix(_ length: Int) async throws {
        let fixture = try StoreFixture { $0.checkpointAtClose = false }
        let store = try fixture.open()
        try await fill(store)
        await store.close()
        fixture.memory.edit { $0.removeLast(5 - length) }
        let again = try fixture.open()
        #expect(again.status.records == UInt64(length))
        #expect(try again.audit(AuditQuery()).items.count == length)
    }

    @Test("The background fills every search text, after which a search reads only what it shows")
    func fillsTexts() async throws {
        let fixture = try StoreFixture { $0.checkpointAtClose = false }
        let store = try fixture.open()
        for number in 0..<1_500 {
            _ = try await store.create(ProfileDraft("Имя \(number)", "u\(number)@b.example"), .by("admin"))
        }
        await store.close()
        let again = try fixture.open()
        while again.status.searchableUsers < 1_500 { try await Task.sleep(for: .milliseconds(2)) }
        let reads = fixture.memory.reads
        var query = UserQuery()
        query.q = "ИМЯ 1499"
        #expect(try again.users(query).items.map(\.id) == [UserID(1_500)])
        #expect(fixture.memory.reads == reads + 1)
        _ = try await again.checkpoint()
        await again.close()
        let third = try fixture.open()
        #expect(third.status.searchableUsers == 1_500)
        await third.close()
    }

    @Test("A checkpoint is made after so many records, and one that says nothing new is not written")
    func makesCheckpoints() async throws {
        let fixture = try StoreFixture { $0.recordsPerCheckpoint = 3 }
        let store = try fixture.open()
        try await fill(store)
        while store.status.checkpointLSN == nil { try await Task.sleep(for: .milliseconds(1)) }
        let report = try await store.checkpoint()
        #expect(report.lsn == LogSequenceNumber(5) && report.users == 2)
        #expect(try await store.checkpoint().lsn == LogSequenceNumber(5))
        fixture.memory.editCheckpoints { checkpoints in
            #expect(Set(checkpoints.map(\.lsn)).count == checkpoints.count)
        }
        await store.close()
    }

    @Test("A checkpoint that cannot be written is told to who asked, and not tried again with every change")
    func backsOffCheckpoints() async throws {
        let fixture = try StoreFixture { $0.recordsPerCheckpoint = 10 }
        let store = try fixture.open()
        fixture.memory.failCheckpoints(LogError(.diskFull, "no room"))
        for number in 0..<35 {
            _ = try await store.create(ProfileDraft("n", "u\(number)@b.example"), .by("admin"))
        }
        #expect(await failure { try await store.checkpoint() } == .diskFull)
        #expect(fixture.memory.checkpointAttempts <= 4)
        fixture.memory.failCheckpoints(nil)
        #expect(try await store.checkpoint().lsn == LogSequenceNumber(35))
        await store.close()
    }

    @Test("An empty store opens, closes and opens", arguments: StoreFixture.Backing.allCases)
    func startsEmpty(_ backing: StoreFixture.Backing) async throws {
        let fixture = try StoreFixture(backing)
        for _ in 0..<2 {
            let store = try fixture.open()
            #expect(try store.users(UserQuery()).items.isEmpty)
            #expect(try store.audit(AuditQuery()).items.isEmpty)
            #expect(store.status.lastTime == nil)
            await store.close()
        }
    }
}
