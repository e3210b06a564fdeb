/// The first 64 bytes of a segment (`LogFormat`, "Segment header").
struct SegmentHeader: Equatable {
    var dictionaryID: UInt32
    var storeID: StoreID
    var firstLSN: LogSequenceNumber
    /// The time of the last record before this segment; 0 when there is none.
    var previousTime: LogTimestamp

    static let magic: [UInt8] = [0x89] + Array("UPALOG\n".utf8)
    static let reservedBytes = 12
    static let byteCount = 8 + 2 + 2 + 4 + StoreID.byteCount + 8 + 8 + reservedBytes + 4

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(FormatVersion.current)
        writer.put(FormatVersion.minimumReader)
        writer.put(dictionaryID)
        writer.put(storeID.bytes)
        writer.put(firstLSN.rawValue)
        writer.put(previousTime.microseconds)
        writer.putZeros(Self.reservedBytes)
        writer.put(writer.checksum())
        return writer.bytes
    }

    /// Reads the header; only the magic is looked at before the checksum.
    ///
    /// So is the version after it: every version keeps what the checksum covers (`LogFormat`, "Later versions"), and a
    /// flipped bit must not pass for a newer one.
    init(decoding bytes: UnsafeRawBufferPointer, file: String) throws(LogError) {
        func damaged(_ what: String) -> LogError {
            LogError(
                .damaged,
                "the segment's header is damaged: \(what)",
                file: file,
                offset: 0,
                advice: LogError.restoreAdvice
            )
        }
        guard bytes.count >= Self.byteCount else { throw damaged("the file is too short") }
        let header = UnsafeRawBufferPointer(rebasing: bytes[..<Self.byteCount])
        var reader = ByteReader(header)
        guard let magic = reader.bytes(Self.magic.count), magic.elementsEqual(Self.magic) else {
            throw damaged("it does not begin with a segment's magic")
        }
        guard let version = reader.integer(UInt16.self), let minimumReader = reader.integer(UInt16.self),
            let dictionaryID = reader.integer(UInt32.self), let storeID = reader.bytes(StoreID.byteCount),
            let firstLSN = reader.integer(UInt64.self), let previousTime = reader.integer(Int64.self),
            reader.bytes(Self.reservedBytes) != nil, let checksum = reader.integer(UInt32.self)
        else { throw damaged("the file is too short") }
        guard Checksum.of(UnsafeRawBufferPointer(rebasing: header[..<(Self.byteCount - 4)])) == checksum else {
            throw damaged("wrong checksum")
        }
        try FormatVersion.check(minimumReader: minimumReader, file: file)
        guard version >= 1, firstLSN >= 1 else { throw damaged("impossible values") }
        self.dictionaryID = dictionaryID
        self.storeID = StoreID(bytes: Array(storeID))
        self.firstLSN = LogSequenceNumber(firstLSN)
        self.previousTime = LogTimestamp(microseconds: previousTime)
    }

    init(dictionaryID: UInt32, storeID: StoreID, firstLSN: LogSequenceNumber, previousTime: LogTimestamp) {
        self.dictionaryID = dictionaryID
        self.storeID = storeID
        self.firstLSN = firstLSN
        self.previousTime = previousTime
    }
}
