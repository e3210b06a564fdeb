import HTTPTransport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Name and password out of an `Authorization` header (RFC 7617).
struct BasicCredentials: Sendable, Hashable, Concealed {
    let name: String
    /// The password's bytes; empty ones and ones that hold ':' are allowed.
    let password: [UInt8]

    /// The longest header that is looked at, in bytes.
    static let maximumHeaderBytes = 4096

    /// Why a header is no Basic credential.
    enum Malformed: Error, Hashable {
        case otherScheme, notBase64, noColon, notUTF8, tooLong

        var detail: String {
            switch self {
            case .otherScheme: "The Authorization header must use the scheme Basic or Bearer."
            case .notBase64: "The credentials in the Authorization header are not valid base64."
            case .noColon: "The credentials in the Authorization header have no ':' between name and password."
            case .notUTF8: "The credentials in the Authorization header are not valid UTF-8."
            case .tooLong: "The Authorization header is longer than \(maximumHeaderBytes) bytes."
            }
        }
    }
}

extension BasicCredentials {
    /// Reads the header's value, for example `Basic YWRtaW46c2VjcmV0`.
    init(header: String) throws(Malformed) {
        guard header.utf8.count <= Self.maximumHeaderBytes else { throw .tooLong }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard let scheme = parts.first, scheme.lowercased() == "basic" else { throw .otherScheme }
        let token = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
        guard let decoded = Self.decode(token) else { throw .notBase64 }
        guard let colon = decoded.firstIndex(of: UInt8(ascii: ":")) else { throw .noColon }
        guard let name = String(validating: decoded[..<colon], as: UTF8.self) else { throw .notUTF8 }
        let password = Array(decoded[(colon + 1)...])
        guard String(validating: password, as: UTF8.self) != nil else { throw .notUTF8 }
        self.init(name: name, password: password)
    }

    /// Base64 with or without its padding; some clients leave it away.
    private static func decode(_ token: String) -> [UInt8]? {
        var padded = token
        while padded.utf8.count % 4 != 0 { padded += "=" }
        guard !padded.isEmpty, let data = Data(base64Encoded: padded) else { return nil }
        return [UInt8](data)
    }
}

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
