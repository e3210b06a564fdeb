import HTTPTypes

extension HTTPField.Name {
    /// `X-Request-ID`: the caller's name for a request, or the server's.
    static let requestID = unfailing("X-Request-ID")
    /// `X-Change-Reason`: why a change is made; kept in the record.
    static let changeReason = unfailing("X-Change-Reason")
    /// `Link` (RFC 8288).
    static let link = unfailing("Link")

    /// The names above are tokens, so the fallback never shows.
    private static func unfailing(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .via
    }
}
