@testable import LogStorage

/// Gives arbitrary bytes to the decoder of footers and trailers.
enum FooterCheck {
    /// Takes `input` for the end of a segment from its footer on.
    static func run(_ input: [UInt8]) throws(FuzzFinding) {
        for bytes in ChecksumMender.variants(input, mend) where bytes.count >= SegmentFooter.trailerBytes {
            let trailer = bytes.count - SegmentFooter.trailerBytes
            let place = UInt64(ChecksumMender.integer(UInt32.self, bytes, trailer))
            let size = place + UInt64(bytes.count)
            let range = bytes[trailer...].withUnsafeBytes { SegmentFooter.footerRange(trailer: $0, fileBytes: size) }
            if let range {
                try FuzzFinding.require(
                    range.upperBound + UInt64(SegmentFooter.trailerBytes) == size,
                    "a trailer leads beyond its file"
                )
            }
            guard let footer = decoded(bytes[..<trailer], at: place) else { continue }
            try check(footer, against: bytes, at: place)
        }
    }

    private static func check(_ footer: SegmentFooter, against bytes: [UInt8], at place: UInt64) throws(FuzzFinding) {
        let encoded = footer.encoded()
        let again = decoded(encoded.dropLast(SegmentFooter.trailerBytes), at: place)
        // Times that are beyond what a time can say are held at the last one, and come back so.
        try FuzzFinding.require(again == footer, "a footer is not what it was written from")
        // A varint may be longer than needed: then what is written is shorter.
        let footerBytes = bytes.count - SegmentFooter.trailerBytes
        try FuzzFinding.require(
            encoded.count < bytes.count || encoded.prefix(footerBytes).elementsEqual(bytes.prefix(footerBytes)),
            "a footer is not written as it was read"
        )
        for lsn in [footer.firstLSN, footer.lastLSN, .zero, LogSequenceNumber(.max)] {
            let range = footer.table.range(of: lsn, end: footer.dataEnd)
            try FuzzFinding.require(range.upperBound <= footer.dataEnd, "the sparse table leads into the footer")
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>, at place: UInt64) -> SegmentFooter? {
        bytes.withUnsafeBytes { SegmentFooter(decoding: $0, at: place) }
    }

    private static func mend(_ input: [UInt8], _ extent: ChecksumMender.Extent) -> [UInt8] {
        var bytes = input
        let trailer = bytes.count - SegmentFooter.trailerBytes
        guard trailer >= ChecksumMender.footerFixedBytes else { return bytes }
        if extent == .structure { ChecksumMender.footer(&bytes, 0..<trailer, lastLSN: nil) }
        ChecksumMender.put(ChecksumMender.sum(bytes[..<(trailer - 4)]), at: trailer - 4, in: &bytes)
        if extent == .structure {
            let place = UInt32(truncatingIfNeeded: ChecksumMender.integer(UInt64.self, bytes, 48))
            ChecksumMender.put(place, at: trailer, in: &bytes)
            ChecksumMender.put(UInt32(clamping: trailer), at: trailer + 4, in: &bytes)
        }
        ChecksumMender.put(ChecksumMender.sum(bytes[trailer..<(bytes.count - 4)]), at: bytes.count - 4, in: &bytes)
        return bytes
    }
}
