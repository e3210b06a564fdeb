import HTTPTransport

/// An `If-Match` or `If-None-Match` header (RFC 9110, section 13.1), read for tags that are version numbers.
enum EntityTagCondition: Sendable, Hashable {
    /// `*`
    case any
    case tags(Tags)

    /// Tags that are no version of ours match nothing and are left out.
    struct Tags: Sendable, Hashable {
        /// The versions named by strong tags.
        var strongVersions: [UInt64] = []
        /// The versions named by strong and weak tags (`W/"3"`).
        var versions: [UInt64] = []
    }

    /// Reads all values of a header together; nil when there is none.
    ///
    /// - Throws: 400 when a value is not a list of entity tags.
    static func parse(_ values: [String], header: String) throws(Problem) -> EntityTagCondition? {
        guard !values.isEmpty else { return nil }
        let text = values.joined(separator: ",")
        if text.trimmingBlanks() == "*" { return .any }
        var found = Tags()
        for tag in try tags(of: text, header: header) {
            guard let version = UInt64(tag.value), String(version) == tag.value else { continue }
            found.versions.append(version)
            if !tag.isWeak { found.strongVersions.append(version) }
        }
        return .tags(found)
    }

    private static func tags(
        of text: String,
        header: String
    ) throws(Problem) -> [(value: Substring, isWeak: Bool)] {
        var tags: [(value: Substring, isWeak: Bool)] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { break }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
                throw Problem(.malformedRequest, #"\#(header) must be * or a list of quoted tags such as "3"."#)
            }
            tags.append((rest[rest.index(after: rest.startIndex)..<end], isWeak))
            rest = rest[rest.index(after: end)...].trimmingBlanks()
            guard rest.isEmpty || rest.first == "," else {
                throw Problem(.malformedRequest, "\(header): tags are separated by commas.")
            }
        }
        return tags
    }
}
