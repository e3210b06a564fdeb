/// What a sealed segment says about itself (`LogFormat`, "Footer and trailer").
struct SegmentFooter: Equatable {
    var firstLSN: LogSequenceNumber
    var lastLSN: LogSequenceNumber
    var firstTime: LogTimestamp
    var lastTime: LogTimestamp
    /// The offset behind the last frame, which is the footer's own.
    var dataEnd: UInt64
    /// The tree over all records up to ``lastLSN``.
    var tree: MerkleFrontier
    var table: SparseTable

    static let magic: [UInt8] = [0x89] + Array("UPAEND\n".utf8)
    static let trailerMagic: [UInt8] = Array("UPAZ".utf8)
    static let trailerBytes = 4 + 4 + 4 + 4
    /// Bounds what a damaged trailer can make a reader allocate.
    static let maximumBytes = 64 << 20

    /// Footer and trailer, to be written at ``dataEnd``.
    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(lastLSN.rawValue - firstLSN.rawValue + 1)
        writer.put(firstLSN.rawValue)
        writer.put(lastLSN.rawValue)
        writer.put(firstTime.microseconds)
        writer.put(lastTime.microseconds)
        writer.put(dataEnd)
        tree.put(into: &writer)
        writer.put(UInt32(clamping: table.entries.count))
        var before = SparseTable.Entry(lsn: firstLSN, time: firstTime, offset: 0)
        for entry in table.entries {
            writer.putVarint(entry.lsn.rawValue - before.lsn.rawValue)
            writer.putVarint(UInt64(entry.offset - before.offset))
            writer.putVarint(UInt64(entry.time.microseconds - before.time.microseconds))
            before = entry
        }
        writer.put(writer.checksum())
        let footerBytes = writer.count
        writer.put(UInt32(clamping: dataEnd))
        writer.put(UInt32(clamping: footerBytes))
        writer.put(Self.trailerMagic)
        writer.put(writer.checksum(from: footerBytes))
        return writer.bytes
    }

    /// Where the trailer says that the footer stands; `nil` if the bytes are no valid trailer.
    static func footerRange(trailer bytes: UnsafeRawBufferPointer, fileBytes: UInt64) -> Range<UInt64>? {
        var reader = ByteReader(bytes)
        guard bytes.count == trailerBytes, let offset = reader.integer(UInt32.self),
            let length = reader.integer(UInt32.self), let magic = reader.bytes(trailerMagic.count),
            magic.elementsEqual(trailerMagic), let checksum = reader.integer(UInt32.self),
            Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<(trailerBytes - 4)])) == checksum,
            length <= maximumBytes, UInt64(offset) + UInt64(length) + UInt64(trailerBytes) == fileBytes
        else { return nil }
        return UInt64(offset)..<(UInt64(offset) + UInt64(length))
    }

    /// Reads a footer; `nil` if it is damaged or contradicts itself.
    init?(decoding bytes: UnsafeRawBufferPointer, at offset: UInt64) {
        guard bytes.count > 4 else { return nil }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
        var reader = ByteReader(bytes)
        guard let magic = reader.bytes(Self.magic.count), magic.elementsEqual(Self.magic),
            bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self).littleEndian == Checksum.of(covered),
            let recordCount = reader.integer(UInt64.self),
            let firstLSN = reader.integer(UInt64.self), let lastLSN = reader.integer(UInt64.self),
            let firstTime = reader.integer(Int64.self), let lastTime = reader.integer(Int64.self),
            let dataEnd = reader.integer(UInt64.self), let tree = MerkleFrontier(decoding: &reader),
            let entryCount = reader.integer(UInt32.self),
            firstLSN >= 1, lastLSN >= firstLSN, recordCount == lastLSN - firstLSN + 1, firstTime <= lastTime,
            dataEnd == offset, tree.size == lastLSN
        else { return nil }
        self.firstLSN = LogSequenceNumber(firstLSN)
        self.lastLSN = LogSequenceNumber(lastLSN)
        self.firstTime = LogTimestamp(microseconds: firstTime)
        self.lastTime = LogTimestamp(microseconds: lastTime)
        self.dataEnd = dataEnd
        self.tree = tree
        self.table = SparseTable()
        var before = SparseTable.Entry(lsn: self.firstLSN, time: self.firstTime, offset: 0)
        for _ in 0..<entryCount {
            guard let entry = Self.entry(after: before, &reader, limit: dataEnd), entry.lsn <= self.lastLSN,
                table.entries.isEmpty || (entry.lsn > before.lsn && entry.offset > before.offset)
            else { return nil }
            table.append(entry)
            before = entry
        }
        guard let start = table.entries.first, start.lsn == self.firstLSN,
            start.offset == UInt32(SegmentHeader.byteCount)
        else { return nil }
        guard reader.remaining == 4 else { return nil }
    }

    private static func entry(
        after before: SparseTable.Entry,
        _ reader: inout ByteReader,
        limit: UInt64
    ) -> SparseTable.Entry? {
        guard let lsnStep = reader.varint(), let offsetStep = reader.varint(), let timeStep = reader.varint(),
            timeStep <= Int64.max, offsetStep < limit, UInt64(before.offset) + offsetStep < limit
        else { return nil }
        let (lsn, overflow) = before.lsn.rawValue.addingReportingOverflow(lsnStep)
        guard !overflow else { return nil }
        return SparseTable.Entry(
            lsn: LogSequenceNumber(lsn),
            time: before.time.advanced(byMicroseconds: Int64(timeStep)),
            offset: UInt32(clamping: UInt64(before.offset) + offsetStep)
        )
    }

    init(
        firstLSN: LogSequenceNumber,
        lastLSN: LogSequenceNumber,
        firstTime: LogTimestamp,
        lastTime: LogTimestamp,
        dataEnd: UInt64,
        tree: MerkleFrontier,
        table: SparseTable
    ) {
        self.firstLSN = firstLSN
        self.lastLSN = lastLSN
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.dataEnd = dataEnd
        self.tree = tree
        self.table = table
    }
}
