package import HTTPTypes
package import NIOCore

/// The head of a request: method, target and header fields, whatever version of HTTP brought them.
///
/// It keeps the bytes and the places of the fields in them, so that a field which nobody reads costs nothing.
package struct RequestHead: Sendable {
    /// Where a header field is in ``bytes``.
    struct Field: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    package let method: HTTPRequest.Method
    /// The connection ends with the response: the client asks for it, or speaks HTTP/1.0 and does not ask to keep it.
    package let closesConnection: Bool
    /// Text of method, target and fields; all places count from its first readable byte.
    let bytes: ByteBuffer
    private let target: Range<Int>
    let fields: [Field]

    /// A head of HTTP/1.1 without a field that closes the connection.
    init(_ method: HTTPRequest.Method, target: Range<Int>, fields: [Field], in bytes: ByteBuffer) {
        self.init(method, target, fields, bytes, closesConnection: false)
    }

    private init(
        _ method: HTTPRequest.Method,
        _ target: Range<Int>,
        _ fields: [Field],
        _ bytes: ByteBuffer,
        closesConnection: Bool
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.bytes = bytes
        self.closesConnection = closesConnection
    }

    /// A head whose parts are text.
    ///
    /// - Parameter isPersistent: whether the version of HTTP keeps the connection by default.
    package init(
        _ method: HTTPRequest.Method,
        target: String,
        fields: some Sequence<(name: String, value: String)>,
        isPersistent: Bool = true
    ) {
        var bytes = ByteBuffer()
        func place(_ text: String) -> Range<Int> {
            let start = bytes.writerIndex
            return start..<start + bytes.writeString(text)
        }
        let targetPlace = place(Self.originForm(target))
        let places = fields.map { Field(name: place($0.name), value: place(String($0.value.trimmingBlanks()))) }
        let head = RequestHead(method, target: targetPlace, fields: places, in: bytes)
        let closes = head.hasElement("close", in: "connection") || head.asksForOtherProtocol
        let keeps = isPersistent || head.hasElement("keep-alive", in: "connection")
        self.init(method, targetPlace, places, bytes, closesConnection: closes || !keeps)
    }

    /// Path and query of a target that is a whole URL, as clients send it to proxies (RFC 9112, section 3.2.2).
    private static func originForm(_ target: String) -> String {
        let schemes = ["http://", "https://"]
        let lowered = target.prefix(8).lowercased()
        guard let scheme = schemes.first(where: { lowered.hasPrefix($0) }) else { return target }
        let rest = target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" && $0 != "#" }
        return rest.first == "/" ? String(rest) : "/" + rest
    }

    /// The bytes of the request target.
    package var targetBytes: ByteBuffer { slice(target) }

    /// The target as text.
    package var targetText: String { text(target) }

    /// The value of a header field; values of several lines are joined by a comma (RFC 9110, section 5.3).
    ///
    /// - Parameter name: in lower case.
    package func value(of name: StaticString) -> String? {
        bytes.withUnsafeReadableBytes { bytes in
            var value: String?
            for field in fields where bytes.equalsIgnoringCase(field.name, name) {
                let line = bytes.text(field.value)
                value = value.map { "\($0), \(line)" } ?? line
            }
            return value
        }
    }

    /// The values of all lines of a header field.
    package func values(of name: StaticString) -> [String] {
        bytes.withUnsafeReadableBytes { bytes in
            fields.filter { bytes.equalsIgnoringCase($0.name, name) }.map { bytes.text($0.value) }
        }
    }

    /// Whether there are several lines of a header field.
    package func isRepeated(_ name: StaticString) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            fields.count { bytes.equalsIgnoringCase($0.name, name) } > 1
        }
    }

    /// Whether there is such a header field.
    package func has(_ name: StaticString) -> Bool { place(of: name) != nil }

    /// The bytes of the first line of a header field.
    package func bytes(of name: StaticString) -> ByteBuffer? { place(of: name).map(slice) }

    /// The elements of a field that is a list of tokens, in lower case (RFC 9110, section 5.6.1).
    package func elements(of name: StaticString) -> [String] {
        values(of: name).flatMap { $0.split(separator: ",") }
            .map { $0.trimmingBlanks().lowercased() }
            .filter { !$0.isEmpty }
    }

    /// The length that the client announces for the body; `nil` without `Content-Length`, `.max` beyond any length.
    package var announcedLength: Int? {
        value(of: "content-length").map { Int($0) ?? .max }
    }

    /// Whether a body follows, as HTTP/1 says it (RFC 9112, section 6.3).
    var announcesBody: Bool { announcedLength ?? 0 > 0 || has("transfer-encoding") }

    /// Whether the client waits for permission to send its body (RFC 9110, section 10.1.1).
    var expectsContinue: Bool { hasElement("100-continue", in: "expect") }

    /// The client wants to go on in another protocol (RFC 9110, sections 7.8 and 9.3.6), which no server here speaks. llhttp
    /// reads nothing behind such a request.
    private var asksForOtherProtocol: Bool {
        method == .connect || has("upgrade") && hasElement("upgrade", in: "connection")
    }

    /// The size of target and fields in bytes.
    var byteCount: Int { fields.reduce(target.count) { $0 + $1.name.count + $1.value.count } }

    var fieldCount: Int { fields.count }

    private func hasElement(_ element: String, in name: StaticString) -> Bool {
        has(name) && elements(of: name).contains(element)
    }

    private func place(of name: StaticString) -> Range<Int>? {
        bytes.withUnsafeReadableBytes { bytes in
            for field in fields where bytes.equalsIgnoringCase(field.name, name) { return field.value }
            return nil
        }
    }

    private func text(_ place: Range<Int>) -> String {
        bytes.withUnsafeReadableBytes { $0.text(place) }
    }

    private func slice(_ place: Range<Int>) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex + place.lowerBound, length: place.count) ?? ByteBuffer()
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends.
    package func trimmingBlanks() -> SubSequence {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
