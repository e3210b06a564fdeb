@testable import LogStorage

/// Gives arbitrary bytes to the decoder of records.
enum RecordCheck {
    /// Takes `input` for the body of a frame.
    static func run(_ input: [UInt8]) throws {
        guard (1...FrameLayout.maximumBodyBytes).contains(input.count) else { return }
        // The numbers where something could overflow, and common ones.
        for (lsn, time) in [(1, 0), (1_000_000, 1_767_225_600_000_000), (UInt64.max, Int64.max), (77, Int64.min)] {
            let header = FrameHeader(
                recordCount: FrameLayout.maximumRecords,
                bodyBytes: input.count,
                firstLSN: LogSequenceNumber(lsn),
                baseTime: LogTimestamp(microseconds: time),
                syncedOffset: 64
            )
            try input.withUnsafeBytes { body in
                try walk(RecordCursor(header, body: body), header, body, count: header.recordCount)
            }
        }
    }

    /// Decodes all records of a frame.
    static func check(_ frame: FrameView) throws {
        try walk(frame.records, frame.header, frame.body, count: frame.header.recordCount)
    }

    private static func walk(
        _ records: RecordCursor,
        _ frame: FrameHeader,
        _ body: UnsafeRawBufferPointer,
        count: Int
    ) throws {
        var records = records
        var written = ByteWriter()
        var isWithoutSteps = true
        var time = frame.baseTime
        var lsn = frame.firstLSN
        for _ in 0..<count {
            if records.isAtEnd { break }
            guard let record = records.next() else { return }
            try FuzzFinding.require(record.header.lsn == lsn, "a record has a number out of order")
            try FuzzFinding.require(record.header.time >= time, "a record is earlier than it can be")
            if let previous = record.header.previous {
                try FuzzFinding.require(previous > .zero && previous < lsn, "a record follows a later one")
            }
            // A time beyond the last one that can be said is held there, so that its step shows nowhere.
            isWithoutSteps = isWithoutSteps && record.header.time == time && time.microseconds < .max
            let json = try payload(of: record)
            prepared(record, json).put(into: &written, as: lsn)
            lsn = lsn.next
            time = record.header.time.advanced(byMicroseconds: 1)
        }
        guard records.isAtEnd, isWithoutSteps else { return }
        // A varint may be longer than needed: then what is written is shorter.
        try FuzzFinding.require(written.count <= body.count, "records take more room than before")
        try FuzzFinding.require(
            written.count < body.count || written.bytes.elementsEqual(body),
            "records are not written as they were read"
        )
    }

    /// The JSON; zeros of the same number if the stored bytes do not inflate.
    private static func payload(of record: RecordView) throws -> [UInt8] {
        let inflater = try PayloadInflater(dictionaryID: PresetDictionary.currentID)
        guard let json = record.payload(with: inflater) else { return Array(repeating: 0, count: record.payloadBytes) }
        try FuzzFinding.require(json.count == record.payloadBytes, "a payload has another length")
        return json
    }

    private static func prepared(_ record: RecordView, _ json: [UInt8]) -> PreparedRecord {
        PreparedRecord(
            kind: record.header.kind,
            subject: record.header.subject,
            version: record.header.version,
            previous: record.header.previous,
            actorTag: record.header.actorTag,
            key: record.header.key,
            payload: EncodedPayload(json: json, stored: Array(record.stored), codec: record.codec)
        )
    }
}
