import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct TimeRuleTests {
    private func text(_ rule: TimeRule, _ text: String) -> String? {
        do throws(TimeRule.Refusal) { return try rule.time(text).rfc3339 } catch { return nil }
    }

    @Test(
        "A date begins with its first moment and ends with the next midnight, and is no instant",
        arguments: [
            ("2026-11-29", "2026-11-29", "2026-11-30"), ("2026-12-31", "2026-12-31", "2027-01-01"),
            ("2024-02-28", "2024-02-28", "2024-02-29"), ("1969-12-31", "1969-12-31", "1970-01-01"),
        ]
    )
    func readsDates(_ date: String, _ start: String, _ end: String) {
        #expect(text(.since, date) == "\(start)T00:00:00.000000Z")
        #expect(text(.until, date) == "\(end)T00:00:00.000000Z")
        #expect(text(.instant, date) == nil)
    }

    @Test("A time is the same for every rule", arguments: ["2026-11-29T23:00:00+01:00", "2026-11-29t22:00:00.0z"])
    func readsTimes(_ time: String) {
        for rule in [TimeRule.instant, .since, .until] { #expect(text(rule, time) == "2026-11-29T22:00:00.000000Z") }
    }

    @Test(
        "What is no time is refused, with what is wrong",
        arguments: [
            ("yesterday", "RFC 3339"), ("2026-11-2", "RFC 3339"), ("2026-1-029", "RFC 3339"), ("", "RFC 3339"),
            ("2026-02-30", "exist"), ("2026-13-01", "exist"), ("2026-11-29T25:00:00Z", "exist"),
            ("2026-11-29T10:00:00", "offset"), ("2026-11-29Z", "RFC 3339"), ("20261129T0", "RFC 3339"),
        ]
    )
    func refuses(_ text: String, _ why: String) {
        for rule in [TimeRule.instant, .since, .until] {
            let refusal = #expect(throws: TimeRule.Refusal.self) { try rule.time(text) }
            #expect(refusal?.message.contains(why) == true, "\(refusal?.message ?? "")")
        }
    }

    @Test("A range that ends before it begins is refused by name, and equal bounds are an empty range")
    func comparesBounds() async throws {
        let store = try StoreFixture().open()
        let user = try await store.create(ProfileDraft("n", "a@b.example"), .by("a"))
        var query = AuditQuery()
        query.since = user.createdAt
        query.until = user.createdAt
        #expect(try store.audit(query).items.isEmpty)
        query.until = user.createdAt.advanced(byMicroseconds: -1)
        #expect(
            await failure { try store.audit(query) }
                == .invalid([FieldError(field: "since", message: "must not be later than until")])
        )
    }

    @Test("An instant is to come if neither the clock nor the log has reached it")
    func knowsTheFuture() async throws {
        func time(_ microseconds: Int64) -> LogTimestamp { LogTimestamp(microseconds: microseconds) }
        #expect(!TimeRule.isFuture(time(9), now: time(10), last: time(5)))
        #expect(TimeRule.isFuture(time(10), now: time(10), last: time(5)))
        // The clock was set back: what has happened has happened.
        #expect(!TimeRule.isFuture(time(10), now: time(3), last: time(10)))
        let fixture = try StoreFixture()
        let store = try fixture.open()
        _ = try await store.create(ProfileDraft("n", "a@b.example"), .by("a"))
        let future = fixture.clock.now().advanced(byMicroseconds: 3_600_000_000)
        let refusal = ProfileError.Code.invalid([FieldError(field: "at", message: "must not be in the future")])
        #expect(await failure { try store.user(UserID(1), at: .instant(future)) } == refusal)
        var query = UserQuery()
        query.at = future
        #expect(await failure { try store.users(query) } == refusal)
    }

    @Test("Names of operations are read in capital and small letters, but not in others that look like them")
    func readsOperations() {
        for text in ["RESTORE", "restore", "Restore"] { #expect(Operation(text) == .restore) }
        for text in ["re\u{17F}tore", "restor", "restore ", ""] { #expect(Operation(text) == nil) }
    }
}
