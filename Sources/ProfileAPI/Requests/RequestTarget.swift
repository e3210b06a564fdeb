/// Path and query of a request, split and percent-decoded strictly.
struct RequestTarget: Sendable, Hashable {
    /// A name and its value in the query.
    struct Item: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// Decoded segments of the path; none for `/`. One trailing slash is not a segment.
    let segments: [String]
    /// Decoded query items in their order, repeated names included.
    let query: [Item]
    /// The path as it was sent, without the query.
    let path: String

    /// More parameters than any endpoint has. A request for which nobody has logged in must not cost more than its bytes.
    static let maximumItems = 64

    /// More segments than any endpoint's path has; what is behind them stays together.
    private static let maximumSegments = 8

    /// Splits and decodes the target of a request.
    ///
    /// - Throws: 400 for a broken percent-encoding, bytes that are not UTF-8, NUL, and more than ``maximumItems`` parameters.
    init(_ target: UnsafeRawBufferPointer) throws(Problem) {
        let end = Self.end(of: target, 0..<target.count, before: UInt8(ascii: "#"))
        let pathEnd = Self.end(of: target, 0..<end, before: UInt8(ascii: "?"))
        path = String(decoding: target[..<pathEnd], as: UTF8.self)
        segments = try Self.segments(of: target, pathEnd)
        query = pathEnd < end ? try Self.items(of: target, pathEnd + 1..<end) : []
    }

    /// The place of the first `byte` in a part of the target, or the part's end.
    private static func end(of target: UnsafeRawBufferPointer, _ part: Range<Int>, before byte: UInt8) -> Int {
        var index = part.lowerBound
        while index < part.upperBound, target[index] != byte { index += 1 }
        return index
    }

    private static func segments(of target: UnsafeRawBufferPointer, _ end: Int) throws(Problem) -> [String] {
        guard target.first == UInt8(ascii: "/") else {
            throw Problem(.malformedRequest, "The path must start with '/'.")
        }
        var segments: [String] = []
        segments.reserveCapacity(4)
        var start = 1
        // One slash at the end is no segment.
        while start < end {
            let isLast = segments.count == maximumSegments
            let stop = isLast ? end : Self.end(of: target, start..<end, before: UInt8(ascii: "/"))
            segments.append(try decode(target, start..<stop, plusIsSpace: false, where: "path"))
            start = stop + 1
        }
        return segments
    }

    private static func items(of target: UnsafeRawBufferPointer, _ query: Range<Int>) throws(Problem) -> [Item] {
        var items: [Item] = []
        var start = query.lowerBound
        while start < query.upperBound {
            let stop = end(of: target, start..<query.upperBound, before: UInt8(ascii: "&"))
            if stop > start {
                guard items.count < maximumItems else {
                    throw Problem(.malformedRequest, "The query has more than \(maximumItems) parameters.")
                }
                let nameEnd = end(of: target, start..<stop, before: UInt8(ascii: "="))
                let name = try decode(target, start..<nameEnd, plusIsSpace: true, where: "query")
                let value = try decode(target, min(nameEnd + 1, stop)..<stop, plusIsSpace: true, where: "query")
                items.append(Item(name: name, value: value))
            }
            start = stop + 1
        }
        return items
    }

    private static func decode(
        _ target: UnsafeRawBufferPointer,
        _ part: Range<Int>,
        plusIsSpace: Bool,
        where place: String
    ) throws(Problem) -> String {
        let text = target[part]
        if isPlain(target, part) { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        var rest = text
        bytes.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = hexDigit(rest.popFirst()), let low = hexDigit(rest.popFirst()) else {
                    throw Problem(.malformedRequest, "The \(place) holds a '%' that is not followed by two hex digits.")
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { throw Problem(.malformedRequest, "The \(place) holds a NUL character.") }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.malformedRequest, "The \(place) is not valid UTF-8 after percent-decoding.")
        }
        return decoded
    }

    /// Whether a part is ASCII without an encoded character.
    private static func isPlain(_ target: UnsafeRawBufferPointer, _ part: Range<Int>) -> Bool {
        for index in part {
            switch target[index] {
            case 0, UInt8(ascii: "%"), UInt8(ascii: "+"), 0x80...: return false
            default: break
            }
        }
        return true
    }

    private static func hexDigit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let digit) where (0x30...0x39).contains(digit): digit - 0x30
        case .some(let letter) where (0x41...0x46).contains(letter): letter - 0x41 + 10
        case .some(let letter) where (0x61...0x66).contains(letter): letter - 0x61 + 10
        default: nil
        }
    }
}
