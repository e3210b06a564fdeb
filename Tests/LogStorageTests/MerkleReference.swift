import Crypto

@testable import LogStorage

/// The Merkle tree by its definition: slow, and nothing of it shared with the program.
enum MerkleReference {
    /// RFC 6962, section 2.1, word for word: split at the largest power of two below n.
    static func head(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
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

    /// What a leaf is the hash of (`LogFormat`, "Merkle tree").
    static func canonical(_ record: StoredRecord) -> [UInt8] {
        func bytes(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let header = record.header
        return bytes(header.lsn.rawValue) + bytes(UInt64(bitPattern: header.time.microseconds)) + [header.kind]
            + bytes(header.subject) + bytes(header.version) + bytes(header.previous?.rawValue ?? 0) + record.payload
    }

    /// The head over records, from scratch.
    static func head(of records: [StoredRecord]) -> [UInt8] {
        head(records.map(canonical)[...])
    }
}
