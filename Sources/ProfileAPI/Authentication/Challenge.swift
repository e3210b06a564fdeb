import HTTPTransport

/// What a refusal says in `WWW-Authenticate` about how to log in.
enum Challenge {
    /// With a name and a password (RFC 7617).
    static let basic = #"Basic realm="User Profile Audit", charset="UTF-8""#
    /// With a token (RFC 6750, section 3).
    static let bearer = #"Bearer realm="User Profile Audit""#
    /// The token is none, or not any more (RFC 6750, section 3.1).
    static let invalidToken = #"Bearer error="invalid_token""#

    /// A request without a login.
    static var missing: Problem {
        problem(
            "Log in with a name and a password (HTTP Basic authentication) or with a token (Bearer).",
            [basic, bearer]
        )
    }

    /// A request with several logins: none of them counts.
    static var repeated: Problem { problem("The Authorization header is given more than once.", [basic, bearer]) }

    /// 401 with these challenges, a line each.
    static func problem(_ detail: String, _ challenges: [String]) -> Problem {
        var problem = Problem(.unauthorized, detail)
        problem.headers = challenges.map { HeaderField("WWW-Authenticate", $0) }
        return problem
    }
}
