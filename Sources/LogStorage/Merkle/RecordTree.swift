/// The Merkle tree over the records of a log up to one of them, made by whoever reads them in order.
package struct RecordTree: Sendable {
    private(set) var frontier: MerkleFrontier
    private var scratch = ByteWriter()

    /// The tree without records.
    package init() {
        self.init(MerkleFrontier())
    }

    init(_ frontier: MerkleFrontier) {
        self.frontier = frontier
    }

    /// The last record in it.
    package var lsn: LogSequenceNumber { LogSequenceNumber(frontier.size) }

    /// The tree head: one hash over all records.
    package var root: MerkleHash { frontier.head }

    /// Takes in the record behind ``lsn``.
    package mutating func append(_ header: RecordHeader, _ payload: [UInt8]) {
        frontier.append(.leaf(header, json: payload, scratch: &scratch))
    }
}
