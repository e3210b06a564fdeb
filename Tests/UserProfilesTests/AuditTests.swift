import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct AuditTests {
    /// 3 users with 12 changes by two actors.
    private func filled(_ backing: StoreFixture.Backing) async throws -> ProfileStore {
        let store = try StoreFixture(backing).open()
        for number in 1...3 as ClosedRange<UInt64> {
            let actor = number == 2 ? "Ольга" : "admin"
            _ = try await store.create(ProfileDraft("n", "u\(number)@b.example"), .by(actor))
            _ = try await store.patch(UserID(number), merge: .text(#"{"name":"m"}"#), if: .none, .by("admin"))
            _ = try await store.delete(UserID(number), if: .none, .by(actor))
            _ = try await store.restore(
                UserID(number),
                to: .version(ProfileVersion(1)),
                email: nil,
                if: .none,
                dryRun: false,
                .by("admin")
            )
        }
        return store
    }

    private func lsns(_ query: AuditQuery, _ store: ProfileStore) throws -> [UInt64] {
        var query = query
        query.limit = 2
        var lsns: [UInt64] = []
        repeat {
            let page = try store.audit(query)
            #expect(page.items.count <= 2)
            lsns += page.items.map(\.lsn.rawValue)
            query.after = page.next
        } while query.after != nil
        return lsns
    }

    @Test("Each filter, alone and together, in both orders, page by page", arguments: StoreFixture.Backing.allCases)
    func filters(_ backing: StoreFixture.Backing) async throws {
        let store = try await filled(backing)
        let all = try lsns(AuditQuery(), store)
        #expect(all == Array((1...12).reversed()))
        let entries = try all.map { try store.auditEntry(LogSequenceNumber($0)) }
        let times = entries.map(\.timestamp)
        let windows: [(LogTimestamp?, LogTimestamp?)] = [
            (nil, nil), (times[7], nil), (nil, times[3]), (times[8], times[2]), (times[3], times[3]),
        ]
        for user in [nil, 1, 2, 9] as [UInt64?] {
            for actor in [nil, "admin", "Ольга", "nobody"] {
                for operation in [nil, .update, .restore] as [UserProfiles.Operation?] {
                    for (since, until) in windows {
                        var query = AuditQuery()
                        query.userID = user.map { UserID($0) }
                        query.actor = actor
                        query.operation = operation
                        query.since = since
                        query.until = until
                        let expected = entries.filter { entry in
                            (user.map { entry.userID.rawValue == $0 } ?? true)
                                && (actor.map { entry.actor == $0 } ?? true)
                                && (operation.map { entry.operation == $0 } ?? true)
                                && (since.map { entry.timestamp >= $0 } ?? true)
                                && (until.map { entry.timestamp < $0 } ?? true)
                        }.map(\.lsn.rawValue)
                        #expect(try lsns(query, store) == expected)
                        query.order = .ascending
                        #expect(try lsns(query, store) == expected.reversed())
                    }
                }
            }
        }
        await store.close()
    }

    @Test("A user's history is told from its beginning, with what each change changed")
    func tellsHistory() async throws {
        let store = try await filled(.memoryLog)
        let page = try store.history(UserID(2), after: nil, limit: 3)
        #expect(page.items.map(\.operation) == [.create, .update, .delete])
        #expect(page.items.map { $0.changes.map(\.field) } == [["name", "email"], ["name"], ["deleted"]])
        let rest = try store.history(UserID(2), after: page.next, limit: 3)
        #expect(rest.items.map(\.operation) == [.restore])
        #expect(rest.items.first?.changes.map(\.field) == ["name", "deleted"])
        #expect(rest.items.first?.restoredFrom == ProfileVersion(1))
        #expect(rest.next == nil)
        #expect(await failure { try store.history(UserID(1), after: page.next, limit: 3) } == .invalidCursor)
    }

    @Test("A page of large changes ends early, and what it counts are the states before them, too")
    func endsEarly() async throws {
        let fixture = try StoreFixture { $0.pageBytes = 3_000 }
        let store = try fixture.open()
        let large = #"{"attributes":{"text":"\#(String(repeating: "ж", count: 500))"}}"#
        let small = #"{"attributes":{"text":null}}"#
        _ = try await store.create(ProfileDraft("Ada", "ada@example.com"), .by("a"))
        for _ in 1...10 {
            _ = try await store.patch(UserID(1), merge: .text(large), if: .none, .by("large"))
            _ = try await store.patch(UserID(1), merge: .text(small), if: .none, .by("small"))
        }
        // The last ones of those are small themselves, but not what they changed.
        for (actor, count) in [(nil, 21), ("large", 10), ("small", 10)] as [(String?, Int)] {
            for order in [ScanOrder.ascending, .descending] {
                var query = AuditQuery()
                query.actor = actor
                query.order = order
                query.userID = actor == "large" ? UserID(1) : nil
                var lsns: [UInt64] = []
                repeat {
                    let page = try store.audit(query)
                    #expect((1...4).contains(page.items.count))
                    lsns += page.items.map(\.lsn.rawValue)
                    query.after = page.next
                } while query.after != nil
                #expect(lsns == (order == .ascending ? lsns.sorted() : lsns.sorted().reversed()))
                #expect(lsns.count == count && Set(lsns).count == count)
            }
        }
        #expect(try store.history(UserID(1), after: nil, limit: 1_000).items.count == 4)
    }

    @Test("An actor with the same tag is not taken for another")
    func verifiesActors() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        _ = try await store.create(ProfileDraft("n", "a@b.example"), .by("admin"))
        _ = try await store.create(ProfileDraft("n", "b@b.example"), .by("other"))
        fixture.memory.edit { records in
            var header = records[1].header
            header.actorTag = records[0].header.actorTag
            records[1] = StoredRecord(header: header, payload: records[1].payload)
        }
        var query = AuditQuery()
        query.actor = "admin"
        #expect(try lsns(query, store) == [1])
        query.userID = UserID(2)
        #expect(try lsns(query, store) == [])
    }
}
