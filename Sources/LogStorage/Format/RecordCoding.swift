/// Layout of a record's flags (`LogFormat`, "Record").
enum RecordFlags {
    static let kindMask: UInt8 = 0b0000_0111
    static let codecShift: UInt8 = 3
    static let codecMask: UInt8 = 0b0001_1000
    static let hasKey: UInt8 = 0b0010_0000
    static let reserved: UInt8 = 0b1100_0000
}

/// A record as it stands in a frame's body, its payload still compressed and only lent.
///
/// Must not outlive the bytes of the frame.
struct RecordView {
    var header: RecordHeader
    var codec: PayloadCodec
    /// Bytes of JSON.
    var payloadBytes: Int
    /// The payload as stored.
    var stored: UnsafeRawBufferPointer

    /// The JSON, or `nil` if the stored bytes do not inflate to it.
    func payload(with inflater: PayloadInflater) -> [UInt8]? {
        inflater.inflate(stored.bytes, codec: codec, size: payloadBytes)
    }
}

/// Walks over the records of a frame's body whose checksum was found to be right.
struct RecordCursor {
    private var reader: ByteReader
    private var lsn: LogSequenceNumber
    private var earliestTime: LogTimestamp

    init(_ header: FrameHeader, body: UnsafeRawBufferPointer) {
        reader = ByteReader(body)
        lsn = header.firstLSN
        earliestTime = header.baseTime
    }

    var isAtEnd: Bool { reader.isAtEnd }

    /// The next record; `nil` if the bytes are not one.
    mutating func next() -> RecordView? {
        guard let flags = reader.integer(UInt8.self), flags & RecordFlags.reserved == 0,
            let codec = PayloadCodec(rawValue: (flags & RecordFlags.codecMask) >> RecordFlags.codecShift),
            flags & RecordFlags.kindMask != 0,
            let subject = reader.varint(), let version = reader.varint(), version >= 1,
            let back = reader.varint(), back < lsn.rawValue, (back == 0) == (version == 1),
            let step = reader.varint(), step <= Int64.max,
            let actorTag = reader.integer(UInt32.self)
        else { return nil }
        var key: UInt64?
        if flags & RecordFlags.hasKey != 0 {
            guard let value = reader.integer(UInt64.self) else { return nil }
            key = value
        }
        guard let payloadBytes = reader.varint(), payloadBytes <= FrameLayout.maximumPayloadBytes,
            let storedBytes = reader.varint(), storedBytes <= payloadBytes,
            let stored = reader.bytes(Int(storedBytes))
        else { return nil }
        let time = earliestTime.advanced(byMicroseconds: Int64(step))
        let header = RecordHeader(
            lsn: lsn,
            time: time,
            kind: flags & RecordFlags.kindMask,
            subject: subject,
            version: version,
            previous: back == 0 ? nil : LogSequenceNumber(lsn.rawValue - back),
            actorTag: actorTag,
            key: key,
            storedBytes: stored.count
        )
        lsn = lsn.next
        earliestTime = time.advanced(byMicroseconds: 1)
        return RecordView(header: header, codec: codec, payloadBytes: Int(payloadBytes), stored: stored)
    }
}

extension PreparedRecord {
    /// Appends the record as number `lsn` to a frame's body, at the earliest time it may have there.
    func put(into writer: inout ByteWriter, as lsn: LogSequenceNumber) {
        var flags = kind & RecordFlags.kindMask
        flags |= payload.codec.rawValue << RecordFlags.codecShift
        if key != nil { flags |= RecordFlags.hasKey }
        writer.put(flags)
        writer.putVarint(subject)
        writer.putVarint(version)
        writer.putVarint(previous.map { lsn.rawValue - $0.rawValue } ?? 0)
        writer.putVarint(0)
        writer.put(actorTag)
        if let key { writer.put(key) }
        writer.putVarint(UInt64(payload.json.count))
        writer.putVarint(UInt64(payload.stored.count))
        writer.put(payload.stored)
    }
}
