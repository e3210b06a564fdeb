/// Computes the tree head of a checkpoint anew, from the last footer before it and the records behind that, and compares
/// the two.
///
/// A record that was changed together with every checksum and every footer behind it shows here: the checkpoint still has
/// the old tree head.
public struct CheckpointScrub: Sendable {
    public let path: String

    private let reader: LogReader<OpenSegments>
    private let header: CheckpointHeader
    private var tree: MerkleFrontier
    private var isDone = false

    /// Records that are read at once: some milliseconds' work.
    private static let recordsAtOnce = 1_024

    /// The work of inflating and hashing a record, as bytes that are read in the same time.
    private static let bytesPerRecord: UInt64 = 512

    init(path: String, header: CheckpointHeader, tree: MerkleFrontier, reader: LogReader<OpenSegments>) {
        self.path = path
        self.header = header
        self.tree = tree
        self.reader = reader
    }

    /// Takes in the next records, and compares at the end. Blocks.
    ///
    /// - Returns: how many bytes of reading the work was worth, and what is wrong; `nil` behind the end.
    public mutating func next() -> (bytes: UInt64, findings: [DamageFinding])? {
        guard !isDone else { return nil }
        do {
            let bytes = try advance()
            isDone = tree.size == header.tree.size
            guard isDone, tree != header.tree else { return (bytes, []) }
            let lsns = LogSequenceNumber(1)...max(LogSequenceNumber(1), header.lsn)
            return (bytes, [StorePass.wrongRoot("checkpoint", path, nil, lsns)])
        } catch {
            isDone = true
            let cause = error as? LogError ?? LogError(.io, "\(error)", file: path)
            return (0, [DamageFinding(.frame, cause, file: path)])
        }
    }

    private mutating func advance() throws -> UInt64 {
        // Copies, since the compiler lets no closure change what was lent to this function.
        var tree = RecordTree(tree)
        var bytes: UInt64 = 0
        let last = min(header.lsn, tree.lsn.advanced(by: Self.recordsAtOnce))
        guard tree.lsn < last else { return 0 }
        try reader.scan(from: tree.lsn.next, through: last, order: .ascending) { header, payload in
            let json = try payload()
            tree.append(header, json)
            bytes += UInt64(json.count) + Self.bytesPerRecord
            return .next
        }
        self.tree = tree.frontier
        return bytes
    }
}

extension LogFiles {
    /// The checkpoints that can be read, to be compared with the records.
    public func checkpointScrubs() throws(LogError) -> [CheckpointScrub] {
        let trees = segments.withLock { $0 }.compactMap(\.currentExtent.sealedTree)
        return try checkpoints.files().compactMap { file in
            guard let header = try? checkpoints.opened(file)?.header else { return nil }
            let tree = trees.last { $0.size <= header.tree.size } ?? MerkleFrontier()
            return CheckpointScrub(path: file.path, header: header, tree: tree, reader: reader)
        }
    }
}
