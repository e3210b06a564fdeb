import TestSupport

@testable import LogStorage
@testable import UserProfiles

/// The files of a small store in many scripts, the same in each run: what mutations begin with.
enum SampleStore {
    /// A segment with frames of one and of several records, ending in preallocated zeros.
    static let segment = made.segment
    /// The same, sealed.
    static let sealedSegment = made.sealed
    /// The index at ``lastLSN``.
    static let checkpoint = made.checkpoint
    static let checkpointPath = "/data/checkpoints/" + SegmentName.numbered(lastLSN, ending: CheckpointFile.ending)
    static let lastLSN = LogSequenceNumber(10)
    static let users = 5

    private static let people = [
        ("Ada Lovelace", "ada@example.com", #"{"city":"London","größe":1.70}"#),
        ("Ζωή Ἀλέξανδρος", "ζωή@example.gr", "{}"),
        ("山田 太郎", "yamada@example.jp", #"{"tags":["東京",null,true,1e400]}"#),
        ("محمد", "m@example.com", #"{"a":{"b":{"c":[[],{}]}}}"#),
        ("👩🏽‍🚀 Noor \u{202E}", "noor@example.com", #"{"note":"\u0007\"\\"}"#),
    ]

    private static let made: (segment: [UInt8], sealed: [UInt8], checkpoint: [UInt8]) = {
        do {
            return try make()
        } catch {
            fatalError("the sample cannot be made: \(error)")
        }
    }()

    private static func make() throws -> (segment: [UInt8], sealed: [UInt8], checkpoint: [UInt8]) {
        let disk = try LogCheck.disk(
            holding: SegmentHeader(
                dictionaryID: PresetDictionary.currentID,
                storeID: StoreID(bytes: Array(1...16)),
                firstLSN: LogSequenceNumber(1),
                previousTime: LogTimestamp(microseconds: 0)
            ).encoded()
        )
        var configuration = LogCheck.configuration(disk)
        configuration.segmentBytes = 4_096
        let log = try WriteAheadLog.open(configuration, logger: LogCheck.logger)
        for batch in [1...1, 2...5, 6...6, 7...10] as [ClosedRange<UInt64>] {
            let receipt = try log.append(batch.map { try record($0) })
            guard receipt.lsn(0).rawValue == batch.lowerBound else { throw FuzzFinding(description: "wrong number") }
        }
        let users = try IndexLoader(log: log, checkpoints: log, logger: LogCheck.logger).load { _ in }.users
        try log.writeCheckpoint(try log.checkpointPosition()) { try IndexCheckpointEncoder(users: users).encode($0) }
        let segment = disk[LogCheck.segment] ?? []
        // The next frame does not fit any more.
        while disk.paths.filter({ $0.hasSuffix(".wal") }).count == 1 {
            let receipt = try log.append([try record(log.last.lsn.rawValue + 1, padding: 1_000)])
            guard receipt.lsn(0) > lastLSN else { throw FuzzFinding(description: "wrong number") }
        }
        log.close()
        return (segment, disk[LogCheck.segment] ?? [], disk[checkpointPath] ?? [])
    }

    /// Records 1 to 5 create the users, the others change them in turn.
    private static func record(_ number: UInt64, padding: Int = 0) throws -> PreparedRecord {
        let subject = (number - 1) % UInt64(people.count) + 1
        let version = (number - 1) / UInt64(people.count) + 1
        let (name, email, attributes) = people[Int(subject) - 1]
        let object = padding == 0 ? Array(attributes.utf8) : noise(padding)
        let profile = Profile(validatedName: name, email: email, attributes: JSONObject(validatedText: object))
        let context = ChangeContext(actor: "ines", reason: "Grund \(number)", requestID: "r\(number)", sourceIP: "::1")
        return PreparedRecord(
            kind: version == 1 ? 1 : 2,
            subject: subject,
            version: version,
            previous: version == 1 ? nil : LogSequenceNumber(number - UInt64(people.count)),
            actorTag: TextKeys.actorTag(context.actor),
            key: version == 1 ? TextKeys.standard.email(FoldedText(email).bytes) : nil,
            payload: .encode(ProfileEvent(context: context, profile: profile).encoded())
        )
    }

    /// An object that does not compress well.
    private static func noise(_ count: Int) -> [UInt8] {
        var chance = SeededGenerator(seed: 1)
        let digits = (0..<count).map { _ in UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &chance) }
        return Array(#"{"noise":""#.utf8) + digits + Array(#""}"#.utf8)
    }

    // MARK: Seeds

    /// What each decoder's mutations begin with.
    static func seeds(for decoder: FuzzDecoder) throws -> [(name: String, bytes: [UInt8])] {
        let used = segment[...(segment.lastIndex { $0 != 0 } ?? 0)]
        switch decoder {
        case .segmentHeader: return [("header", Array(segment.prefix(SegmentHeader.byteCount)))]
        case .frame: return frames.enumerated().map { ("frame-\($0)", $1) }
        case .record:
            return frames.enumerated().map { index, frame in
                ("body-\(index)", Array(frame.dropFirst(FrameLayout.headerBytes).dropLast(4)))
            }
        case .footer:
            let trailer = sealedSegment.count - SegmentFooter.trailerBytes
            let start = Int(ChecksumMender.integer(UInt32.self, sealedSegment, trailer))
            return [("footer", Array(sealedSegment[start...]))]
        case .checkpoint, .storeCheckpoint: return [("checkpoint", checkpoint)]
        case .log, .store:
            return [
                ("open", Array(used) + [0, 0, 0, 0]), ("torn", Array(used.dropLast(20))), ("sealed", sealedSegment),
            ]
        case .indexCheckpoint: return [("blocks", IndexCheckpointCheck.joined(try blocks()))]
        case .event: return try payloads().enumerated().map { ("payload-\($0)", $1) }
        case .json: return people.enumerated().map { ("attributes-\($0)", Array($1.2.utf8)) }
        }
    }

    private static var frames: [[UInt8]] {
        var frames: [[UInt8]] = []
        var rest = segment.dropFirst(SegmentHeader.byteCount)
        while let header = rest.withUnsafeBytes({ FrameHeader(decoding: $0) }) {
            frames.append(Array(rest.prefix(header.frameBytes)))
            rest = rest.dropFirst(header.frameBytes)
        }
        return frames
    }

    private static func blocks() throws -> [[UInt8]] {
        guard let log = try LogCheck.opened(try LogCheck.disk(holding: segment)) else { return [] }
        defer { log.close() }
        var users = try IndexLoader(log: log, checkpoints: log, logger: LogCheck.logger).load { _ in }.users
        for (index, person) in people.enumerated() where index != 2 {
            let id = UserID(UInt64(index) + 1)
            guard let entry = users.entry(id) else { continue }
            let text = SearchText(name: person.0, email: person.1)
            users.setText(text, of: id, asOf: entry.lsn)
        }
        var blocks: [[UInt8]] = []
        try IndexCheckpointEncoder(users: users).encode { blocks.append($0) }
        return blocks
    }

    private static func payloads() throws -> [[UInt8]] {
        guard let log = try LogCheck.opened(try LogCheck.disk(holding: segment)) else { return [] }
        defer { log.close() }
        return try (1...lastLSN.rawValue).map { try log.read(LogSequenceNumber($0)).payload }
    }
}
