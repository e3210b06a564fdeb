import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

@Suite("Verifying what records say")
struct VerifierTests {
    /// A log with every operation, emails that move between users, and several scripts.
    private static func log() async throws -> MemoryLog {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        for (name, email) in [("Ada", "a@example.com"), ("Ζωή", "ζωή@example.gr"), ("山田", "y@example.jp")] {
            let user = try await store.create(ProfileDraft(name, email), .by("ines"))
            #expect(user.version == ProfileVersion(1))
        }
        for round in 0..<3 {
            for id in 1...3 as ClosedRange<UInt64> {
                let merge = try JSONValue.text(#"{"attributes":{"round":\#(round)}}"#)
                let user = try await store.patch(UserID(id), merge: merge, if: .none, .by("maré"))
                #expect(!user.deleted)
            }
            let deleted = try await store.delete(UserID(1), if: .none, .by("ines"))
            #expect(deleted.deleted)
            // Takes the email that the deletion has set free, and gives it back.
            for email in ["A@example.com", "y@example.jp"] {
                let merge = try JSONValue.text(#"{"email":"\#(email)"}"#)
                let user = try await store.patch(UserID(3), merge: merge, if: .none, .by("ines"))
                #expect(user.profile.email == email)
            }
            let result = try await store.restore(
                UserID(1),
                to: .version(ProfileVersion(1)),
                email: nil,
                if: .none,
                dryRun: false,
                .by("ines")
            )
            #expect(!result.user.deleted)
        }
        let last = try await store.create(ProfileDraft("🦊", "fox@example.com"), .by("ines"))
        #expect(last.id == UserID(4))
        await store.close()
        return fixture.memory
    }

    private static func records(_ log: MemoryLog) -> [StoredRecord] {
        var records: [StoredRecord] = []
        log.edit { records = $0 }
        return records
    }

    /// What is wrong with the records of `log`, those of `lost` being unreadable.
    private static func faults(
        _ log: MemoryLog,
        lost: ClosedRange<LogSequenceNumber>? = nil
    ) -> [ContentFault] {
        var verifier = DirectoryVerifier(log)
        var faults: [ContentFault] = []
        for record in records(log) {
            if let lost, lost.contains(record.header.lsn) {
                if record.header.lsn == lost.lowerBound { verifier.skip(lost) }
                continue
            }
            faults += verifier.take(record.header, record.payload)
        }
        return faults
    }

    @Test("A log as the store writes it has no faults")
    func good() async throws {
        let log = try await Self.log()
        #expect(Self.faults(log).isEmpty)
        #expect(Self.records(log).count == 25)
    }

    @Test("Whatever part of the log is lost, nothing else is taken for a fault")
    func losses() async throws {
        let log = try await Self.log()
        let count = UInt64(Self.records(log).count)
        for first in 1...count {
            for last in first...count {
                let faults = Self.faults(log, lost: LogSequenceNumber(first)...LogSequenceNumber(last))
                #expect(faults.isEmpty, "records \(first) to \(last) lost: \(faults.first?.message ?? "")")
            }
        }
    }

    /// A change to the record with a number, and a part of what is to be said about it.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let lsn: Int
        let says: String
        let change: @Sendable (inout RecordHeader, inout String) -> Void
        var testDescription: String { says }

        init(_ lsn: Int, _ says: String, _ change: @escaping @Sendable (inout RecordHeader, inout String) -> Void) {
            self.lsn = lsn
            self.says = says
            self.change = change
        }
    }

    /// Of user 1, record 4 is an update, 7 the deletion and 10 the restore; record 8 changes user 3's email.
    static let forgeries: [Forgery] = [
        Forgery(5, "of the kind 6") { header, _ in header.kind = 6 },
        Forgery(5, "is version 9 of user 2") { header, _ in header.version = 9 },
        Forgery(5, "says that record 1 is the version before") { header, _ in header.previous = LogSequenceNumber(1) },
        Forgery(5, "changes user 99, who does not exist") { header, _ in header.subject = 99 },
        Forgery(10, "changes user 1, who is deleted") { header, _ in header.kind = 2 },
        Forgery(3, "creates user 7 where user 3 is due") { header, _ in header.subject = 7 },
        Forgery(3, "creates user 2 where user 3 is due") { header, _ in header.subject = 2 },
        Forgery(3, "creates a user and its header has no key") { header, _ in header.key = nil },
        Forgery(3, "key is not that of the email") { header, _ in header.key = 5 },
        Forgery(4, "a key although the email is that of the version before") { header, payload in
            header.key = TextKeys.standard.email(FoldedText("a@example.com").bytes)
        },
        Forgery(8, "no key although the email is not that") { header, _ in header.key = nil },
        Forgery(4, "tag is not that of the actor") { header, _ in header.actorTag ^= 1 },
        Forgery(4, "is not a profile's") { _, payload in payload.removeLast() },
        Forgery(4, "lacks a member") { _, payload in payload = "{}" },
        Forgery(10, "does not say of which version") { _, payload in payload.replace(#","restored_from":1"#, with: "")
        },
        Forgery(10, "which came later") { _, payload in
            payload.replace(#""restored_from":1"#, with: #""restored_from":4"#)
        },
        Forgery(4, "no restore and yet names") { _, payload in
            payload.replace(/}$/, with: #","restored_from":1}"#)
        },
    ]

    @Test("Each contradiction is told, once and with its record", arguments: forgeries)
    func forgery(_ forgery: Forgery) async throws {
        let log = try await Self.log()
        let index = forgery.lsn - 1
        log.edit { records in
            var header = records[index].header
            var payload = String(decoding: records[index].payload, as: UTF8.self)
            forgery.change(&header, &payload)
            records[index] = StoredRecord(header: header, payload: Array(payload.utf8))
        }
        let faults = Self.faults(log).filter { $0.lsn.rawValue == UInt64(index) + 1 }
        #expect(faults.count >= 1)
        #expect(faults.contains { $0.message.contains(forgery.says) }, "\(faults.map(\.message))")
    }

    @Test("Two live users with one email are told, whatever its case")
    func doubleEmail() async throws {
        let log = try await Self.log()
        log.edit { records in
            let last = records[24]
            let payload = String(decoding: last.payload, as: UTF8.self)
                .replacing("fox@example.com", with: "ΖΩΉ@example.gr")
            var header = last.header
            header.key = TextKeys.standard.email(FoldedText("ζωή@example.gr").bytes)
            records[24] = StoredRecord(header: header, payload: Array(payload.utf8))
        }
        let faults = Self.faults(log)
        #expect(faults.count == 1)
        #expect(faults.first?.message.contains("user 4 the email that user 2 has") == true)
        // If user 2 was last seen before a gap, that user may have given it up.
        #expect(Self.faults(log, lost: LogSequenceNumber(24)...LogSequenceNumber(24)).isEmpty)
    }

    @Test("A fault behind a gap is found")
    func faultBehindGap() async throws {
        let log = try await Self.log()
        log.edit { records in
            var header = records[24].header
            header.actorTag ^= 1
            records[24] = StoredRecord(header: header, payload: records[24].payload)
        }
        #expect(Self.faults(log, lost: LogSequenceNumber(3)...LogSequenceNumber(6)).map(\.lsn.rawValue) == [25])
    }

    /// A number of records that no memory has room for, and ids up to the highest.
    @Test("However many records are lost, users whom only they tell of take no memory")
    func hugeGap() async throws {
        let log = try await Self.log()
        var verifier = DirectoryVerifier(log)
        for record in Self.records(log).dropLast() { _ = verifier.take(record.header, record.payload) }
        verifier.skip(LogSequenceNumber(25)...LogSequenceNumber(.max - 10))
        let payload = Self.records(log)[24].payload
        let other = Array(String(decoding: payload, as: UTF8.self).replacing("fox@", with: "cat@").utf8)
        // Each record, from its number's place before the highest number.
        func take(_ back: UInt64, user: UInt64, _ version: UInt64, previous: UInt64?, _ payload: [UInt8]) -> [String] {
            var header = Self.records(log)[24].header
            header.lsn = LogSequenceNumber(.max - back)
            header.kind = version == 1 ? 1 : 2
            header.subject = user
            header.version = version
            header.previous = previous.map { LogSequenceNumber($0) }
            let email = payload == other ? "cat@example.com" : "fox@example.com"
            header.key = version == 3 ? nil : TextKeys.standard.email(FoldedText(email).bytes)
            return verifier.take(header, payload).map(\.message)
        }
        #expect(take(9, user: 4_000_000_000, 1, previous: nil, payload) == [])
        #expect(take(8, user: 3_000_000_000, 2, previous: 1_000, other) == [])
        #expect(take(7, user: 4_000_000_001, 1, previous: nil, []).count == 1)
        #expect(verifier.users.count == 4_000_000_000)
        // Both are known from here on, whichever of them came first.
        #expect(take(6, user: 3_000_000_000, 3, previous: .max - 8, other) == [])
        #expect(take(5, user: 4_000_000_000, 2, previous: .max - 7, payload).count == 1)
        #expect(take(4, user: 5_000_000_000, 2, previous: 1_000, payload).first?.contains("does not exist") == true)
    }

    // MARK: Checkpoints

    /// The difference between a checkpoint of `log`, changed by `edit`, and its records.
    private static func difference(
        _ log: MemoryLog,
        _ edit: @Sendable (inout [[UInt8]]) -> Void
    ) throws -> String? {
        var verifier = DirectoryVerifier(log)
        for record in records(log) { #expect(verifier.take(record.header, record.payload).isEmpty) }
        log.editCheckpoints { checkpoints in edit(&checkpoints[checkpoints.count - 1].blocks) }
        return try verifier.compare(#require(try log.storedCheckpoints().first))
    }

    @Test("A checkpoint that is what the records make is accepted, and any changed byte of it is told")
    func checkpoints() async throws {
        #expect(try Self.difference(try await Self.log()) { _ in } == nil)
        let log = try await Self.log()
        var sizes: [Int] = []
        log.editCheckpoints { sizes = $0[$0.count - 1].blocks.map(\.count) }
        let entryBytes = IndexCheckpointFormat.entryBytes
        for (block, size) in sizes.enumerated() {
            for offset in 0..<size {
                let difference = try Self.difference(log) { $0[block][offset] ^= 1 }
                // Only where a text stands in the page may change: an entry then has another text, or none.
                let isPlace =
                    block == 1 && offset >= 8 && offset < 8 + 4 * entryBytes && (offset - 8) % entryBytes >= 36
                #expect(difference != nil || isPlace, "block \(block), byte \(offset)")
                log.editCheckpoints { $0[$0.count - 1].blocks[block][offset] ^= 1 }
            }
        }
    }
}
