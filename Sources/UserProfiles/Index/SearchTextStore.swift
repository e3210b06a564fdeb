import LogStorage

/// The search texts of one page of users, in one buffer: a length of two bytes, little-endian, and the text.
///
/// A place is the offset of the length plus 1, so that 0 can say "none". Replaced texts stay as waste until the page
/// has the buffer rebuilt.
struct SearchTextStore: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Bytes of texts that are no longer in use.
    private(set) var wasted = 0
    /// Texts in use.
    private(set) var count = 0

    static let lengthBytes = 2

    init() {}

    /// Texts as a checkpoint kept them, without waste.
    init(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    /// Whether a rebuild would free a good part of the buffer.
    var isWasteful: Bool { wasted > 1_024 && wasted > bytes.count / 4 }

    /// Keeps `text` and answers its place.
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let length = min(text.count, Int(UInt16.max))
        let needed = bytes.count + length + Self.lengthBytes
        if needed > bytes.capacity {
            // By an eighth, not doubled as an array would: at a million users the difference is 20 MB.
            bytes.reserveCapacity(needed + max(64, needed / 8))
        }
        let place = UInt32(truncatingIfNeeded: bytes.count + 1)
        bytes.append(UInt8(truncatingIfNeeded: length))
        bytes.append(UInt8(truncatingIfNeeded: length >> 8))
        bytes.append(contentsOf: text[..<length])
        count += 1
        return place
    }

    /// Notes that the text at `place` is no longer in use.
    mutating func discard(_ place: UInt32) {
        guard place != 0 else { return }
        wasted += Self.lengthBytes + (range(place)?.count ?? 0)
        count -= 1
    }

    /// Asks the processor for the text at `place`, without waiting for it.
    func prefetch(_ place: UInt32) {
        bytes.withUnsafeBufferPointer { bytes in
            guard place != 0, Int(place) <= bytes.count, let start = bytes.baseAddress else { return }
            (start + (Int(place) - 1)).prefetch()
        }
    }

    /// Where the text of `place` stands in ``bytes``; `nil` when there is none or the place is not one.
    func range(_ place: UInt32) -> Range<Int>? {
        let start = Int(place) - 1
        guard start >= 0, start + Self.lengthBytes <= bytes.count else { return nil }
        let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
        let end = start + Self.lengthBytes + length
        guard end <= bytes.count else { return nil }
        return start + Self.lengthBytes..<end
    }
}
