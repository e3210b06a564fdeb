/// Deflates short payloads with the preset dictionary, whose strings are looked up once and for all.
///
/// zlib enters the whole dictionary into its tables for each stream anew, which for the few hundred bytes of a profile
/// change costs several times what their own compression does. What comes out is a raw deflate stream (RFC 1951) of one
/// block with the fixed Huffman codes, as zlib makes it of short texts, and any inflater reads it.
///
/// One call at a time.
final class ShortDeflater {
    /// The most bytes that a payload may have.
    static let maximumBytes = 1_023

    /// Matches tried at a place, and the length with which the search is content. Those of zlib's level 4.
    private static let maximumTries = 16
    private static let contentLength = 16
    private static let hashBits: UInt32 = 12

    /// The dictionary, and behind it the payload.
    private let window: UnsafeMutableBufferPointer<UInt8>
    private let dictionaryBytes: Int
    /// Where the newest string of a hash begins, plus 1; 0 for none.
    private let heads: UnsafeMutableBufferPointer<UInt16>
    /// ``heads`` as the dictionary leaves them.
    private let primedHeads: UnsafeMutableBufferPointer<UInt16>
    /// Where the string of the same hash before the one at a place begins, plus 1.
    private let links: UnsafeMutableBufferPointer<UInt16>
    private let codes = FixedCodes.shared

    private struct Match {
        var length = 0
        var distance = 0
    }

    /// - Parameter dictionary: at most 3,072 bytes, lest a distance be too long.
    init(dictionary: [UInt8]) {
        precondition(dictionary.count + Self.maximumBytes < FixedCodes.distanceLimit)
        dictionaryBytes = dictionary.count
        window = .allocate(capacity: dictionary.count + Self.maximumBytes)
        window.initialize(repeating: 0)
        links = .allocate(capacity: window.count)
        links.initialize(repeating: 0)
        heads = .allocate(capacity: 1 << Int(Self.hashBits))
        heads.initialize(repeating: 0)
        primedHeads = .allocate(capacity: heads.count)
        for (place, byte) in dictionary.enumerated() { window[place] = byte }
        for place in 0..<max(0, dictionary.count - 2) { enter(place) }
        _ = primedHeads.initialize(from: heads)
    }

    deinit {
        window.deallocate()
        links.deallocate()
        heads.deallocate()
        primedHeads.deallocate()
    }

    /// The deflated form of `bytes`, which are at most ``maximumBytes``.
    func deflate(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count <= Self.maximumBytes)
        _ = heads.update(from: primedHeads)
        let end = dictionaryBytes + bytes.count
        _ = window[dictionaryBytes..<end].update(from: bytes)
        // A literal takes nine bits at most, and head and end of the block ten.
        let bound = bytes.count * 9 / 8 + 3
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            var writer = BitWriter(output)
            // The last block, with the fixed codes (RFC 1951, section 3.2.3).
            writer.put(FixedCodes.Code(bits: 0b011, count: 3))
            compress(dictionaryBytes..<end, into: &writer)
            writer.put(codes.endOfBlock)
            writer.finish()
            count = writer.count
        }
    }

    private func compress(_ payload: Range<Int>, into writer: inout BitWriter) {
        var place = payload.lowerBound
        var match = longestMatch(at: place, end: payload.upperBound)
        while place < payload.upperBound {
            guard match.length > 0 else {
                writer.put(codes.literals[Int(window[place])])
                place += 1
                match = longestMatch(at: place, end: payload.upperBound)
                continue
            }
            if match.length < Self.contentLength {
                // One byte further there may be a longer one.
                let next = longestMatch(at: place + 1, end: payload.upperBound)
                if next.length > match.length {
                    writer.put(codes.literals[Int(window[place])])
                    place += 1
                    match = next
                    continue
                }
                enter(place + 2..<place + match.length, end: payload.upperBound)
            } else {
                enter(place + 1..<place + match.length, end: payload.upperBound)
            }
            writer.put(codes.lengths[match.length - FixedCodes.matchLengths.lowerBound])
            writer.put(codes.distances[match.distance - 1])
            place += match.length
            match = longestMatch(at: place, end: payload.upperBound)
        }
    }

    /// The longest string before `place` that goes on there, and enters the one that begins there.
    private func longestMatch(at place: Int, end: Int) -> Match {
        var best = Match()
        let limit = min(end - place, FixedCodes.matchLengths.upperBound)
        guard limit >= FixedCodes.matchLengths.lowerBound else { return best }
        var candidate = enter(place)
        var tries = Self.maximumTries
        while candidate > 0, tries > 0, best.length < limit {
            let start = candidate - 1
            if window[start + best.length] == window[place + best.length] {
                let length = commonLength(start, place, limit)
                if length >= FixedCodes.matchLengths.lowerBound, length > best.length {
                    best = Match(length: length, distance: place - start)
                    if length >= Self.contentLength { break }
                }
            }
            candidate = Int(links[start])
            tries -= 1
        }
        return best
    }

    private func commonLength(_ first: Int, _ second: Int, _ limit: Int) -> Int {
        var length = 0
        while length < limit, window[first + length] == window[second + length] { length += 1 }
        return length
    }

    private func enter(_ places: Range<Int>, end: Int) {
        for place in places where place + FixedCodes.matchLengths.lowerBound <= end { enter(place) }
    }

    /// - Returns: where the newest string of the same hash begins, plus 1; 0 if there is none.
    @discardableResult
    private func enter(_ place: Int) -> Int {
        let text = UInt32(window[place]) | UInt32(window[place + 1]) << 8 | UInt32(window[place + 2]) << 16
        let hash = Int((text &* 0x9E37_79B1) >> (32 - Self.hashBits))
        let before = heads[hash]
        links[place] = before
        heads[hash] = UInt16(place + 1)
        return Int(before)
    }
}
