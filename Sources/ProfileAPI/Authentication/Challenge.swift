import HTTPTransport

/// What a 401 says in `WWW-Authenticate` about how to log in: every one names every scheme that the server takes.
enum Challenge {
    /// With a name and a password (RFC 7617).
    static let basic = #"Basic realm="User Profile Audit", charset="UTF-8""#
    /// With a token (RFC 6750, section 3).
    static let bearer = #"Bearer realm="User Profile Audit""#
    /// The token that was sent is not valid, or not any more (RFC 6750, section 3.1).
    static let invalidToken = bearer + #", error="invalid_token""#

    /// A request without a login.
    static var missing: Problem {
        problem("Log in with a name and a password (HTTP Basic authentication) or with a token (Bearer).")
    }

    /// A request with several logins: none of them counts.
    static var repeated: Problem { problem("The Authorization header is given more than once.") }

    /// 401 with a challenge of each scheme, a line each.
    static func problem(_ detail: String, bearer: String = Challenge.bearer) -> Problem {
        var problem = Problem(.unauthorized, detail)
        problem.headers = [basic, bearer].map { HeaderField("WWW-Authenticate", $0) }
        return problem
    }
}
