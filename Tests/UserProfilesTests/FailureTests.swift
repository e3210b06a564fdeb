import LogStorage
import Logging
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct FailureTests {
    private static let diskFull = LogError(.diskFull, "no room")
    private static let poisoned = LogError(.poisoned, "a sync failed")

    @Test("A full disk refuses changes, leaves the state as it was, and is over when there is room")
    func survivesFullDisk() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        fixture.memory.failAppends(Self.diskFull)
        let draft = try ProfileDraft("m", "c@d.example")
        #expect(await failure { try await store.create(draft, .by("a")) } == .diskFull)
        #expect(await failure { try await store.replace(user.id, with: draft, if: .none, .by("a")) } == .diskFull)
        #expect(await failure { try await store.patch(user.id, merge: .text("{}"), if: .none, .by("a")) } == .diskFull)
        #expect(await failure { try await store.delete(user.id, if: .none, .by("a")) } == .diskFull)
        #expect(store.status.diskFull)
        #expect(store.status.poisoned == nil)
        #expect(try store.user(user.id) == user)
        #expect(await failure { try store.user(UserID(2)) } == .notFound)
        fixture.memory.failAppends(nil)
        let second = try await store.create(draft, .by("admin"))
        #expect(second.id == UserID(2) && second.lsn == LogSequenceNumber(2))
        #expect(!store.status.diskFull)
    }

    @Test("A full disk is one line in the log when it begins and one when it ends; each refused batch is counted")
    func logsChangesOfState() async throws {
        let (lines, failures) = (WarningList(from: .notice), Monitor(0))
        let logger = Logger(label: "test") { _ in lines }
        let fixture = try StoreFixture { $0.observer = FailureCounter(failures: failures) }
        let store = try ProfileStore.open(
            fixture.configuration,
            log: fixture.memory,
            checkpoints: fixture.memory,
            logger: logger
        )
        let draft = try ProfileDraft("n", "a@b.example")
        for round in 1...2 {
            fixture.memory.failAppends(Self.diskFull)
            for _ in 1...20 { #expect(await failure { try await store.create(draft, .by("a")) } == .diskFull) }
            #expect(failures.withLock { $0 } == 20 * round)
            fixture.memory.failAppends(nil)
            for number in 1...3 {
                _ = try await store.create(ProfileDraft("n", "\(round).\(number)@b.example"), .by("a"))
            }
            let written = lines.texts
            #expect(written.count == 2 * round, "\(written)")
            #expect(written.last?.contains("There is room again") == true)
        }
        fixture.memory.failAppends(Self.poisoned)
        for _ in 1...5 { #expect(await failure { try await store.create(draft, .by("a")) } == .readOnly) }
        #expect(lines.texts.count == 5)
    }

    @Test("After a failed write nothing is written any more, even if the log seems well again; reads go on")
    func staysPoisoned() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        fixture.memory.failAppends(Self.poisoned)
        let draft = try ProfileDraft("m", "c@d.example")
        #expect(await failure { try await store.create(draft, .by("a")) } == .readOnly)
        #expect(store.status.poisoned?.contains("a sync failed") == true)
        fixture.memory.failAppends(nil)
        #expect(await failure { try await store.create(draft, .by("a")) } == .readOnly)
        #expect(await failure { try await store.delete(user.id, if: .none, .by("a")) } == .readOnly)
        #expect(try store.user(user.id) == user)
        #expect(try store.users(UserQuery()).items == [user])
        #expect(store.status.records == 1)
    }

    @Test("A batch that fails tells all of its commands, those too that it would have refused")
    func failsWholeBatches() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let gate = Gate()
        fixture.memory.beforeAppend { gate.pass() }
        let first = Task { try await store.create(ProfileDraft("a", "first@b.example"), .by("a")) }
        await gate.reached()
        // These two gather while the first batch is held up, so they make the next batch.
        let pair = (0..<2).map { _ in
            Task { try await store.create(ProfileDraft("b", "same@b.example"), .by("a")) }
        }
        while store.status.waitingWrites < 2 { try await Task.sleep(for: .milliseconds(1)) }
        fixture.memory.beforeAppend { fixture.memory.failAppends(nil) }
        fixture.memory.failAppends(Self.diskFull)
        gate.open()
        _ = try await first.value
        for task in pair { #expect(await failure { try await task.value } == .diskFull) }
        #expect(store.status.records == 1)
    }

    @Test("A log that gives other numbers than expected is not written to any more")
    func checksReceipts() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        _ = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        fixture.memory.edit { $0.append($0[0]) }
        #expect(await failure { try await store.create(ProfileDraft("m", "c@d.example"), .by("a")) } == .readOnly)
        #expect(store.status.poisoned != nil)
        #expect(store.status.records == 1)
    }

    @Test("A record that cannot be read is damage with its number, for that read only")
    func namesUnreadable() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        fixture.memory.failReads(LogError(.damaged, "bad bytes", lsns: user.lsn...user.lsn))
        #expect(await failure { try store.user(user.id) } == .damaged)
        #expect(await failure { try await store.delete(user.id, if: .none, .by("a")) } == .damaged)
        #expect(await failure { try store.users(UserQuery()) } == .damaged)
        #expect(await failure { try store.audit(AuditQuery()) } == .damaged)
        fixture.memory.failReads(nil)
        #expect(try store.user(user.id) == user)
        fixture.memory.edit { records in
            records[0] = StoredRecord(header: records[0].header, payload: Array(#"{"name":"n"}"#.utf8))
        }
        #expect(await failure { try store.user(user.id) } == .damaged)
    }

    @Test("More waiting changes than the queue takes are refused, and the rest is done")
    func boundsQueue() async throws {
        let fixture = try StoreFixture { $0.commit.waitingCommands = 2 }
        let store = try fixture.open()
        let gate = Gate()
        fixture.memory.beforeAppend { gate.pass() }
        func create(_ number: Int) -> Task<User, any Error> {
            Task { try await store.create(ProfileDraft("n", "u\(number)@b.example"), .by("a")) }
        }
        let first = create(0)
        await gate.reached()
        let waiting = [create(1), create(2)]
        while store.status.waitingWrites < 2 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(await failure { try await create(3).value } == .queueFull)
        gate.open()
        for task in [first] + waiting { _ = try await task.value }
        #expect(store.status.records == 3)
    }
}

private struct FailureCounter: StoreObserver {
    let failures: Monitor<Int>

    func committed(records: Int, duration: Duration) {}
    func commitFailed() { failures.withLock { $0 += 1 } }
    func checkpointed(_ report: CheckpointReport) {}
}
