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

/// What a caller likes to get (RFC 9110, section 12.5.1).
struct AcceptHeader: Sendable {
    private struct Range {
        let type: Substring
        let subtype: Substring
        let quality: Double
    }

    private let ranges: [Range]

    /// - Parameter header: nil or without a usable range: everything is welcome.
    init(_ header: String?) {
        ranges = (header ?? "").split(separator: ",").compactMap(Self.range)
    }

    /// The best of `offers`, the first one winning ties; nil when none fits.
    func best(of offers: [MediaType]) -> MediaType? {
        guard !ranges.isEmpty else { return offers.first }
        var best: (offer: MediaType, quality: Double)?
        for offer in offers {
            let quality = quality(of: offer)
            if quality > 0, quality > best?.quality ?? 0 { best = (offer, quality) }
        }
        return best?.offer
    }

    /// The most specific range that covers the offer decides, as the RFC says.
    private func quality(of offer: MediaType) -> Double {
        let names = offer.rawValue.split(separator: "/")
        guard names.count == 2 else { return 0 }
        var found = (-1, 0.0)
        for range in ranges {
            let specificity: Int
            switch (range.type, range.subtype) {
            case (names[0], names[1]): specificity = 2
            case (names[0], "*"): specificity = 1
            case ("*", "*"): specificity = 0
            default: continue
            }
            if (specificity, range.quality) > found { found = (specificity, range.quality) }
        }
        return found.1
    }

    private static func range(_ text: Substring) -> Range? {
        let parts = text.lowercased().split(separator: ";").map { $0.trimmingBlanks() }
        let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        var quality = 1.0
        for parameter in parts.dropFirst() where parameter.hasPrefix("q=") {
            quality = Double(parameter.dropFirst(2)).flatMap { $0.isFinite ? min(1, max(0, $0)) : nil } ?? 0
        }
        return Range(type: names[0], subtype: names[1], quality: quality)
    }
}
