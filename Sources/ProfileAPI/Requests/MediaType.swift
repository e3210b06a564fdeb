import HTTPTransport

/// The media types the server reads and writes.
enum MediaType: String, Sendable, CaseIterable {
    case json = "application/json"
    case mergePatch = "application/merge-patch+json"
    case problem = "application/problem+json"
    case ndjson = "application/x-ndjson"
    case csv = "text/csv"
    case html = "text/html"
    case tar = "application/x-tar"
    /// Bytes of any kind, for clients that do not know the type of an archive.
    case binary = "application/octet-stream"

    /// The type named by a `Content-Type` header, parameters left aside; nil for any other.
    init?(contentType header: String) {
        // As nearly every client writes it, and many times cheaper.
        if header == Self.json.rawValue {
            self = .json
            return
        }
        self.init(rawValue: header.prefix { $0 != ";" }.trimmingBlanks().lowercased())
    }

    /// The header value of an answer of this type.
    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8; header=present"
        case .html: "text/html; charset=utf-8"
        case .json, .mergePatch, .problem, .ndjson, .tar, .binary: rawValue
        }
    }
}
