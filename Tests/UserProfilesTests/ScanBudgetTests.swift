import LogStorage
import Logging
import TestSupport
import Testing

@testable import UserProfiles

/// What a page looks at is counted: records that scans hand over, and records that are read one by one.
@Suite struct ScanBudgetTests {
    /// One page of a list, and what it took.
    private struct Step<Item> {
        let items: [Item]
        let scanned: Int
        let reads: Int

        var cost: Int { scanned + reads * ScanBudget.singleRead }
    }

    private func steps<Item>(
        _ memory: MemoryLog,
        _ page: (_ after: String?) async throws -> Page<Item>
    ) async throws -> [Step<Item>] {
        var steps: [Step<Item>] = []
        var after: String?
        repeat {
            let (scanned, reads) = (memory.scanned, memory.reads)
            let page = try await page(after)
            steps.append(Step(items: page.items, scanned: memory.scanned - scanned, reads: memory.reads - reads))
            #expect(after == nil || page.next != after)
            after = page.next
        } while after != nil && steps.count < 10_000
        return steps
    }

    private func steps(_ query: AuditQuery, _ store: ProfileStore, _ memory: MemoryLog) async throws -> [Step<
        AuditEntry
    >] {
        try await steps(memory) { after in
            var query = query
            query.after = after
            return try store.audit(query)
        }
    }

    private func steps(_ query: UserQuery, _ store: ProfileStore, _ memory: MemoryLog) async throws -> [Step<User>] {
        try await steps(memory) { after in
            var query = query
            query.after = after
            return try store.users(query)
        }
    }

    private func patch(_ store: ProfileStore, _ id: UInt64, _ name: String, by actor: String = "admin") async throws {
        _ = try await store.patch(UserID(id), merge: .text(#"{"name":"\#(name)"}"#), if: .none, .by(actor))
    }

    /// Users 1 to 4; then `changes` changes of the user who is chosen for each.
    private func filled(
        _ changes: Int,
        _ adjust: @escaping @Sendable (inout ProfileStoreConfiguration) -> Void = { _ in },
        user: (Int) -> UInt64
    ) async throws -> (ProfileStore, MemoryLog) {
        let fixture = try StoreFixture(adjust: adjust)
        let store = try fixture.open()
        for number in 1...4 { _ = try await store.create(ProfileDraft("n", "u\(number)@b.example"), .by("admin")) }
        for number in 0..<changes {
            try await patch(store, user(number), "n\(number)", by: number % 150 == 7 ? "rare" : "admin")
        }
        return (store, fixture.memory)
    }

    // MARK: Changes

    @Test("Damage in a later part of a history does not hide an earlier page")
    func damageBehindThePage() async throws {
        let (store, memory) = try await filled(3_000) { $0 % 300 == 299 ? 1 : 2 }
        let newest = try store.user(UserID(1)).version
        #expect(newest == ProfileVersion(11))
        memory.edit { records in
            let place = records.firstIndex { $0.header.subject == 1 && $0.header.version == 6 }
            guard let place else { return }
            var header = records[place].header
            header.subject = 2
            records[place] = StoredRecord(header: header, payload: records[place].payload)
        }
        let page = try store.history(UserID(1), after: nil, limit: 2)
        #expect(page.items.map(\.version) == [ProfileVersion(1), ProfileVersion(2)])
        #expect(memory.scanned < 1_000, "no further than the page")
    }

    @Test("A query that finds little ends its page early, and the pages together find all of it")
    func auditEndsEarly() async throws {
        for bytes in [false, true] {
            let (store, memory) = try await filled(
                400,
                { if bytes { $0.scanBudget.bytes = 4_000 } else { $0.scanBudget.records = 50 } },
                user: { UInt64($0 % 4) + 1 }
            )
            let rare = [12, 162, 312]
            for (actor, operation, expected) in [
                ("rare", nil, rare), ("nobody", nil, []), (nil, .delete, []), (nil, .create, [1, 2, 3, 4]),
            ] as [(String?, UserProfiles.Operation?, [Int])] {
                for order in [ScanOrder.ascending, .descending] {
                    var query = AuditQuery()
                    (query.actor, query.operation, query.order) = (actor, operation, order)
                    let steps = try await steps(query, store, memory)
                    let found = steps.flatMap(\.items).map { Int($0.lsn.rawValue) }
                    #expect(found == (order == .ascending ? expected : expected.reversed()))
                    #expect(steps.allSatisfy { $0.scanned <= 51 && $0.reads <= 2 }, "\(steps.map(\.scanned))")
                    #expect(steps.count >= 400 / 51)
                    #expect(steps.contains { $0.items.isEmpty })
                }
            }
        }
    }

    @Test(
        "A later page of a history costs what the first did, whichever share of the log the user has",
        arguments: TestScale.choose([1, 3, 40, 400], short: [1, 40]),
        [ScanOrder.ascending, .descending]
    )
    func pagesCostTheSame(share: Int, order: ScanOrder) async throws {
        let (store, memory) = try await filled(2_000, user: { $0 % share == 0 ? 1 : UInt64($0 % 3) + 2 })
        var query = AuditQuery()
        (query.userID, query.order, query.limit) = (UserID(1), order, 2_000 / share / 20 + 1)
        let steps = try await steps(query, store, memory)
        let versions = steps.flatMap(\.items).map { Int($0.version.rawValue) }
        let all = Array(1...(2_000 + share - 1) / share + 1)
        #expect(versions == (order == .ascending ? all : all.reversed()))
        #expect(steps.count > 2)
        // A page but the first of an ascending history reads the version before its first one.
        let most = steps[0].cost + 3 * ScanBudget.singleRead
        #expect(steps.allSatisfy { $0.cost <= most }, "\(steps.map(\.cost))")
        // Neither the whole history nor the whole log is read for one page.
        let rows = (query.limit + 3) * ScanBudget.singleRead
        #expect(steps.allSatisfy { $0.cost < (order == .ascending ? 2_004 : rows) }, "\(steps.map(\.cost))")
    }

    @Test("A history of a few versions in a long log is found by its links")
    func followsLinks() async throws {
        let (store, memory) = try await filled(1_500, user: { $0 % 500 == 0 ? 1 : 2 })
        let page = { after in try store.history(UserID(1), after: after, limit: 2) }
        let steps = try await steps(memory, page)
        #expect(steps.flatMap(\.items).map(\.version.rawValue) == [1, 2, 3, 4])
        #expect(steps.allSatisfy { $0.scanned == 0 && $0.reads <= 8 })
    }

    @Test("A history is complete while changes come in", arguments: [2, 50])
    func growsMeanwhile(share: Int) async throws {
        let (store, memory) = try await filled(300, user: { $0 % share == 0 ? 1 : 2 })
        var number = 0
        let steps = try await steps(memory) { after in
            defer { number += 1 }
            if number < 20 { try await patch(store, 1, "late \(number)") }
            return try store.history(UserID(1), after: after, limit: 3)
        }
        let versions = steps.flatMap(\.items).map(\.version.rawValue)
        let newest = try store.user(UserID(1)).version.rawValue
        #expect(versions == Array(1...newest))
    }

    @Test(
        "A history within times and a filter ends early, too, in either order",
        arguments: [ScanOrder.ascending, .descending]
    )
    func filteredHistory(order: ScanOrder) async throws {
        let (store, memory) = try await filled(
            300,
            { $0.scanBudget.records = 20 * ScanBudget.singleRead },
            user: { _ in 1 }
        )
        var query = AuditQuery()
        (query.userID, query.order, query.actor) = (UserID(1), order, "rare")
        let rare = [12, 162].map { LogSequenceNumber($0) }
        var steps = try await steps(query, store, memory)
        #expect(steps.flatMap(\.items).map(\.lsn) == (order == .ascending ? rare : rare.reversed()))
        query.actor = nil
        query.until = try store.auditEntry(LogSequenceNumber(10)).timestamp
        query.since = try store.auditEntry(LogSequenceNumber(7)).timestamp
        steps = try await self.steps(query, store, memory)
        let found = steps.flatMap(\.items).map(\.lsn.rawValue)
        #expect(found == (order == .ascending ? [7, 8, 9] : [9, 8, 7]))
        #expect(steps.allSatisfy { $0.cost <= 24 * ScanBudget.singleRead }, "\(steps.map(\.cost))")
    }

    @Test("A cursor that names another user's record is refused")
    func refusesForeignRecords() async throws {
        let (store, memory) = try await filled(20, user: { UInt64($0 % 2) + 1 })
        var query = AuditQuery()
        (query.userID, query.limit) = (UserID(1), 2)
        let first = try #require(try store.audit(query).next)
        // The only query of this shape; its number is taken from the cursor that it made.
        for lsn in 1...UInt64(24) {
            let shape = try #require(Self.shape(of: first))
            query.after = Cursor(.audit, shape: shape, first: lsn).text
            let isOwn = try memory.header(LogSequenceNumber(lsn)).subject == 1
            #expect(await failure { try store.audit(query) } == (isOwn ? nil : .invalidCursor))
        }
    }

    private static func shape(of cursor: String) -> UInt32? {
        Base64URL.decode(cursor).map { bytes in (0..<4).reduce(0) { $0 | UInt32(bytes[1 + $1]) << UInt32(8 * $1) } }
    }

    // MARK: Users

    /// Four pages of the index; every 700th user was changed later, every 900th deleted.
    private func users(
        _ adjust: @escaping @Sendable (inout ProfileStoreConfiguration) -> Void
    ) async throws -> (ProfileStore, StoreFixture, LogTimestamp) {
        let fixture = try StoreFixture(adjust: adjust)
        let store = try fixture.open()
        for number in 1...3_500 {
            _ = try await store.create(ProfileDraft("Name \(number)", "u\(number)@b.example"), .by("a"))
        }
        let time = fixture.clock.now()
        for id in stride(from: UInt64(700), through: 3_500, by: 700) { try await patch(store, id, "Späte \(id)") }
        for id in stride(from: UInt64(900), through: 3_500, by: 900) {
            _ = try await store.delete(UserID(id), if: .none, .by("a"))
        }
        return (store, fixture, time)
    }

    @Test("A list of users that finds little ends its page early, and the pages together find all of it")
    func listEndsEarly() async throws {
        let (store, fixture, time) = try await users { $0.scanBudget.records = 1_000 }
        let late = Array(stride(from: UInt64(700), through: 3_500, by: 700))
        for (change, expected) in [
            ({ $0.q = "nobody" }, []), ({ $0.q = "spate" }, late), ({ $0.updatedSince = time }, late),
            ({ $0.deleted = .deleted }, [900, 1_800, 2_700]),
            ({ $0.updatedSince = LogTimestamp(microseconds: .max) }, []),
        ] as [((inout UserQuery) -> Void, [UInt64])] {
            for sort in [UserSort.id, .idDescending] {
                var query = UserQuery()
                query.sort = sort
                change(&query)
                let steps = try await steps(query, store, fixture.memory)
                #expect(steps.flatMap(\.items).map(\.id.rawValue) == (sort == .id ? expected : expected.reversed()))
                // The last page of the index holds 428 users: from that end, two are looked at for one page.
                #expect(steps.count == (sort == .id ? 4 : 3))
            }
        }
        var query = UserQuery()
        query.limit = 1_000
        let all = try await steps(query, store, fixture.memory)
        #expect(all.flatMap(\.items).count == 3_497)
    }

    @Test("A sort that lacks search texts reads a part of them for each page, and then gives its rows")
    func sortEndsEarly() async throws {
        let (_, fixture, _) = try await users { _ in }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let loaded = try IndexLoader(log: fixture.memory, checkpoints: fixture.memory, logger: logger).load { _ in }
        let state = StoreState(ProfileIndex(loaded.users), checkpoint: nil)
        var budget = ScanBudget()
        budget.records = 1
        var query = UserQuery()
        (query.sort, query.limit) = (.nameDescending, 4)
        let filter = try UserFilter(query, keys: .standard)
        var pages: [Page<User>] = []
        repeat {
            query.after = pages.last?.next
            let listing = UserListing(
                users: state.users,
                query: query,
                filter: filter,
                only: nil,
                log: fixture.memory,
                texts: SearchTextResolver(state: state, log: fixture.memory),
                budget: budget,
                pageBytes: .max
            )
            pages.append(try listing.page())
        } while pages.count < 6
        #expect(
            pages.map { $0.items.map(\.id.rawValue) } == [
                [], [], [], [700, 3_500, 2_800, 2_100], [1_400, 999, 998, 997], [996, 995, 994, 993],
            ]
        )
        #expect(pages.allSatisfy { $0.next != nil })
    }

    @Test("The directory at an instant ends its page early in the middle of a user's versions, and goes on there")
    func pastEndsEarly() async throws {
        let fixture = try StoreFixture { $0.scanBudget.records = 10 * ScanBudget.singleRead }
        let store = try fixture.open()
        for number in 1...5 { _ = try await store.create(ProfileDraft("first", "u\(number)@b.example"), .by("a")) }
        let time = fixture.clock.now()
        for number in 1...100 { try await patch(store, 3, "n\(number)") }
        try await patch(store, 5, "m")
        for sort in [UserSort.id, .idDescending] {
            var query = UserQuery()
            (query.at, query.sort) = (time, sort)
            let steps = try await steps(query, store, fixture.memory)
            let users = steps.flatMap(\.items)
            #expect(users.map(\.id.rawValue) == (sort == .id ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]))
            #expect(users.allSatisfy { $0.profile.name == "first" })
            #expect(steps.allSatisfy { $0.reads <= 14 }, "\(steps.map(\.reads))")
            #expect(steps.count > 9)
        }
    }
}
