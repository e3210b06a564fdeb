import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct ListingTests {
    private let names = ["Zoë", "李小龍", "ωmega", "Ирина", "straße", "STRASSE", "🦊", "anna", "Ánna", "Anna"]

    private func filled(_ backing: StoreFixture.Backing = .memoryLog) async throws -> (StoreFixture, ProfileStore) {
        let fixture = try StoreFixture(backing)
        let store = try fixture.open()
        for (number, name) in names.enumerated() {
            _ = try await store.create(ProfileDraft(name, "u\(number)@b.example"), .by("admin"))
        }
        return (fixture, store)
    }

    private func pages(_ query: UserQuery, _ store: ProfileStore) throws -> [[UInt64]] {
        var query = query
        var pages: [[UInt64]] = []
        repeat {
            let page = try store.users(query)
            pages.append(page.items.map(\.id.rawValue))
            query.after = page.next
        } while query.after != nil
        return pages
    }

    @Test("Pages of any size hold each user once, in the order asked for", arguments: UserSort.allCases, 1...11)
    func pagesInOrder(_ sort: UserSort, _ limit: Int) async throws {
        let (_, store) = try await filled()
        var query = UserQuery()
        query.sort = sort
        query.limit = 1_000
        let whole = try store.users(query).items.map(\.id.rawValue)
        #expect(whole.sorted() == Array(1...10))
        query.limit = limit
        let pages = try pages(query, store)
        #expect(pages.flatMap { $0 } == whole)
        #expect(pages.dropLast().allSatisfy { $0.count == limit })
        #expect(pages.count == (10 + limit - 1) / limit)
    }

    @Test("Names sort without regard to case, equal ones by id")
    func sortsByName() async throws {
        let (_, store) = try await filled()
        var query = UserQuery()
        query.sort = .name
        let sorted = try store.users(query).items.map(\.profile.name)
        #expect(sorted == ["anna", "Anna", "straße", "STRASSE", "Zoë", "Ánna", "ωmega", "Ирина", "李小龍", "🦊"])
    }

    @Test(
        "A search finds by name or email, without regard to case and to marks of Latin and Greek letters",
        arguments: [
            ("STRAẞE", [5, 6]), ("ΩMEGA", [3]), ("ЗЗ", []), ("小", [2]), ("U3@B", [4]), ("🦊", [7]),
            ("zoe", [1]), ("ZÖË", [1]), ("A\u{301}NNA", [8, 9, 10]), ("ώμεγα", []), ("ώmega", [3]), ("Йрина", []),
            ("nna", [8, 9, 10]), ("zoe\u{308}", [1]), ("b.example", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ] as [(String, [UInt64])]
    )
    func searches(_ needle: String, _ found: [UInt64]) async throws {
        let (_, store) = try await filled()
        var query = UserQuery()
        query.q = needle
        query.limit = 3
        #expect(try pages(query, store).flatMap { $0 } == found)
    }

    @Test("A list goes on where it was, whoever is changed, deleted or created meanwhile")
    func isStable() async throws {
        let (_, store) = try await filled()
        var query = UserQuery()
        query.sort = .name
        query.limit = 4
        let first = try store.users(query)
        let last = try #require(first.items.last)
        _ = try await store.patch(last.id, merge: .text(#"{"name":"zzz"}"#), if: .none, .by("a"))
        _ = try await store.delete(first.items[0].id, if: .none, .by("a"))
        query.after = first.next
        let rest = try pages(query, store).flatMap { $0 }
        #expect(Set(rest).intersection(first.items.map(\.id.rawValue)) == [last.id.rawValue])
        #expect(rest.count == 7)
    }

    @Test("Deleted users and recent changes are listed when asked for")
    func filters() async throws {
        let (_, store) = try await filled()
        let deleted = try await store.delete(UserID(4), if: .none, .by("a"))
        let changed = try await store.patch(UserID(2), merge: .text(#"{"name":"Bruce"}"#), if: .none, .by("a"))
        var query = UserQuery()
        query.deleted = .deleted
        #expect(try store.users(query).items == [deleted])
        query.email = "U3@B.EXAMPLE"
        #expect(try store.users(query).items == [deleted])
        query.deleted = .live
        #expect(try store.users(query).items.isEmpty)
        query.email = nil
        query.updatedSince = changed.updatedAt
        #expect(try store.users(query).items == [changed])
        query.updatedSince = deleted.updatedAt
        query.deleted = .all
        #expect(try store.users(query).items == [changed, deleted])
    }

    @Test("A page of large profiles ends early, but not before its first one", arguments: [1, 3_000])
    func endsEarly(pageBytes: Int) async throws {
        let fixture = try StoreFixture { $0.pageBytes = pageBytes }
        let store = try fixture.open()
        let attributes = #"{"text":"\#(String(repeating: "字", count: 400))"}"#
        for number in 1...9 {
            _ = try await store.create(ProfileDraft("a", "u\(number)@b.example", attributes), .by("a"))
        }
        for at in [nil, fixture.clock.now()] {
            for sort in at == nil ? UserSort.allCases : [.id, .idDescending] {
                var query = UserQuery()
                (query.sort, query.at) = (sort, at)
                var pages: [[UInt64]] = []
                repeat {
                    let page = try store.users(query)
                    pages.append(page.items.map(\.id.rawValue))
                    query.after = page.next
                } while query.after != nil
                #expect(pages.flatMap(\.self).sorted() == Array(1...9), "\(sort)")
                #expect(pages.map(\.count) == (pageBytes == 1 ? Array(repeating: 1, count: 9) : [3, 3, 3]), "\(sort)")
            }
        }
    }

    @Test(
        "The directory at an instant is pinned to one record for all of its pages, and a spent budget ends a page early"
    )
    func looksBack() async throws {
        let fixture = try StoreFixture { $0.scanBudget.records = 3 * ScanBudget.singleRead }
        let store = try fixture.open()
        for number in 0..<9 { _ = try await store.create(ProfileDraft("a", "u\(number)@b.example"), .by("a")) }
        let instant = fixture.clock.now()
        for id in 1...9 as ClosedRange<UInt64> {
            _ = try await store.patch(UserID(id), merge: .text(#"{"name":"b"}"#), if: .none, .by("a"))
        }
        _ = try await store.create(ProfileDraft("late", "late@b.example"), .by("a"))
        var query = UserQuery()
        query.at = instant
        for sort in [UserSort.id, .idDescending] {
            query.sort = sort
            query.after = nil
            var items: [User] = []
            var count = 0
            repeat {
                let page = try store.users(query)
                #expect(page.asOf == LogSequenceNumber(9))
                items += page.items
                query.after = page.next
                count += 1
            } while query.after != nil
            #expect(items.map(\.id.rawValue) == (sort == .id ? Array(1...9) : Array((1...9).reversed())))
            #expect(items.allSatisfy { $0.profile.name == "a" && $0.version == ProfileVersion(1) })
            #expect(count > 3)
        }
        query.sort = .name
        guard case .invalid = await failure({ try store.users(query) }) else {
            Issue.record("a sort that the past does not have was taken")
            return
        }
    }

    @Test("Limits, search texts and cursors that are not right are refused by name")
    func refusesBadQueries() async throws {
        let (_, store) = try await filled()
        for limit in [0, -1, 1_001, 100_000, .min, .max] {
            var query = UserQuery()
            query.limit = limit
            guard case .invalid(let errors) = await failure({ try store.users(query) }) else {
                Issue.record("limit \(limit)")
                continue
            }
            #expect(errors.map(\.field) == ["limit"])
            var audit = AuditQuery()
            audit.limit = limit
            guard case .invalid = await failure({ try store.audit(audit) }) else {
                Issue.record("limit \(limit)")
                continue
            }
        }
        for text in ["", "a\nb", "\u{0}", String(repeating: "x", count: 256)] {
            var query = UserQuery()
            query.q = text
            guard case .invalid = await failure({ try store.users(query) }) else {
                Issue.record("q \(text)")
                continue
            }
        }
        var query = UserQuery()
        query.limit = 2
        let next = try #require(try store.users(query).next)
        for change in [{ $0.sort = .name }, { $0.q = "a" }, { $0.deleted = .all }] as [(inout UserQuery) -> Void] {
            var other = query
            other.after = next
            change(&other)
            #expect(await failure { try store.users(other) } == .invalidCursor)
        }
        var audit = AuditQuery()
        audit.after = next
        #expect(await failure { try store.audit(audit) } == .invalidCursor)
        for text in ["", "x", "AAAA", "é", next + "A", String(next.dropLast())] {
            query.after = text
            #expect(await failure { try store.users(query) } == .invalidCursor)
        }
    }

    @Test(
        "A cursor that points beyond what there is, is refused even with a right checksum",
        arguments: UserSort.allCases
    )
    func refusesForgedCursors(_ sort: UserSort) async throws {
        let (_, store) = try await filled()
        var query = UserQuery()
        query.sort = sort
        let shape = UserFilter.shape(query)
        for (first, second) in [(UInt64(0), UInt64(0)), (.max, .max), (1, 11), (11, .max), (.max, 0)] {
            query.after = Cursor(.users, shape: shape, first: first, second: second).text
            #expect(await failure { try store.users(query) } == .invalidCursor)
        }
        query.sort = .id
        query.at = try store.user(UserID(5)).updatedAt
        for (first, second) in [(UInt64(11), UInt64(5)), (1, 11), (.max, .max)] {
            query.after = Cursor(.pastUsers, shape: UserFilter.shape(query), first: first, second: second).text
            #expect(await failure { try store.users(query) } == .invalidCursor)
        }
    }
}
