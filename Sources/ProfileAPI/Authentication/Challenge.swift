import HTTPTypes

/// What a refusal says in `WWW-Authenticate` about how to log in.
enum Challenge {
    /// With a name and a password (RFC 7617).
    static let basic = #"Basic realm="User Profile Audit", charset="UTF-8""#
    /// With a token (RFC 6750, section 3).
    static let bearer = #"Bearer realm="User Profile Audit""#
    /// The token is none, or not any more (RFC 6750, section 3.1).
    static let invalidToken = #"Bearer error="invalid_token""#

    /// A request with several logins: none of them counts.
    static var repeated: Problem { problem("The Authorization header is given more than once.", [basic, bearer]) }

    /// 401 with these challenges, a line each.
    static func problem(_ detail: String, _ challenges: [String]) -> Problem {
        var problem = Problem(.unauthorized, detail)
        for challenge in challenges {
            problem.headers.append(HTTPField(name: .wwwAuthenticate, value: challenge))
        }
        return problem
    }
}
