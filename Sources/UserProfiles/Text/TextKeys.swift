import Crypto

/// The short hashes that stand for emails and actors in record headers and in the index.
///
/// A test passes a poorer ``email`` to bring about the collision that SHA-256 will not show in this century.
package struct TextKeys: Sendable {
    /// The key of a folded email.
    package var email: @Sendable ([UInt8]) -> UInt64

    /// The first 8 bytes of SHA-256, little-endian.
    package static let standard = TextKeys { littleEndian($0, bytes: 8) }

    package init(email: @escaping @Sendable ([UInt8]) -> UInt64) {
        self.email = email
    }

    /// The tag of an actor: the first 4 bytes of SHA-256, little-endian.
    static func actorTag(_ actor: String) -> UInt32 {
        UInt32(truncatingIfNeeded: littleEndian(Array(actor.utf8), bytes: 4))
    }

    static func littleEndian(_ text: [UInt8], bytes: Int) -> UInt64 {
        var hash = SHA256()
        text.withUnsafeBytes { hash.update(bufferPointer: $0) }
        var key: UInt64 = 0
        for (index, byte) in hash.finalize().prefix(bytes).enumerated() {
            key |= UInt64(byte) << (8 * UInt64(index))
        }
        return key
    }
}
