/// The token out of an `Authorization` header (RFC 6750, section 2.1).
enum BearerToken {
    /// What the header `Bearer <token>` holds: an empty text when the token is missing, nil for any other scheme.
    static func text(header: String) -> String? {
        let scheme = header.prefix { $0 != " " }
        guard scheme.utf8.count == 6, scheme.lowercased() == "bearer" else { return nil }
        return String(header.dropFirst(scheme.count).drop { $0 == " " })
    }
}
