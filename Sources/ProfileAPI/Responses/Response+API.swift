import HTTPTransport
import HTTPTypes
import UserProfiles

extension Response {
    /// A response with its own header fields; ``RequestContext/complete(_:_:)`` adds those that every response has.
    init(
        _ status: HTTPResponse.Status,
        _ type: MediaType?,
        _ body: Body,
        fields: [HeaderField] = [],
        shared: SharedFields = .api
    ) {
        var all: [HeaderField] = []
        // Room for the type and for what ``RequestContext/complete(_:_:)`` adds.
        all.reserveCapacity(fields.count + 5)
        all += fields
        if let type { all.append(HeaderField("Content-Type", type.contentType)) }
        self.init(status, shared, all, body)
    }

    init(_ status: HTTPResponse.Status, _ type: MediaType?, _ body: [UInt8], fields: [HeaderField] = []) {
        self.init(status, type, .bytes(body), fields: fields)
    }

    /// JSON that `write` makes.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        fields: [HeaderField] = [],
        capacity: Int = 512,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter(reservingCapacity: capacity)
        json.beginObject()
        write(&json)
        json.endObject()
        return Response(status, .json, json.bytes, fields: fields)
    }

    /// The length of the body, also of one that is not sent.
    var bodyLength: Int {
        switch body {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .stream(let stream): (stream as? any SizedStream)?.byteCount ?? 0
        }
    }
}

/// A stream whose length is known beforehand. What is sent is never more; less only if it is broken off.
protocol SizedStream: ResponseStream {
    var byteCount: Int { get }
}

extension SharedFields {
    private static func headers(policy: String, cache: String) -> SharedFields {
        SharedFields([
            HeaderField("X-Content-Type-Options", "nosniff"),
            // What a browser tells other sites about the page it comes from (W3C Referrer Policy).
            HeaderField("Referrer-Policy", "no-referrer"),
            // For browsers that do not know `frame-ancestors` (RFC 7034).
            HeaderField("X-Frame-Options", "DENY"),
            HeaderField("Content-Security-Policy", policy),
            HeaderField("Cache-Control", cache),
        ])
    }

    /// Of responses with data.
    static let api = headers(policy: "default-src 'none'; frame-ancestors 'none'", cache: "no-store")

    /// Nothing but this server's own files; styles may be in elements because Swagger UI sets some that way.
    private static let pagePolicy = """
        default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
        connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    /// Of the documentation page.
    static let page = headers(policy: pagePolicy, cache: "no-store")

    /// Of files of the documentation page.
    static let file = headers(policy: pagePolicy, cache: "public, max-age=3600")
}

extension HeaderField {
    /// The user's version as a strong entity tag (RFC 9110, section 8.8.3).
    static func entityTag(_ version: ProfileVersion) -> HeaderField { HeaderField("ETag", "\"\(version)\"") }

    /// A browser that got a response over TLS speaks nothing else with this host for a year (RFC 6797).
    static let strictTransport = HeaderField("Strict-Transport-Security", "max-age=\(365 * 86_400)")
}
