/// Goes through the bytes of a request's head.
struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next byte stands.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// One or more characters of a token (RFC 9110, section 5.6.2), and the byte behind them, which is skipped.
    mutating func token(endingIn end: UInt8) -> Range<Int>? {
        let start = position
        while position < bytes.count, Self.isTokenCharacter(bytes[position]) { position += 1 }
        return endRange(start, end)
    }

    /// One or more visible characters, and the byte behind them, which is skipped.
    mutating func visible(endingIn end: UInt8) -> Range<Int>? {
        let start = position
        while position < bytes.count, (0x21...0x7E).contains(bytes[position]) { position += 1 }
        return endRange(start, end)
    }

    /// The value of a field up to the end of its line, without the spaces before it; printable ASCII only.
    mutating func fieldValue() -> Range<Int>? {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
        let start = position
        while position < bytes.count, (0x20...0x7E).contains(bytes[position]) { position += 1 }
        let end = position
        // The parser keeps spaces at the end; whoever sends them is left to it.
        guard end == start || bytes[end - 1] != UInt8(ascii: " "), skip("\r\n") else { return nil }
        return start..<end
    }

    /// Skips `text` if it comes next.
    mutating func skip(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count, bytes.equals(position..<end, text) else { return false }
        position = end
        return true
    }

    private mutating func endRange(_ start: Int, _ end: UInt8) -> Range<Int>? {
        guard position > start, position < bytes.count, bytes[position] == end else { return nil }
        defer { position += 1 }
        return start..<position
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether `text` stands at `range`.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices where self[range.lowerBound + index] != text[index] { return false }
            return true
        }
    }

    /// Whether `text`, which is in lower case, stands at `range` in any case.
    func equalsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices {
                var byte = self[range.lowerBound + index]
                if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { byte |= 0x20 }
                if byte != text[index] { return false }
            }
            return true
        }
    }

    /// The ASCII text at `range`.
    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: self[range]), as: UTF8.self)
    }

    func hasSpace(_ range: Range<Int>) -> Bool {
        self[range].contains(UInt8(ascii: " "))
    }

    /// A decimal number of at most nine digits.
    func length(_ range: Range<Int>) -> Int? {
        guard (1...9).contains(range.count) else { return nil }
        var length = 0
        for byte in self[range] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            length = length * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return length
    }
}
