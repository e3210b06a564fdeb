import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite struct IndexTests {
    private func entry(_ lsn: UInt64, key: UInt64, deleted: Bool = false, version: UInt64 = 1) -> UserEntry {
        UserEntry(
            lsn: LogSequenceNumber(lsn),
            version: ProfileVersion(version),
            deleted: deleted,
            createdAt: LogTimestamp(microseconds: 1),
            updatedAt: LogTimestamp(microseconds: Int64(lsn)),
            emailKey: key
        )
    }

    private func text(_ name: String, _ email: String = "a@b.example") -> SearchText {
        SearchText(name: name, email: email)
    }

    @Test("An entry takes 40 bytes, which the figure for a million users rests on")
    func isSmall() {
        #expect(MemoryLayout<UserEntry>.stride == 40)
        #expect(MemoryLayout<UserEntry>.stride == IndexCheckpointFormat.entryBytes)
    }

    @Test("A snapshot does not see later changes")
    func isolatesSnapshots() {
        var index = ProfileIndex()
        for id in 1...3_000 as ClosedRange<UInt64> {
            index.apply(entry(id, key: id), of: UserID(id), text: text("n\(id)"))
        }
        let snapshot = index.users
        index.apply(entry(3_001, key: 9, version: 2), of: UserID(1_500), text: text("changed"))
        index.apply(entry(3_002, key: 10), of: UserID(3_001), text: text("new"))
        #expect(snapshot.entry(UserID(1_500))?.lsn == LogSequenceNumber(1_500))
        #expect(snapshot.text(UserID(1_500)) == text("n1500").bytes)
        #expect(snapshot.entry(UserID(3_001)) == nil)
        #expect(snapshot.position == LogSequenceNumber(3_000))
        #expect(index.users.text(UserID(1_500)) == text("changed").bytes)
    }

    @Test("A search text that was read before its user changed is not kept")
    func refusesStaleTexts() {
        var index = ProfileIndex()
        index.apply(entry(1, key: 1), of: UserID(1), text: text("old"))
        index.apply(entry(2, key: 1, version: 2), of: UserID(1), text: text("new"))
        index.setText(text("old"), of: UserID(1), asOf: LogSequenceNumber(1))
        #expect(index.users.text(UserID(1)) == text("new").bytes)
        index.setText(text("same"), of: UserID(1), asOf: LogSequenceNumber(2))
        #expect(index.users.text(UserID(1)) == text("same").bytes)
        index.setText(text("none"), of: UserID(2), asOf: LogSequenceNumber(1))
        #expect(index.users.count == 1)
    }

    @Test("Search texts that are replaced again and again do not pile up")
    func compactsTexts() {
        var page = UserPage()
        for slot in 0..<100 { page.append(entry(UInt64(slot) + 1, key: 0), text: text("name \(slot)")) }
        for round in 0..<200 {
            for slot in 0..<100 {
                page.replace(entry(UInt64(slot) + 1, key: 0), at: slot, text: text("round \(round) \(slot)"))
            }
        }
        #expect(page.texts.bytes.count < 8_000)
        #expect(page.isSearchable)
        for slot in 0..<100 { #expect(page.text(at: slot) == text("round 199 \(slot)").bytes) }
        page.replace(entry(1, key: 0), at: 0, text: nil)
        #expect(page.text(at: 0) == nil)
        #expect(!page.isSearchable)
        #expect(page.compacted().text(at: 99) == text("round 199 99").bytes)
    }

    @Test("The email table finds what a dictionary finds, after any inserts and removals", arguments: [1, 2, 3])
    func tableAgreesWithDictionary(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var index = ProfileIndex()
        var model: [UInt64: Set<UserID>] = [:]
        var keys: [UserID: UInt64] = [:]
        // Few keys, some with equal low bits, so that runs and wrap-arounds come about.
        let pool = (0..<300 as Range<UInt64>).map { number -> UInt64 in
            let shard = (number % 2) << 56
            let middle = (number / 2 % 9) << 40
            return shard | middle | number % 50
        }
        for step in 1...6_000 as ClosedRange<UInt64> {
            let id = UserID(UInt64.random(in: 1...UInt64(index.users.count + 1), using: &random))
            let key = pool[Int.random(in: 0..<pool.count, using: &random)]
            let deleted = index.users.entry(id) != nil && Int.random(in: 0..<3, using: &random) == 0
            let isNew = index.users.entry(id) == nil
            if isNew, index.users.count >= 400 { continue }
            index.apply(entry(step, key: key, deleted: deleted), of: id, text: text("x"))
            if let old = keys.removeValue(forKey: id) { model[old]?.remove(id) }
            if !deleted {
                keys[id] = key
                model[key, default: []].insert(id)
            }
            if step % 100 == 0 {
                for key in pool { #expect(Set(index.holders(of: key)) == model[key] ?? []) }
                #expect(index.emails.count == keys.count)
            }
        }
        let rebuilt = ProfileIndex(index.users)
        for key in pool { #expect(Set(rebuilt.holders(of: key)) == model[key] ?? []) }
    }

    // MARK: Replay

    private func header(
        _ lsn: UInt64,
        _ operation: UserProfiles.Operation,
        _ subject: UInt64,
        _ version: UInt64,
        previous: UInt64? = nil,
        key: UInt64? = nil
    ) -> RecordHeader {
        RecordHeader(
            lsn: LogSequenceNumber(lsn),
            time: LogTimestamp(microseconds: Int64(lsn)),
            kind: operation.rawValue,
            subject: subject,
            version: version,
            previous: previous.map { LogSequenceNumber($0) },
            actorTag: 0,
            key: key
        )
    }

    @Test("Headers alone rebuild every entry")
    func replays() throws {
        var replay = IndexReplay()
        try replay.take(header(1, .create, 1, 1, key: 11))
        try replay.take(header(2, .create, 2, 1, key: 12))
        try replay.take(header(3, .update, 1, 2, previous: 1, key: 13))
        try replay.take(header(4, .delete, 1, 3, previous: 3))
        try replay.take(header(5, .restore, 1, 4, previous: 4))
        #expect(replay.users.entry(UserID(1))?.emailKey == 13)
        #expect(replay.users.entry(UserID(1))?.version == ProfileVersion(4))
        #expect(replay.users.entry(UserID(1))?.createdAt == LogTimestamp(microseconds: 1))
        #expect(replay.users.entry(UserID(1))?.updatedAt == LogTimestamp(microseconds: 5))
        #expect(replay.users.liveCount == 2)
        #expect(replay.users.position == LogSequenceNumber(5))
    }

    @Test("A record that does not continue what came before is damage, with its LSN")
    func refusesContradictions() throws {
        var replay = IndexReplay()
        try replay.take(header(1, .create, 1, 1, key: 11))
        try replay.take(header(2, .delete, 1, 2, previous: 1))
        let wrong = [
            header(4, .create, 2, 1, key: 1), header(3, .create, 3, 1, key: 1), header(3, .create, 1, 1, key: 1),
            header(3, .create, 2, 2, key: 1), header(3, .create, 2, 1, previous: 1, key: 1), header(3, .create, 2, 1),
            header(3, .update, 2, 1, previous: 1), header(3, .update, 1, 3, previous: 2),
            header(3, .delete, 1, 3, previous: 2), header(3, .restore, 1, 4, previous: 2),
            header(3, .restore, 1, 3, previous: 1), header(3, .restore, 1, 3), header(3, .restore, 0, 3, previous: 2),
            header(3, .restore, .max, 3, previous: 2),
        ]
        for header in wrong {
            var copy = replay
            let error = #expect(throws: LogError.self) { try copy.take(header) }
            #expect(error?.code == .damaged)
            #expect(error?.lsns?.lowerBound == header.lsn)
        }
        var unknown = header(3, .restore, 1, 3, previous: 2)
        unknown.kind = 7
        let error = #expect(throws: LogError.self) { try replay.take(unknown) }
        #expect(error?.code == .unsupportedFormat)
    }

    // MARK: Checkpoint

    private func table(_ count: UInt64) -> UserTable {
        var index = ProfileIndex()
        for id in 1...count {
            index.apply(entry(id, key: id &* 0x9E37_79B9_7F4A_7C15), of: UserID(id), text: text("Имя \(id)"))
        }
        index.apply(entry(count + 1, key: 5, deleted: true, version: 2), of: UserID(count / 2 + 1), text: text("gone"))
        return index.users
    }

    private func blocks(_ users: UserTable) throws -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        try IndexCheckpointEncoder(users: users).encode { blocks.append($0) }
        return blocks
    }

    private func decoded(_ blocks: [[UInt8]], at lsn: LogSequenceNumber) throws -> UserTable {
        var decoder = IndexCheckpointDecoder()
        var users = UserTable()
        for block in blocks { try decoder.take(block) { users.append(page: $0) } }
        let header = try decoder.finish(at: lsn)
        users.position = header.position
        users.time = header.time
        return users
    }

    @Test("A checkpoint brings back every entry and every search text", arguments: [1, 1_023, 1_024, 1_025, 40_000])
    func roundTrips(_ count: UInt64) throws {
        let users = table(count)
        let blocks = try blocks(users)
        let read = try decoded(blocks, at: users.position)
        #expect(read.count == users.count)
        #expect(read.liveCount == users.liveCount)
        #expect(read.position == users.position)
        #expect(read.time == users.time)
        #expect(read.searchableCount == users.searchableCount)
        for id in stride(from: 1, through: count, by: 7) {
            #expect(read.text(UserID(id)) == users.text(UserID(id)))
            #expect(read.entry(UserID(id))?.lsn == users.entry(UserID(id))?.lsn)
            #expect(read.entry(UserID(id))?.emailKey == users.entry(UserID(id))?.emailKey)
        }
        #expect(count < 40_000 || blocks.count > 3)
    }

    @Test("A body of another format, of another record, or cut anywhere is refused, never a crash")
    func refusesBadBodies() throws {
        let users = table(30)
        let good = try blocks(users)
        #expect(throws: (any Error).self) { try decoded(good, at: users.position.next) }
        #expect(throws: (any Error).self) { try decoded([], at: users.position) }
        #expect(throws: (any Error).self) { try decoded([good[0]], at: users.position) }
        #expect(throws: (any Error).self) { try decoded([good[0], good[1], good[1]], at: users.position) }
        for length in 0..<good[0].count {
            #expect(throws: (any Error).self) {
                try decoded([Array(good[0].prefix(length)), good[1]], at: users.position)
            }
        }
        for length in 1..<good[1].count {
            #expect(throws: (any Error).self) {
                try decoded([good[0], Array(good[1].prefix(length))], at: users.position)
            }
        }
        for place in good[1].indices {
            var changed = good
            changed[1][place] = ~changed[1][place]
            // The engine's checksum finds this; here it must only do no harm.
            if let read = try? decoded(changed, at: users.position) {
                for id in 1...30 as ClosedRange<UInt64> { _ = read.text(UserID(id)) }
            }
        }
    }

    @Test("The heap keeps the first few of any sequence, in order", arguments: [1, 2, 3, 10, 100])
    func keepsFirst(_ capacity: Int) {
        var random = SeededGenerator(seed: UInt64(capacity))
        let numbers = (0..<500).map { _ in Int.random(in: 0..<1_000, using: &random) }
        var heap = BoundedHeap<Int>(capacity: capacity, precedes: <)
        for number in numbers { heap.insert(number) }
        #expect(heap.sorted() == Array(numbers.sorted().prefix(capacity)))
    }

    @Test("A cursor of another kind, another query, or made up is refused")
    func refusesForeignCursors() throws {
        let cursor = Cursor(.users, shape: 7, first: 1, second: .max)
        #expect(try Cursor(cursor.text, kind: .users, shape: 7) == cursor)
        #expect(throws: ProfileError.self) { try Cursor(cursor.text, kind: .audit, shape: 7) }
        #expect(throws: ProfileError.self) { try Cursor(cursor.text, kind: .users, shape: 8) }
        let letters = Array(cursor.text)
        for place in letters.indices {
            var changed = letters
            changed[place] = changed[place] == "A" ? "B" : "A"
            #expect(throws: ProfileError.self) { try Cursor(String(changed), kind: .users, shape: 7) }
            #expect(throws: ProfileError.self) { try Cursor(String(letters.prefix(place)), kind: .users, shape: 7) }
        }
        #expect(Cursor.shape(["a", "b"]) != Cursor.shape(["ab", ""]))
        #expect(Cursor.shape([nil]) != Cursor.shape([""]))
    }
}
