/// Reads and verifies one checkpoint.
struct CheckpointReader {
    let directory: CheckpointDirectory

    static let advice = "It is derived from the log: it may be deleted"

    /// Hands over the blocks in order, each after its checksum was found right.
    ///
    /// What was handed over must be thrown away if this throws: the fault may stand in a later block.
    func read(_ checkpoint: CheckpointFile, block: ([UInt8]) throws -> Void) throws {
        func damaged(_ what: String, at offset: UInt64) -> LogError {
            LogError(
                .damaged,
                "the checkpoint is damaged: \(what)",
                file: checkpoint.path,
                offset: offset,
                lsns: checkpoint.lsn...checkpoint.lsn,
                advice: Self.advice
            )
        }
        guard let (file, _, headerBytes) = try directory.opened(checkpoint) else {
            throw damaged("its header is not valid, or of another store", at: 0)
        }
        let size = try attempt { () throws(SystemCallError) in try file.size() }
        var offset = UInt64(headerBytes)
        var count: UInt32 = 0
        var total: UInt64 = 0
        // One buffer for all blocks: new memory for each would cost more than reading it.
        let buffer = ReadBuffer(byteCount: 2 << 20)
        var body: [UInt8] = []
        while true {
            let lengthBytes = try attempt { () throws(SystemCallError) in try file.bytes(in: offset..<(offset + 4)) }
            guard let length = lengthBytes.withUnsafeBytes({ Self.length($0) }) else {
                throw damaged("it ends too early", at: offset)
            }
            if length == 0 { break }
            let end = offset + 4 + UInt64(length) + 4
            guard length <= CheckpointWriter.maximumBlockBytes, end <= size else {
                throw damaged("impossible length", at: offset)
            }
            let contents = try buffer.fill(from: file, (offset + 4)..<end)
            guard contents.count == Int(length) + 4 else { throw damaged("it ends too early", at: offset) }
            let covered = UnsafeRawBufferPointer(rebasing: contents[..<Int(length)])
            let checksum = Self.length(UnsafeRawBufferPointer(rebasing: contents[Int(length)...]))
            guard checksum == Checksum.of(covered, continuing: Checksum.of(lengthBytes)) else {
                throw damaged("wrong checksum", at: offset)
            }
            body.removeAll(keepingCapacity: true)
            body.append(contentsOf: covered)
            try block(body)
            count += 1
            total += UInt64(length)
            offset = end
        }
        var end = ByteWriter()
        end.put(UInt32(0))
        end.put(count)
        end.put(total)
        end.put(end.checksum())
        let found = try attempt { () throws(SystemCallError) in try file.bytes(in: offset..<(offset + 32)) }
        guard found == end.bytes else { throw damaged("its end is not valid", at: offset) }
    }

    private static func length(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
        var reader = ByteReader(bytes)
        return reader.integer(UInt32.self)
    }
}
