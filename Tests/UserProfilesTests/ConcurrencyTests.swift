import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct ConcurrencyTests {
    @Test("Of many writers racing for one email exactly one wins", arguments: StoreFixture.Backing.allCases)
    func givesEmailOnce(_ backing: StoreFixture.Backing) async throws {
        let store = try StoreFixture(backing).open()
        for round in 0..<10 {
            let outcomes = await withTaskGroup(of: ProfileError.Code?.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        let email = writer % 2 == 0 ? "Ωmega\(round)@b.example" : "ωMEGA\(round)@B.EXAMPLE"
                        return await failure { try await store.create(ProfileDraft("n", email), .by("w\(writer)")) }
                    }
                }
                return await group.reduce(into: [ProfileError.Code?]()) { $0.append($1) }
            }
            let holder = UserID(UInt64(round) + 1)
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .emailTaken(holder: holder) }.count == 15)
        }
        #expect(store.status.liveUsers == 10)
        await store.close()
    }

    @Test("Many writers on one user: each change is made once, on the state that it was made from")
    func serializesWriters() async throws {
        let store = try StoreFixture().open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<30 {
                group.addTask {
                    let merge = try? JSONValue.text(#"{"attributes":{"w\#(writer)":true}}"#)
                    let code = await failure {
                        try await store.patch(user.id, merge: merge ?? .null, if: .none, .by("w\(writer)"))
                    }
                    #expect(code == nil)
                }
            }
        }
        let now = try store.user(user.id)
        #expect(now.version == ProfileVersion(31))
        #expect(now.profile.attributes.members.count == 30)
        let history = try store.history(user.id, after: nil, limit: 100).items
        #expect(history.map(\.version.rawValue) == Array(1...31))
        for entry in history.dropFirst() { #expect(entry.changes.count == 1) }
    }

    @Test("With If-Match only one of many writers gets through")
    func letsOneThrough() async throws {
        let store = try StoreFixture().open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        let codes = await withTaskGroup(of: ProfileError.Code?.self) { group in
            for writer in 0..<20 {
                group.addTask {
                    await failure {
                        let merge = try JSONValue.text(#"{"name":"w\#(writer)"}"#)
                        return try await store.patch(user.id, merge: merge, if: .version(user.version), .by("w"))
                    }
                }
            }
            return await group.reduce(into: [ProfileError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == .preconditionFailed(current: ProfileVersion(2)) }.count == 19)
    }

    @Test("Nobody sees a change before it is durable, in whatever way they look")
    func hidesUnsynced() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let user = try await store.create(ProfileDraft("alt", "a@b.example"), .by("admin"))
        let gate = Gate()
        fixture.memory.beforeDurable { gate.pass() }
        let update = Task { try await store.patch(user.id, merge: .text(#"{"name":"neu"}"#), if: .none, .by("a")) }
        await gate.reached()
        var query = UserQuery()
        #expect(try store.user(user.id) == user)
        #expect(try store.users(query).items == [user])
        query.q = "neu"
        #expect(try store.users(query).items.isEmpty)
        #expect(await failure { try store.user(user.id, at: .version(ProfileVersion(2))) } == .versionNotFound)
        #expect(try store.history(user.id, after: nil, limit: 10).items.count == 1)
        #expect(try store.audit(AuditQuery()).items.count == 1)
        #expect(await failure { try store.auditEntry(LogSequenceNumber(2)) } == .notFound)
        #expect(store.status.records == 1)
        gate.open()
        let changed = try await update.value
        #expect(try store.user(user.id) == changed)
        #expect(try store.users(query).items == [changed])
    }

    @Test("An email that a change not yet durable has taken is refused only when that is durable")
    func withholdsRefusals() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let gate = Gate()
        fixture.memory.beforeAppend { gate.pass() }
        let first = Task { try await store.create(ProfileDraft("a", "x@b.example"), .by("a")) }
        await gate.reached()
        let second = Task {
            let code = await failure { try await store.create(ProfileDraft("b", "X@b.example"), .by("a")) }
            return (code, store.status.records)
        }
        gate.open()
        _ = try await first.value
        let (code, records) = await second.value
        #expect(code == .emailTaken(holder: UserID(1)))
        #expect(records == 1)
    }

    @Test("An email that one change of a batch frees is there for the next one, and the other way round it is not")
    func passesEmailsOnWithinBatches() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        _ = try await store.create(ProfileDraft("a", "x@b.example"), .by("a"))
        let gate = Gate()
        fixture.memory.beforeAppend { gate.pass() }
        let held = Task { try await store.create(ProfileDraft("held", "held@b.example"), .by("a")) }
        await gate.reached()
        func queue(_ count: Int, _ work: @escaping @Sendable () async throws -> User) async throws -> Task<
            User, any Error
        > {
            let task = Task { try await work() }
            while store.status.waitingWrites < count { try await Task.sleep(for: .milliseconds(1)) }
            return task
        }
        let early = try await queue(1) { try await store.create(ProfileDraft("b", "x@b.example"), .by("a")) }
        let moving = try await queue(2) {
            try await store.replace(UserID(1), with: ProfileDraft("a", "y@b.example"), if: .none, .by("a"))
        }
        let taking = try await queue(3) { try await store.create(ProfileDraft("b", "x@b.example"), .by("a")) }
        let late = try await queue(4) { try await store.create(ProfileDraft("c", "Y@b.example"), .by("a")) }
        gate.open()
        _ = try await held.value
        #expect(await failure { try await early.value } == .emailTaken(holder: UserID(1)))
        #expect(try await moving.value.lsn == LogSequenceNumber(3))
        #expect(try await taking.value.id == UserID(3))
        #expect(await failure { try await late.value } == .emailTaken(holder: UserID(1)))
        #expect(store.status.records == 4)
    }

    @Test("An instant inside a batch on its way to the disk is answered with that batch, not without it")
    func waitsForBatchOfInstant() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let user = try await store.create(ProfileDraft("alt", "a@b.example"), .by("admin"))
        let gate = Gate()
        fixture.memory.beforeDurable { gate.pass() }
        let update = Task { try await store.patch(user.id, merge: .text(#"{"name":"neu"}"#), if: .none, .by("a")) }
        await gate.reached()
        // The batch has its time already, and this instant is later.
        let instant = fixture.clock.now()
        let read = Task.detached { try store.user(user.id, at: .instant(instant)) }
        try await Task.sleep(for: .milliseconds(20))
        gate.open()
        let changed = try await update.value
        #expect(changed.updatedAt < instant)
        #expect(try await read.value == changed)
    }

    @Test(
        "Writers, readers, searches and checkpoints at once leave a log that replays to the same state",
        arguments: StoreFixture.Backing.allCases
    )
    func survivesEverythingAtOnce(_ backing: StoreFixture.Backing) async throws {
        let fixture = try StoreFixture(backing) { $0.recordsPerCheckpoint = 20 }
        var store: ProfileStore? = try fixture.open()
        if let store { try await churn(store) }
        var query = UserQuery()
        query.sort = .name
        query.deleted = .all
        query.limit = 1_000
        let before = try store?.users(query).items
        await store?.close()
        store = nil
        let again = try fixture.open()
        #expect(try again.users(query).items == before)
        await again.close()
    }

    private func churn(_ store: ProfileStore) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask {
                    for step in 0..<15 {
                        let email = "u\(writer)-\(step)@example.com"
                        let user = try await store.create(ProfileDraft("Имя \(writer)", email), .by("w\(writer)"))
                        let renamed = try ProfileDraft("李 \(step)", email)
                        let changed = try await store.replace(user.id, with: renamed, if: .none, .by("w"))
                        #expect(try store.user(user.id) == changed)
                        if step % 3 == 0 { try await deleted(user, in: store) }
                    }
                }
            }
            group.addTask {
                for _ in 0..<30 {
                    var query = UserQuery()
                    query.q = "имя"
                    for user in try store.users(query).items { #expect(user.profile.name.hasPrefix("Имя")) }
                    query.sort = .nameDescending
                    _ = try store.users(query)
                    let report = try await store.checkpoint()
                    #expect(report.lsn <= store.status.lastLSN)
                }
            }
            try await group.waitForAll()
        }
    }

    private func deleted(_ user: User, in store: ProfileStore) async throws {
        let deleted = try await store.delete(user.id, if: .none, .by("w"))
        #expect(deleted.version == ProfileVersion(3))
    }
}
