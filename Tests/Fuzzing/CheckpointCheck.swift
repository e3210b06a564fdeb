import TestSupport

@testable import LogStorage

/// Gives arbitrary bytes to the reader of checkpoint files.
enum CheckpointCheck {
    private static let folder = "/data/checkpoints"

    static func run(_ input: [UInt8]) throws {
        for bytes in ChecksumMender.variants(input, ChecksumMender.checkpoint) {
            let decoded = bytes.withUnsafeBytes { buffer in
                Result { () throws(LogError) in try CheckpointHeader.decode(buffer, file: "input") }
            }
            guard case .success(let found) = decoded, let (header, byteCount) = found else { continue }
            try FuzzFinding.require(byteCount <= bytes.count, "a checkpoint's header is longer than its file")
            try checkFile(bytes, header)
        }
    }

    private static func checkFile(_ bytes: [UInt8], _ header: CheckpointHeader) throws {
        let disk = MemoryFileSystem()
        try disk.makeDirectories(folder)
        let file = CheckpointFile(
            lsn: header.lsn,
            path: "\(folder)/\(SegmentName.numbered(header.lsn, ending: CheckpointFile.ending))"
        )
        disk[file.path] = bytes
        let directory = CheckpointDirectory(fileSystem: disk, path: folder, storeID: header.storeID)
        var blocks: [[UInt8]] = []
        do {
            try CheckpointReader(directory: directory).read(file) { blocks.append($0) }
        } catch is LogError {
            return
        }
        try FuzzFinding.require(blocks.allSatisfy { !$0.isEmpty }, "a checkpoint has an empty block")
        try FuzzFinding.require(
            blocks.reduce(0) { $0 + $1.count } < bytes.count,
            "a checkpoint has more in it than its file has bytes"
        )
        let copy = MemoryFileSystem()
        try copy.makeDirectories(folder)
        var writer = try CheckpointWriter(
            header,
            in: CheckpointDirectory(fileSystem: copy, path: folder, storeID: header.storeID)
        )
        for block in blocks { try writer.append(block) }
        try writer.finish()
        let isCanonical = ChecksumMender.integer(UInt64.self, bytes, 8) == 0x0001_0001
        try FuzzFinding.require(
            !isCanonical || copy[file.path] == bytes,
            "a checkpoint is not written as it was read"
        )
    }
}
