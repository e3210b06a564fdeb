@testable import LogStorage

/// Makes the checksums of a file right again, so that changed bytes get past them and reach the decoders.
enum ChecksumMender {
    /// How much is made right.
    enum Extent: CaseIterable {
        /// The checksums.
        case sums
        /// Lengths, numbers and places, too, where they follow from what stands before them.
        case structure
    }

    /// `bytes` as they are, and mended in every way that makes a difference.
    static func variants(_ bytes: [UInt8], _ mend: ([UInt8], Extent) -> [UInt8]) -> [[UInt8]] {
        var variants = [bytes]
        for extent in Extent.allCases {
            let mended = mend(bytes, extent)
            if !variants.contains(mended) { variants.append(mended) }
        }
        return variants
    }

    /// Mends a segment: its header, its frames, its footer and its trailer.
    static func segment(_ input: [UInt8], _ extent: Extent) -> [UInt8] {
        var bytes = input
        guard bytes.count >= SegmentHeader.byteCount else { return bytes }
        put(sum(bytes[..<(SegmentHeader.byteCount - 4)]), at: SegmentHeader.byteCount - 4, in: &bytes)
        let (end, next) = mendFrames(&bytes, extent)
        if end + SegmentFooter.magic.count <= bytes.count,
            bytes[end..<(end + SegmentFooter.magic.count)].elementsEqual(SegmentFooter.magic)
        {
            mendFooter(&bytes, at: end, lastLSN: next &- 1, extent)
        } else if extent == .structure {
            mendLooseFrames(&bytes, from: end)
        }
        return bytes
    }

    /// Mends the frames from the segment's start on and says where they end and which record is due there.
    private static func mendFrames(
        _ bytes: inout [UInt8],
        _ extent: Extent
    ) -> (end: Int, next: UInt64) {
        var position = SegmentHeader.byteCount
        var due = integer(UInt64.self, bytes, 32)
        while position + FrameLayout.headerBytes <= bytes.count,
            integer(UInt16.self, bytes, position) == FrameLayout.marker
        {
            if extent == .structure { put(due, at: position + FrameLayout.firstLSNOffset, in: &bytes) }
            guard let end = mendFrame(&bytes, at: position) else { break }
            let count = integer(UInt16.self, bytes, position + FrameLayout.recordCountOffset)
            due = due &+ UInt64(count)
            position = end
        }
        return (position, due)
    }

    /// Mends one frame; `nil` if the bytes end within it.
    static func mendFrame(_ bytes: inout [UInt8], at start: Int) -> Int? {
        guard start + FrameLayout.headerBytes <= bytes.count else { return nil }
        let sumOffset = start + FrameLayout.headerChecksumOffset
        put(sum(bytes[start..<sumOffset]), at: sumOffset, in: &bytes)
        let bodyBytes = Int(integer(UInt32.self, bytes, start + FrameLayout.bodyLengthOffset))
        let bodyEnd = start + FrameLayout.headerBytes + bodyBytes
        guard bodyEnd + FrameLayout.bodyChecksumBytes <= bytes.count else { return nil }
        put(sum(bytes[start..<bodyEnd]), at: bodyEnd, in: &bytes)
        return bodyEnd + FrameLayout.bodyChecksumBytes
    }

    /// Mends headers behind the last frame, which decide whether the log is torn or damaged.
    private static func mendLooseFrames(_ bytes: inout [UInt8], from start: Int) {
        var position = start
        while position + FrameLayout.headerBytes <= bytes.count {
            if integer(UInt16.self, bytes, position) == FrameLayout.marker {
                if let end = mendFrame(&bytes, at: position) {
                    position = end
                    continue
                }
            }
            position += 1
        }
    }

    private static func mendFooter(_ bytes: inout [UInt8], at start: Int, lastLSN: UInt64, _ extent: Extent) {
        let trailer = bytes.count - SegmentFooter.trailerBytes
        guard trailer >= start + 4 else { return }
        if extent == .structure {
            footer(&bytes, start..<trailer, lastLSN: lastLSN)
            put(UInt32(clamping: start), at: trailer, in: &bytes)
            put(UInt32(clamping: trailer - start), at: trailer + 4, in: &bytes)
        }
        put(sum(bytes[start..<(trailer - 4)]), at: trailer - 4, in: &bytes)
        put(sum(bytes[trailer..<(bytes.count - 4)]), at: bytes.count - 4, in: &bytes)
    }

    /// Mends what a footer repeats: the head of the Merkle tree and, in a segment, its place and the records' numbers.
    /// Not its checksum.
    static func footer(_ bytes: inout [UInt8], _ range: Range<Int>, lastLSN: UInt64?) {
        let start = range.lowerBound
        guard range.count >= footerFixedBytes else { return }
        if let lastLSN {
            put(UInt64(start), at: start + 48, in: &bytes)
            let first = integer(UInt64.self, bytes, 32)
            put(lastLSN &- first &+ 1, at: start + 8, in: &bytes)
            put(first, at: start + 16, in: &bytes)
            put(lastLSN, at: start + 24, in: &bytes)
            put(lastLSN, at: start + 56, in: &bytes)
        }
        mendTree(&bytes, at: start + 56, end: range.upperBound - 4)
    }

    /// Makes the head of a tree that of the subtrees' heads behind it.
    private static func mendTree(_ bytes: inout [UInt8], at start: Int, end: Int) {
        let size = integer(UInt64.self, bytes, start)
        let hashes = start + 8 + MerkleHash.byteCount + 4
        let count = size.nonzeroBitCount
        guard hashes + count * MerkleHash.byteCount <= end else { return }
        put(UInt32(count), at: hashes - 4, in: &bytes)
        let subtrees = (0..<count).map { index in
            let place = hashes + index * MerkleHash.byteCount
            return MerkleHash(bytes: Array(bytes[place..<(place + MerkleHash.byteCount)]))
        }
        var head = subtrees.last ?? .ofEmptyTree
        for left in subtrees.dropLast().reversed() { head = .node(left, head) }
        bytes.replaceSubrange((start + 8)..<(start + 8 + MerkleHash.byteCount), with: head.bytes)
    }

    /// Mends a checkpoint: its header, its blocks and its end.
    static func checkpoint(_ input: [UInt8], _ extent: Extent) -> [UInt8] {
        var bytes = input
        let tree = CheckpointHeader.fixedBytes - 4 - MerkleHash.byteCount - 8
        guard bytes.count >= CheckpointHeader.fixedBytes + 4 else { return bytes }
        if extent == .structure { mendTree(&bytes, at: tree, end: bytes.count - 4) }
        let hashes = Int(integer(UInt32.self, bytes, CheckpointHeader.fixedBytes - 4))
        guard hashes <= 64 else { return bytes }
        var position = CheckpointHeader.fixedBytes + hashes * MerkleHash.byteCount
        guard position + 4 <= bytes.count else { return bytes }
        put(sum(bytes[..<position]), at: position, in: &bytes)
        position += 4
        var blocks: UInt32 = 0
        var total: UInt64 = 0
        while position + 8 <= bytes.count {
            let length = Int(integer(UInt32.self, bytes, position))
            let end = position + 4 + length
            if length == 0 || end + 4 > bytes.count { break }
            put(sum(bytes[position..<end]), at: end, in: &bytes)
            blocks &+= 1
            total += UInt64(length)
            position = end + 4
        }
        guard position + 20 <= bytes.count else { return bytes }
        if extent == .structure {
            put(UInt32(0), at: position, in: &bytes)
            put(blocks, at: position + 4, in: &bytes)
            put(total, at: position + 8, in: &bytes)
        }
        put(sum(bytes[position..<(position + 16)]), at: position + 16, in: &bytes)
        return bytes
    }

    /// Bytes of a footer without hashes and table entries.
    static let footerFixedBytes = 8 * 8 + MerkleHash.byteCount + 4 + 4 + 4

    // MARK: Bytes

    static func sum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { Checksum.of($0) }
    }

    static func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int, in bytes: inout [UInt8])
    {
        withUnsafeBytes(of: value.littleEndian) {
            bytes.replaceSubrange(offset..<(offset + MemoryLayout<Value>.size), with: $0)
        }
    }

    static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type,
        _ bytes: [UInt8],
        _ offset: Int
    ) -> Value {
        bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }
}
