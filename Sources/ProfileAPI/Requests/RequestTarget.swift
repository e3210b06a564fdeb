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
        let end = target.firstIndex(of: UInt8(ascii: "#")) ?? target.count
        let pathEnd = target[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        path = String(decoding: target[..<pathEnd], as: UTF8.self)
        segments = try Self.segments(of: target[..<pathEnd])
        query = pathEnd < end ? try Self.items(of: target[(pathEnd + 1)..<end]) : []
    }

    private typealias Bytes = Slice<UnsafeRawBufferPointer>

    private static func segments(of path: Bytes) throws(Problem) -> [String] {
        guard path.first == UInt8(ascii: "/") else {
            throw Problem(.malformedRequest, "The path must start with '/'.")
        }
        var raw = path.split(
            separator: UInt8(ascii: "/"),
            maxSplits: maximumSegments + 1,
            omittingEmptySubsequences: false
        ).dropFirst()
        if raw.last?.isEmpty == true { raw = raw.dropLast() }
        var segments: [String] = []
        segments.reserveCapacity(raw.count)
        for segment in raw { segments.append(try decode(segment, plusIsSpace: false, where: "path")) }
        return segments
    }

    private static func items(of query: Bytes) throws(Problem) -> [Item] {
        let pairs = query.split(separator: UInt8(ascii: "&"), maxSplits: maximumItems, omittingEmptySubsequences: true)
        guard pairs.count <= maximumItems else {
            throw Problem(.malformedRequest, "The query has more than \(maximumItems) parameters.")
        }
        var items: [Item] = []
        items.reserveCapacity(pairs.count)
        for pair in pairs {
            let nameEnd = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(pair[..<nameEnd], plusIsSpace: true, where: "query")
            let value = try decode(pair[nameEnd...].dropFirst(), plusIsSpace: true, where: "query")
            items.append(Item(name: name, value: value))
        }
        return items
    }

    private static func decode(_ text: Bytes, plusIsSpace: Bool, where place: String) throws(Problem) -> String {
        let isPlain = text.allSatisfy {
            $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && (0x01...0x7F).contains($0)
        }
        if isPlain { return String(decoding: text, as: UTF8.self) }
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

    private static func hexDigit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let digit) where (0x30...0x39).contains(digit): digit - 0x30
        case .some(let letter) where (0x41...0x46).contains(letter): letter - 0x41 + 10
        case .some(let letter) where (0x61...0x66).contains(letter): letter - 0x61 + 10
        default: nil
        }
    }
}
