import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct ProfileStoreTests {
    @Test(
        "A user is created, changed, deleted and restored, and every version stays readable",
        arguments: StoreFixture.Backing.allCases
    )
    func lives(_ backing: StoreFixture.Backing) async throws {
        let store = try StoreFixture(backing).open()
        let created = try await store.create(ProfileDraft("Zoë", "Zoe@Example.com", #"{"a":1}"#), .by("admin"))
        #expect(created.id == UserID(1) && created.version == ProfileVersion(1) && created.lsn == LogSequenceNumber(1))
        let replaced = try await store.replace(
            UserID(1),
            with: ProfileDraft("Zoë M.", "zoe@example.com"),
            if: .version(ProfileVersion(1)),
            .by("editor")
        )
        let patched = try await store.patch(UserID(1), merge: .text(#"{"name":"李"}"#), if: .none, .by("editor"))
        let deleted = try await store.delete(UserID(1), if: .none, .by("admin", reason: "request"))
        #expect(deleted.deleted && deleted.profile == patched.profile)
        #expect(await failure { try store.user(UserID(1)) } == .deleted(version: ProfileVersion(4)))
        let restored = try await store.restore(
            UserID(1),
            to: nil,
            email: nil,
            if: .none,
            dryRun: false,
            .by("admin")
        )
        #expect(restored.restoredFrom == ProfileVersion(3))
        #expect(restored.user.createdAt == created.createdAt && restored.user.updatedAt > deleted.updatedAt)
        #expect(restored.changes.map(\.field) == ["deleted"])
        for (version, user) in [created, replaced, patched, deleted, restored.user].enumerated() {
            #expect(try store.user(UserID(1), at: .version(ProfileVersion(UInt64(version) + 1))) == user)
            #expect(try store.user(UserID(1), at: .instant(user.updatedAt)) == user)
            let later = user.updatedAt.advanced(byMicroseconds: 1)
            #expect(try store.user(UserID(1), at: .instant(later)) == user)
        }
        #expect(try store.user(UserID(1)) == restored.user)
        await store.close()
    }

    @Test("Who, when, why and from where stay with each change")
    func keepsContext() async throws {
        let store = try StoreFixture().open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("Ольга", reason: "  neu "))
        let entry = try store.auditEntry(user.lsn)
        #expect(entry.actor == "Ольга" && entry.reason == "neu" && entry.requestID == "req-1")
        #expect(entry.sourceIP == "127.0.0.1" && entry.timestamp == user.updatedAt && entry.operation == .create)
        #expect(await failure { try store.auditEntry(.zero) } == .notFound)
        #expect(await failure { try store.auditEntry(LogSequenceNumber(2)) } == .notFound)
        #expect(await failure { try store.auditEntry(LogSequenceNumber(.max)) } == .notFound)
        let bad = ChangeContext(actor: "a", reason: "a\u{1B}[2J", requestID: "r")
        let refused = await failure { try await store.create(ProfileDraft("n", "c@d.example"), bad) }
        guard case .invalid = refused else {
            Issue.record("a control character was taken")
            return
        }
    }

    @Test(
        "Ids that no user has are not found, whatever their size",
        arguments: [0, 2, UInt64(UInt32.max), 1 << 32, 1 << 63, .max]
    )
    func findsNobody(_ number: UInt64) async throws {
        let store = try StoreFixture().open()
        _ = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        let id = UserID(number)
        let draft = try ProfileDraft("m", "c@d.example")
        #expect(await failure { try store.user(id) } == .notFound)
        #expect(await failure { try store.user(id, at: .version(ProfileVersion(1))) } == .notFound)
        #expect(await failure { try store.history(id, after: nil, limit: 1) } == .notFound)
        #expect(await failure { try await store.replace(id, with: draft, if: .none, .by("a")) } == .notFound)
        #expect(await failure { try await store.patch(id, merge: .text("{}"), if: .none, .by("a")) } == .notFound)
        #expect(await failure { try await store.delete(id, if: .none, .by("a")) } == .notFound)
        #expect(
            await failure { try await store.restore(id, to: nil, email: nil, if: .none, dryRun: true, .by("a")) }
                == .notFound
        )
    }

    @Test("An email is taken by one live user, in whatever spelling, and free again after a deletion")
    func keepsEmailsUnique() async throws {
        let store = try StoreFixture().open()
        _ = try await store.create(ProfileDraft("a", "straße@example.de"), .by("admin"))
        let draft = try ProfileDraft("b", "STRASSE@EXAMPLE.DE")
        #expect(await failure { try await store.create(draft, .by("admin")) } == .emailTaken(holder: UserID(1)))
        let other = try await store.create(ProfileDraft("b", "b@example.de"), .by("admin"))
        #expect(
            await failure { try await store.replace(other.id, with: draft, if: .none, .by("a")) }
                == .emailTaken(holder: UserID(1))
        )
        _ = try await store.replace(UserID(1), with: draft, if: .none, .by("admin"))
        _ = try await store.delete(UserID(1), if: .none, .by("admin"))
        _ = try await store.replace(other.id, with: draft, if: .none, .by("admin"))
        #expect(
            await failure {
                try await store.restore(UserID(1), to: nil, email: nil, if: .none, dryRun: false, .by("admin"))
            } == .emailTaken(holder: other.id)
        )
        let preview = await failure {
            try await store.restore(UserID(1), to: nil, email: nil, if: .none, dryRun: true, .by("admin"))
        }
        #expect(preview == .emailTaken(holder: other.id))
        let restored = try await store.restore(
            UserID(1),
            to: nil,
            email: "neu@example.de",
            if: .none,
            dryRun: false,
            .by("admin")
        )
        #expect(restored.user.profile.email == "neu@example.de")
        #expect(restored.changes.map(\.field) == ["email", "deleted"])
    }

    @Test("Emails whose keys collide neither exclude nor replace each other", arguments: [true, false])
    func survivesKeyCollisions(_ restarts: Bool) async throws {
        let fixture = try StoreFixture(keys: TextKeys { _ in 42 }) { $0.checkpointAtClose = false }
        var store = try fixture.open()
        for index in 1...20 {
            _ = try await store.create(ProfileDraft("n", "user\(index)@example.com"), .by("admin"))
        }
        if restarts {
            await store.close()
            store = try fixture.open()
        }
        for index in 1...20 as ClosedRange<UInt64> {
            let draft = try ProfileDraft("n", "USER\(index)@example.com")
            #expect(await failure { try await store.create(draft, .by("a")) } == .emailTaken(holder: UserID(index)))
            var query = UserQuery()
            query.email = "User\(index)@example.com"
            for filter in DeletedFilter.allCases where filter != .deleted {
                query.deleted = filter
                #expect(try store.users(query).items.map(\.id) == [UserID(index)])
            }
        }
        _ = try await store.delete(UserID(7), if: .none, .by("admin"))
        let again = try await store.create(ProfileDraft("n", "user7@example.com"), .by("admin"))
        #expect(again.id == UserID(21))
    }

    @Test("A precondition that is not met changes nothing")
    func checksPreconditions() async throws {
        let store = try StoreFixture().open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        let stale = Precondition.version(ProfileVersion(9))
        let refusal = ProfileError.Code.preconditionFailed(current: ProfileVersion(1))
        let draft = try ProfileDraft("m", "a@b.example")
        #expect(await failure { try await store.replace(user.id, with: draft, if: stale, .by("a")) } == refusal)
        #expect(await failure { try await store.patch(user.id, merge: .text("{}"), if: stale, .by("a")) } == refusal)
        #expect(await failure { try await store.delete(user.id, if: .anyOf([]), .by("a")) } == refusal)
        let point = PointInTime.version(ProfileVersion(1))
        #expect(
            await failure {
                try await store.restore(user.id, to: point, email: nil, if: stale, dryRun: false, .by("a"))
            } == refusal
        )
        #expect(store.status.records == 1)
        #expect(try store.user(user.id) == user)
    }

    @Test("A restore that cannot be is refused with its reason, a dry run writes nothing")
    func checksRestores() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let before = fixture.clock.now()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        func restore(_ point: PointInTime?, email: String? = nil, dryRun: Bool = false) async throws -> RestoreResult {
            try await store.restore(user.id, to: point, email: email, if: .none, dryRun: dryRun, .by("admin"))
        }
        #expect(await failure { try await restore(nil) } == .notDeleted)
        #expect(await failure { try await restore(.version(ProfileVersion(2))) } == .versionNotFound)
        #expect(await failure { try await restore(.version(ProfileVersion(0))) } == .versionNotFound)
        #expect(await failure { try await restore(.instant(before)) } == .notYetBorn)
        let deleted = try await store.delete(user.id, if: .none, .by("admin"))
        #expect(await failure { try await restore(.version(deleted.version)) } == .targetDeleted)
        #expect(await failure { try await restore(.instant(deleted.updatedAt)) } == .targetDeleted)
        guard case .invalid = await failure({ try await restore(nil, email: "nonsense") }) else {
            Issue.record("an invalid email was taken")
            return
        }
        let preview = try await restore(nil, dryRun: true)
        #expect(preview.dryRun && preview.user.lsn == .zero && preview.user.version == ProfileVersion(3))
        #expect(store.status.records == 2)
        #expect(await failure { try store.user(user.id) } == .deleted(version: ProfileVersion(2)))
        #expect(try await restore(nil).user.version == preview.user.version)
    }

    @Test("An instant still to come is refused, one before a user's birth is told apart")
    func checksInstants() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let before = fixture.clock.now()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        #expect(await failure { try store.user(user.id, at: .instant(before)) } == .notYetBorn)
        let future = LogTimestamp(microseconds: fixture.clock.now().microseconds + 3_600_000_000)
        guard case .invalid(let errors) = await failure({ try store.user(user.id, at: .instant(future)) }) else {
            Issue.record("the future was answered")
            return
        }
        #expect(errors.map(\.field) == ["at"])
        var query = UserQuery()
        query.at = future
        guard case .invalid = await failure({ try store.users(query) }) else {
            Issue.record("the future was answered")
            return
        }
        query.at = before
        #expect(try store.users(query).items.isEmpty)
    }

    @Test("Changes keep their order when the clock steps back")
    func survivesClockSteps() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let first = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        fixture.clock.move(byMicroseconds: -3_600_000_000)
        let second = try await store.delete(first.id, if: .none, .by("admin"))
        #expect(second.updatedAt > first.updatedAt)
        #expect(try store.user(first.id, at: .instant(first.updatedAt)) == first)
        #expect(try store.user(first.id, at: .instant(second.updatedAt)) == second)
    }

    @Test("A closed store takes no change and says so")
    func refusesAfterClose() async throws {
        let store = try StoreFixture().open()
        await store.close()
        await store.close()
        let draft = try ProfileDraft("n", "a@b.example")
        #expect(await failure { try await store.create(draft, .by("admin")) } == .stopping)
        #expect(await failure { try await store.delete(UserID(1), if: .none, .by("admin")) } == .stopping)
        #expect(await failure { try await store.checkpoint() } == .stopping)
    }
}
