import Crypto
import TestSupport
import Testing

@testable import LogStorage

@Suite("Merkle tree")
struct MerkleTests {
    /// RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    private static func head(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        switch leaves.count {
        case 0: return Array(SHA256.hash(data: [UInt8]()))
        case 1: return Array(SHA256.hash(data: [0] + (leaves.first ?? [])))
        default:
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            let middle = leaves.startIndex + split
            return Array(SHA256.hash(data: [1] + head(leaves[..<middle]) + head(leaves[middle...])))
        }
    }

    private static func canonical(_ record: StoredRecord) -> [UInt8] {
        func bytes(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let header = record.header
        return bytes(header.lsn.rawValue) + bytes(UInt64(bitPattern: header.time.microseconds)) + [header.kind]
            + bytes(header.subject) + bytes(header.version) + bytes(header.previous?.rawValue ?? 0) + record.payload
    }

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
            #expect(tree.head.bytes == Self.head(leaves[...]))
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
        let leaves = try LogFixture.records(of: log).map(Self.canonical)
        #expect(try log.checkpointPosition().tree.head.bytes == Self.head(leaves[...]))
        let opener = SegmentOpener(fileSystem: disk, directory: "/data/wal", storeID: log.storeID)
        var sealed = 0
        for number in try opener.numbers() {
            guard let footer = try opener.footer(of: try opener.open(number, .read).file) else { continue }
            sealed += 1
            #expect(footer.tree.head.bytes == Self.head(leaves[..<Int(footer.lastLSN.rawValue)]))
        }
        #expect(sealed >= 3)
    }
}
