import Crypto

/// A SHA-256 hash of the Merkle tree.
public struct MerkleHash: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    static let byteCount = 32

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The head of a tree without leaves.
    static let ofEmptyTree = MerkleHash(bytes: Array(SHA256.hash(data: [UInt8]())))

    /// RFC 6962, 2.1: a leaf is hashed with 00 before it.
    static func leaf(_ record: RecordHeader, json: [UInt8], scratch: inout ByteWriter) -> MerkleHash {
        scratch.removeAll()
        scratch.put(UInt8(0))
        scratch.put(record.lsn.rawValue)
        scratch.put(record.time.microseconds)
        scratch.put(record.kind)
        scratch.put(record.subject)
        scratch.put(record.version)
        scratch.put(record.previous?.rawValue ?? 0)
        scratch.put(json)
        return MerkleHash(bytes: Array(SHA256.hash(data: scratch.bytes)))
    }

    /// RFC 6962, 2.1: a node is hashed with 01 before its two children.
    static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        var hasher = SHA256()
        hasher.update(data: [1] as [UInt8])
        hasher.update(data: left.bytes)
        hasher.update(data: right.bytes)
        return MerkleHash(bytes: Array(hasher.finalize()))
    }

    /// Lower-case hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
