import HTTPTypes
import NIOCore

/// Decodes requests that arrive whole and in a plain form, which nearly all do.
///
/// It takes only what llhttp would take for the same request (RFC 9112, sections 2 to 6): printable ASCII, `CR LF`, no
/// folding, one `Host`, no transfer coding, at most one `Content-Length`, and nothing that changes the connection. llhttp
/// decodes everything else.
struct RequestScanner {
    let limits: TransportLimits

    /// A request, and how many bytes it has.
    struct Scanned {
        let head: RequestHead
        let headBytes: Int
        let bodyBytes: Int
    }

    /// The request at the start of `bytes`; `nil` if it is not whole or not plain.
    func scan(_ bytes: ByteBuffer) -> Scanned? {
        bytes.withUnsafeReadableBytes { raw in
            var cursor = ByteCursor(raw)
            guard let name = cursor.token(endingIn: UInt8(ascii: " ")), let method = Self.method(name, raw),
                let target = cursor.visible(endingIn: UInt8(ascii: " ")), cursor.skip("HTTP/1.1\r\n"),
                raw[target.lowerBound] == UInt8(ascii: "/"), let fields = fields(&cursor, raw)
            else { return nil }
            let bodyBytes = fields.contentLength ?? 0
            guard cursor.position <= limits.headerBytes, raw.count - cursor.position >= bodyBytes else { return nil }
            return Scanned(
                head: RequestHead(method, target: target, fields: fields.places, in: bytes),
                headBytes: cursor.position,
                bodyBytes: bodyBytes
            )
        }
    }

    private static func method(_ name: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> HTTPRequest.Method? {
        switch name.count {
        case 3: bytes.equals(name, "GET") ? .get : bytes.equals(name, "PUT") ? .put : nil
        case 4: bytes.equals(name, "POST") ? .post : bytes.equals(name, "HEAD") ? .head : nil
        case 5: bytes.equals(name, "PATCH") ? .patch : nil
        case 6: bytes.equals(name, "DELETE") ? .delete : nil
        default: nil
        }
    }

    private struct Fields {
        var places: [RequestHead.Field] = []
        var hosts = 0
        var contentLength: Int?
    }

    private func fields(_ cursor: inout ByteCursor, _ bytes: UnsafeRawBufferPointer) -> Fields? {
        var fields = Fields()
        fields.places.reserveCapacity(8)
        while !cursor.skip("\r\n") {
            guard fields.places.count < limits.headerFields, let name = cursor.token(endingIn: UInt8(ascii: ":")),
                let value = cursor.fieldValue(), take(name, value, bytes, &fields)
            else { return nil }
            fields.places.append(RequestHead.Field(name: name, value: value))
        }
        return fields.hosts == 1 ? fields : nil
    }

    /// - Returns: false for what makes a request one for llhttp.
    private func take(
        _ name: Range<Int>,
        _ value: Range<Int>,
        _ bytes: UnsafeRawBufferPointer,
        _ fields: inout Fields
    ) -> Bool {
        switch name.count {
        case 4 where bytes.equalsIgnoringCase(name, "host"):
            fields.hosts += 1
            return RequestHead.isHost(bytes[value])
        case 6 where bytes.equalsIgnoringCase(name, "expect"), 7 where bytes.equalsIgnoringCase(name, "upgrade"),
            17 where bytes.equalsIgnoringCase(name, "transfer-encoding"):
            return false
        case 10 where bytes.equalsIgnoringCase(name, "connection"):
            return bytes.equalsIgnoringCase(value, "keep-alive")
        case 14 where bytes.equalsIgnoringCase(name, "content-length"):
            guard fields.contentLength == nil, let length = bytes.length(value) else { return false }
            fields.contentLength = length
        default: break
        }
        return true
    }
}

/// Goes through the bytes of a request's head.
private struct ByteCursor {
    private let bytes: UnsafeRawBufferPointer
    /// The place of the next byte.
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// One or more letters, digits, `-` and `_`, which are tokens (RFC 9110, section 5.6.2), and the byte `end`, which is
    /// skipped.
    mutating func token(endingIn end: UInt8) -> Range<Int>? {
        let start = position
        while position < bytes.count, Self.isTokenCharacter(bytes[position]) { position += 1 }
        return endRange(start, end)
    }

    /// One or more visible characters, and the byte `end`, which is skipped.
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
        // Spaces at the end are left to llhttp.
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
    /// Whether `text` is at `range`.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices where self[range.lowerBound + index] != text[index] { return false }
            return true
        }
    }

    /// Whether `text`, which is in lower case, is at `range` in any case.
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

    /// The text at `range`.
    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: self[range]), as: UTF8.self)
    }

    /// A decimal number of at most nine digits.
    fileprivate func length(_ range: Range<Int>) -> Int? {
        guard (1...9).contains(range.count) else { return nil }
        var length = 0
        for byte in self[range] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            length = length * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return length
    }
}
