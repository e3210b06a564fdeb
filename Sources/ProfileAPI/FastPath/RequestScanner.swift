/// Tells whether bytes are exactly one request, and whether it is one for the fast path.
///
/// Deliberately narrow: it takes only what the HTTP parser behind it would take for the same single request (RFC 9112,
/// sections 2 to 6): printable ASCII, `CR LF`, no folding, one `Host`, no transfer coding, at most one `Content-Length`
/// that ends the request where the bytes end. A header that it does not know makes a request one for the parser.
struct RequestScanner {
    let limits: RequestLimits

    private static let pathStart: StaticString = "/users/"

    /// What was found in the header section.
    private struct Fields {
        var count = 0
        var hosts = 0
        var authorization: Range<Int>?
        var contentLength: Int?
        var requestID: Range<Int>?
        var hasJSONBody = false
        var isPlain = true
    }

    func scan(_ bytes: UnsafeRawBufferPointer) -> RequestScan {
        var cursor = ByteCursor(bytes)
        guard let method = cursor.token(endingIn: UInt8(ascii: " ")),
            let target = cursor.visible(endingIn: UInt8(ascii: " ")),
            cursor.skip("HTTP/1.1\r\n"), Self.isKnown(method, bytes), bytes[target.lowerBound] == UInt8(ascii: "/")
        else { return .other }
        guard let fields = fields(&cursor, bytes), fields.hosts == 1 else { return .other }
        let bodyBytes = fields.contentLength ?? 0
        guard cursor.position <= limits.headerBytes, bytes.count - cursor.position == bodyBytes else { return .other }
        guard fields.isPlain, let request = request(method, target, fields, cursor.position, bytes) else {
            return .whole
        }
        return .fast(request)
    }

    // MARK: Request line

    private static func isKnown(_ method: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch method.count {
        case 3: bytes.equals(method, "GET") || bytes.equals(method, "PUT")
        case 4: bytes.equals(method, "POST") || bytes.equals(method, "HEAD")
        case 5: bytes.equals(method, "PATCH")
        case 6: bytes.equals(method, "DELETE")
        default: false
        }
    }

    private func request(
        _ method: Range<Int>,
        _ target: Range<Int>,
        _ fields: Fields,
        _ headEnd: Int,
        _ bytes: UnsafeRawBufferPointer
    ) -> FastRequest? {
        guard let authorization = fields.authorization, let id = userID(target, bytes) else { return nil }
        let kind: FastRequest.Method
        if bytes.equals(method, "GET") {
            guard fields.contentLength == nil, !fields.hasJSONBody else { return nil }
            kind = .get
        } else if bytes.equals(method, "PUT") {
            guard let count = fields.contentLength, count > 0, count <= limits.bodyBytes, fields.hasJSONBody else {
                return nil
            }
            kind = .put
        } else {
            return nil
        }
        return FastRequest(
            method: kind,
            userID: id,
            authorization: authorization,
            requestID: fields.requestID.map { bytes.text($0) },
            body: headEnd..<bytes.count
        )
    }

    /// The number in `/users/{id}`.
    private func userID(_ target: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> UInt64? {
        let start = target.lowerBound + Self.pathStart.utf8CodeUnitCount
        guard (1...18).contains(target.upperBound - start), bytes.equals(target.lowerBound..<start, Self.pathStart),
            bytes[start] != UInt8(ascii: "0")
        else { return nil }
        var id: UInt64 = 0
        for byte in bytes[start..<target.upperBound] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            id = id * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return id
    }

    // MARK: Header section

    private func fields(_ cursor: inout ByteCursor, _ bytes: UnsafeRawBufferPointer) -> Fields? {
        var fields = Fields()
        while !cursor.skip("\r\n") {
            fields.count += 1
            guard fields.count <= limits.headerFields, let name = cursor.token(endingIn: UInt8(ascii: ":")),
                let value = cursor.fieldValue(), take(name, value, bytes, &fields)
            else { return nil }
        }
        return fields
    }

    /// - Returns: false for what leaves open where the request ends, or what becomes of the connection.
    private func take(
        _ name: Range<Int>,
        _ value: Range<Int>,
        _ bytes: UnsafeRawBufferPointer,
        _ fields: inout Fields
    ) -> Bool {
        switch name.count {
        case 4 where bytes.equalsIgnoringCase(name, "host"):
            fields.hosts += 1
        case 6 where bytes.equalsIgnoringCase(name, "accept"):
            fields.isPlain =
                fields.isPlain
                && (bytes.equals(value, "*/*") || bytes.equals(value, "application/json"))
        case 6 where bytes.equalsIgnoringCase(name, "expect"):
            return false
        case 7 where bytes.equalsIgnoringCase(name, "upgrade"):
            return false
        case 10 where bytes.equalsIgnoringCase(name, "user-agent"):
            break
        case 10 where bytes.equalsIgnoringCase(name, "connection"):
            return bytes.equalsIgnoringCase(value, "keep-alive")
        case 12 where bytes.equalsIgnoringCase(name, "content-type"):
            fields.isPlain = fields.isPlain && !fields.hasJSONBody && bytes.equals(value, "application/json")
            fields.hasJSONBody = true
        case 12 where bytes.equalsIgnoringCase(name, "x-request-id"):
            let isUsable = (1...RequestIdentifier.maximumLength).contains(value.count) && !bytes.hasSpace(value)
            fields.isPlain = fields.isPlain && isUsable && fields.requestID == nil
            fields.requestID = value
        case 13 where bytes.equalsIgnoringCase(name, "authorization"):
            fields.isPlain = fields.isPlain && fields.authorization == nil
            fields.authorization = value
        case 14 where bytes.equalsIgnoringCase(name, "content-length"):
            guard fields.contentLength == nil, let length = bytes.length(value) else { return false }
            fields.contentLength = length
        case 15 where bytes.equalsIgnoringCase(name, "accept-encoding"),
            15 where bytes.equalsIgnoringCase(name, "accept-language"):
            break
        case 17 where bytes.equalsIgnoringCase(name, "transfer-encoding"):
            return false
        default:
            fields.isPlain = false
        }
        return true
    }
}
