@testable import LogStorage

/// Gives arbitrary bytes to the decoder of segment headers.
enum SegmentHeaderCheck {
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        for bytes in ChecksumMender.variants(input, ChecksumMender.segment) {
            guard let header = decoded(bytes) else { continue }
            let encoded = header.encoded()
            try FuzzFinding.require(decoded(encoded) == header, "a header is not what it was written from")
            try FuzzFinding.require(
                !isCanonical(bytes) || encoded.elementsEqual(bytes.prefix(SegmentHeader.byteCount)),
                "a header is not written as it was read"
            )
        }
    }

    private static func decoded(_ bytes: [UInt8]) -> SegmentHeader? {
        bytes.withUnsafeBytes { try? SegmentHeader(decoding: $0, file: "input") }
    }

    /// Whether versions and reserved bytes are those that this program writes.
    private static func isCanonical(_ bytes: [UInt8]) -> Bool {
        let versions = [FormatVersion.current, FormatVersion.minimumReader]
        return (0...1).allSatisfy { ChecksumMender.integer(UInt16.self, bytes, 8 + 2 * $0) == versions[$0] }
            && bytes[48..<60].allSatisfy { $0 == 0 }
    }
}
