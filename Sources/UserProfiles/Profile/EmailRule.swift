/// What makes an email address valid: the forms in use (RFC 5321, international ones by RFC 6531), without quoted
/// local parts, comments and address literals.
enum EmailRule {
    static let maximumBytes = 254
    static let maximumLocalBytes = 64
    /// Octets of a label of the domain in ASCII, that is, of its A-label (RFC 5890, section 2.3.2.1).
    static let maximumLabelBytes = 63
    private static let misplacedDot =
        "must not have a dot at the start or end of the part before the @, nor two in a row"

    /// What is wrong with `email`, which is trimmed already.
    static func errors(_ email: String) -> [FieldError] {
        problem(email).map { [FieldError(field: "email", message: $0)] } ?? []
    }

    private static func problem(_ email: String) -> String? {
        guard !email.isEmpty else { return "must not be empty" }
        guard email.utf8.count <= maximumBytes else { return "must have at most \(maximumBytes) bytes" }
        if let scalar = email.unicodeScalars.first(where: isForbidden) {
            return "must not contain the character \(TextRule.name(of: scalar))"
        }
        var email = email
        return email.withUTF8 { bytes in
            guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), bytes.lastIndex(of: UInt8(ascii: "@")) == at else {
                return "must have the form local-part@domain, with one @"
            }
            return localProblem(bytes[..<at]) ?? domainProblem(bytes[(at + 1)...])
        }
    }

    private static func localProblem(_ local: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard !local.isEmpty else { return "has nothing before the @" }
        guard local.count <= maximumLocalBytes else {
            return "must have at most \(maximumLocalBytes) bytes before the @"
        }
        // As if a dot stood on either side, so that one at an end is one of two in a row.
        var isAfterDot = true
        for byte in local {
            let isDot = byte == UInt8(ascii: ".")
            guard !isDot || !isAfterDot else { return misplacedDot }
            isAfterDot = isDot
        }
        return isAfterDot ? misplacedDot : nil
    }

    private static func domainProblem(_ domain: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard !domain.isEmpty else { return "has no domain behind the @" }
        guard domain.contains(UInt8(ascii: ".")) else { return "needs a domain with a dot, for example example.org" }
        var rest = domain
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            if let problem = labelProblem(rest[..<dot]) { return problem }
            rest = rest[(dot + 1)...]
        }
        return labelProblem(rest)
    }

    private static func labelProblem(_ label: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
        guard !label.isEmpty else { return "has an empty label in its domain" }
        guard InternationalDomain.encodedBytes(of: label) <= maximumLabelBytes else {
            return
                "must have at most \(maximumLabelBytes) bytes between two dots of its domain, written in ASCII (xn--…)"
        }
        guard label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
            return "must not have a hyphen at the start or end of a label of its domain"
        }
        guard label.allSatisfy(isLabelByte) else {
            return "may have only letters, digits, hyphens and dots in its domain"
        }
        return nil
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }

    /// RFC 5322 takes these out of an unquoted local part; none is allowed in a domain either.
    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "<", ">", "[", "]", ":", ";", ",", "\\", "\"": true
        case " ": true
        case "!"..."~": false
        // What cannot be seen would let two addresses look like one.
        default:
            TextRule.isForbidden(scalar) || scalar.properties.isWhitespace
                || scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
