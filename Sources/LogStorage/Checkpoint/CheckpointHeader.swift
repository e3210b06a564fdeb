/// The head of a checkpoint file (`LogFormat`, "Checkpoint").
struct CheckpointHeader {
    var storeID: StoreID
    var lsn: LogSequenceNumber
    var time: LogTimestamp
    /// The tree at ``lsn``.
    var tree: MerkleFrontier

    static let magic: [UInt8] = [0x89] + Array("UPACKP\n".utf8)
    /// Up to the number of hashes in the frontier.
    static let fixedBytes = 8 + 2 + 2 + 4 + StoreID.byteCount + 8 + 8 + MerkleHash.byteCount + 4
    /// The longest header: a frontier has a hash per bit of the size.
    static let maximumBytes = fixedBytes + 64 * MerkleHash.byteCount + 4

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(FormatVersion.current)
        writer.put(FormatVersion.minimumReader)
        writer.put(UInt32(0))
        writer.put(storeID.bytes)
        writer.put(time.microseconds)
        tree.put(into: &writer)
        writer.put(writer.checksum())
        return writer.bytes
    }

    /// Reads a header and says how long it is; `nil` if it is damaged.
    ///
    /// The version is looked at first: a newer one may have changed all that follows it, its length and checksum too.
    static func decode(
        _ bytes: UnsafeRawBufferPointer,
        file: String
    ) throws(LogError) -> (header: CheckpointHeader, byteCount: Int)? {
        var reader = ByteReader(bytes)
        guard let magic = reader.bytes(Self.magic.count), magic.elementsEqual(Self.magic),
            reader.integer(UInt16.self) != nil, let minimumReader = reader.integer(UInt16.self)
        else { return nil }
        try FormatVersion.check(minimumReader: minimumReader, file: file)
        guard reader.integer(UInt32.self) != nil, let storeID = reader.bytes(StoreID.byteCount),
            let time = reader.integer(Int64.self), let tree = MerkleFrontier(decoding: &reader)
        else { return nil }
        let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - reader.remaining)])
        guard reader.integer(UInt32.self) == Checksum.of(covered) else { return nil }
        let header = CheckpointHeader(
            storeID: StoreID(bytes: Array(storeID)),
            lsn: LogSequenceNumber(tree.size),
            time: LogTimestamp(microseconds: time),
            tree: tree
        )
        return (header, covered.count + 4)
    }
}
