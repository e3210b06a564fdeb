/// A Merkle tree that only grows, kept as the heads of its complete subtrees (RFC 6962, section 2.1).
///
/// One hash per set bit of ``size``, the largest subtree first: enough to go on and to compute the head.
public struct MerkleFrontier: Hashable, Sendable {
    /// Leaves in the tree; the LSN of the last record in it.
    public private(set) var size: UInt64 = 0
    private(set) var subtrees: [MerkleHash] = []

    /// The empty tree.
    public init() {}

    mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        var level = size
        while level & 1 == 1, let left = subtrees.popLast() {
            hash = .node(left, hash)
            level >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    /// The tree head: one hash over all leaves.
    public var head: MerkleHash {
        guard var hash = subtrees.last else { return .ofEmptyTree }
        for left in subtrees.dropLast().reversed() {
            hash = .node(left, hash)
        }
        return hash
    }

    /// The first records over which both trees have a subtree of their own and the two differ; `nil` if there are none.
    ///
    /// Trees of one log agree. Those that agree may still be of different logs: where one of them ends, the other's
    /// subtrees cover more.
    func disagreement(with other: MerkleFrontier) -> ClosedRange<LogSequenceNumber>? {
        var covered: UInt64 = 0
        var index = 0
        for bit in (0..<64).reversed() {
            let width = UInt64(1) << bit
            guard size & width == other.size & width else { return nil }
            if size & width == 0 { continue }
            if subtrees[index] != other.subtrees[index] {
                return LogSequenceNumber(covered + 1)...LogSequenceNumber(covered + width)
            }
            covered += width
            index += 1
        }
        return nil
    }

    /// Size, head, and the subtrees' heads.
    func put(into writer: inout ByteWriter) {
        writer.put(size)
        writer.put(head.bytes)
        writer.put(UInt32(clamping: subtrees.count))
        for subtree in subtrees { writer.put(subtree.bytes) }
    }

    /// Reads what ``put(into:)`` wrote; `nil` if the parts do not fit together.
    init?(decoding reader: inout ByteReader) {
        guard let size = reader.integer(UInt64.self), let head = reader.bytes(MerkleHash.byteCount),
            let count = reader.integer(UInt32.self), count == size.nonzeroBitCount
        else { return nil }
        let expected = MerkleHash(bytes: Array(head))
        self.size = size
        for _ in 0..<count {
            guard let bytes = reader.bytes(MerkleHash.byteCount) else { return nil }
            subtrees.append(MerkleHash(bytes: Array(bytes)))
        }
        guard self.head == expected else { return nil }
    }
}
