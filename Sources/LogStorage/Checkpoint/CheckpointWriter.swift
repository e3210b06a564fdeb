/// Writes one checkpoint: under a temporary name until it is complete and synced.
struct CheckpointWriter {
    private let directory: CheckpointDirectory
    private let file: any File
    private let finalPath: String
    private var offset: UInt64
    private var blockCount: UInt32 = 0
    private var blockBytes: UInt64 = 0

    /// The most bytes that a block may have.
    static let maximumBlockBytes = 16 << 20

    init(_ header: CheckpointHeader, in directory: CheckpointDirectory) throws(LogError) {
        self.directory = directory
        finalPath = "\(directory.path)/\(SegmentName.numbered(header.lsn, ending: CheckpointFile.ending))"
        let temporary = finalPath + ".tmp"
        let bytes = header.encoded()
        file = try attempt { () throws(SystemCallError) in
            let file = try directory.fileSystem.open(temporary, .createOrEmpty)
            try file.writeFully(bytes, at: 0)
            return file
        }
        offset = UInt64(bytes.count)
    }

    /// Appends a block.
    mutating func append(_ block: [UInt8]) throws(LogError) {
        guard (1...Self.maximumBlockBytes).contains(block.count) else {
            throw LogError(.tooLarge, "a checkpoint's block has \(block.count) bytes", file: finalPath)
        }
        var length = ByteWriter()
        length.put(UInt32(block.count))
        var end = ByteWriter()
        let checksum = block.withUnsafeBytes { Checksum.of($0, continuing: length.checksum()) }
        end.put(checksum)
        try write(length.bytes)
        try write(block)
        try write(end.bytes)
        // Bit by bit, so that no sync of the log has to wait for all of it.
        try attempt { () throws(SystemCallError) in try file.syncData() }
        blockCount += 1
        blockBytes += UInt64(block.count)
    }

    /// Writes the end and gives the file its name, durably.
    mutating func finish() throws(LogError) {
        var end = ByteWriter()
        end.put(UInt32(0))
        end.put(blockCount)
        end.put(blockBytes)
        end.put(end.checksum())
        try write(end.bytes)
        try attempt { () throws(SystemCallError) in
            try file.syncData()
            try directory.fileSystem.publish(file.path, as: finalPath, in: directory.path)
        }
    }

    private mutating func write(_ bytes: [UInt8]) throws(LogError) {
        let position = offset
        try attempt { () throws(SystemCallError) in try file.writeFully(bytes, at: position) }
        offset += UInt64(bytes.count)
    }
}
