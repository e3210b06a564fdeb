import HTTPTypes

extension HTTPField.Name {
    /// `X-Request-ID`: the caller's name for a request, or the server's.
    static let requestID = unfailing("X-Request-ID")
    /// `X-Change-Reason`: why a change is made; kept in the record.
    static let changeReason = unfailing("X-Change-Reason")
    /// `Link` (RFC 8288).
    static let link = unfailing("Link")
    /// `Referrer-Policy` (W3C): what a browser tells other sites about the page it comes from.
    static let referrerPolicy = unfailing("Referrer-Policy")
    /// `X-Frame-Options` (RFC 7034): for browsers that do not know `frame-ancestors`.
    static let frameOptions = unfailing("X-Frame-Options")

    /// The names above are tokens, so the fallback never shows.
    private static func unfailing(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .via
    }
}
