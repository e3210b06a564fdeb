/// The header of a frame (`LogFormat`, "Frame").
struct FrameHeader: Equatable {
    var recordCount: Int
    /// Bytes of records, without header and checksum.
    var bodyBytes: Int
    var firstLSN: LogSequenceNumber
    var baseTime: LogTimestamp
    /// All bytes of the file before this offset were known to be synced when the frame was built.
    var syncedOffset: UInt64

    /// Bytes of the frame in the file.
    var frameBytes: Int { FrameLayout.headerBytes + bodyBytes + FrameLayout.bodyChecksumBytes }

    var lastLSN: LogSequenceNumber { firstLSN.advanced(by: recordCount - 1) }

    func put(into writer: inout ByteWriter) {
        let start = writer.count
        writer.put(FrameLayout.marker)
        writer.put(UInt16(clamping: recordCount))
        writer.put(UInt32(clamping: bodyBytes))
        writer.put(firstLSN.rawValue)
        writer.put(baseTime.microseconds)
        writer.put(UInt32(clamping: syncedOffset))
        writer.put(writer.checksum(from: start))
    }

    init(
        recordCount: Int,
        bodyBytes: Int,
        firstLSN: LogSequenceNumber,
        baseTime: LogTimestamp,
        syncedOffset: UInt64
    ) {
        self.recordCount = recordCount
        self.bodyBytes = bodyBytes
        self.firstLSN = firstLSN
        self.baseTime = baseTime
        self.syncedOffset = syncedOffset
    }

    /// Reads a header; `nil` unless marker, checksum and bounds are right.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= FrameLayout.headerBytes else { return nil }
        var reader = ByteReader(bytes)
        guard reader.integer(UInt16.self) == FrameLayout.marker,
            let recordCount = reader.integer(UInt16.self), let bodyBytes = reader.integer(UInt32.self),
            let firstLSN = reader.integer(UInt64.self), let baseTime = reader.integer(Int64.self),
            let syncedOffset = reader.integer(UInt32.self), let checksum = reader.integer(UInt32.self),
            Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<FrameLayout.headerChecksumOffset])) == checksum,
            recordCount >= 1, bodyBytes >= 1, bodyBytes <= FrameLayout.maximumBodyBytes, firstLSN >= 1
        else { return nil }
        self.recordCount = Int(recordCount)
        self.bodyBytes = Int(bodyBytes)
        self.firstLSN = LogSequenceNumber(firstLSN)
        self.baseTime = LogTimestamp(microseconds: baseTime)
        self.syncedOffset = UInt64(syncedOffset)
    }
}
