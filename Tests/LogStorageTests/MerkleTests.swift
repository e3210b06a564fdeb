import Crypto
import TestSupport
import Testing

@testable import LogStorage

@Suite("Merkle tree")
struct MerkleTests {
    @Test("The head of the first test vector of RFC 6962 implementations")
    func knownVectors() {
        // An empty tree, and a tree of the one empty leaf: SHA-256 of nothing, and of 00.
        #expect(MerkleFrontier().head.description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var tree = MerkleFrontier()
        tree.append(MerkleHash(bytes: Array(SHA256.hash(data: [0] as [UInt8]))))
        #expect(tree.head.description == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }

    @Test("The incremental head equals the recursive definition at every size")
    func againstDefinition() {
        var tree = MerkleFrontier()
        var leaves: [[UInt8]] = []
        for index in 0..<130 {
            #expect(tree.head.bytes == MerkleReference.head(leaves[...]))
            let leaf = Array("leaf \(index)".utf8)
            leaves.append(leaf)
            tree.append(MerkleHash(bytes: Array(SHA256.hash(data: [0] + leaf))))
        }
    }

    @Test("Footers and checkpoints hold the tree over the uncompressed records, also after restarts")
    func inFiles() throws {
        let disk = MemoryFileSystem()
        for _ in 0..<4 {
            let log = try LogFixture(disk: disk, segmentBytes: 4_096).open()
            try LogFixture.fill(log, batches: [1, 37, 50, 2])
            log.close()
        }
        let log = try LogFixture(disk: disk, segmentBytes: 4_096).open()
        let leaves = try LogFixture.records(of: log).map(MerkleReference.canonical)
        #expect(try log.checkpointPosition().tree.head.bytes == MerkleReference.head(leaves[...]))
        let opener = SegmentOpener(fileSystem: disk, directory: "/data/wal", storeID: log.storeID)
        var sealed = 0
        for number in try opener.numbers() {
            guard let footer = try SegmentOpener.footer(of: try opener.open(number, .read).file) else { continue }
            sealed += 1
            #expect(footer.tree.head.bytes == MerkleReference.head(leaves[..<Int(footer.lastLSN.rawValue)]))
        }
        #expect(sealed >= 3)
    }
}
