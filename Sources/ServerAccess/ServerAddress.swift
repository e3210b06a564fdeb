/// Where a server is, for example `https://profiles.example.com` or `http://[::1]:8000/base`.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    package let isSecure: Bool
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: Int
    /// What stands before the paths of the interface; without a slash at its end.
    package let path: String

    /// Reads a URL; `nil` if it is not one of a server, or holds a user or a query.
    package init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = parts.first?.lowercased(), let rest = parts.last else { return nil }
        guard scheme == "http" || scheme == "https" else { return nil }
        isSecure = scheme == "https"
        let authority = rest.prefix { $0 != "/" }
        var path = String(rest.dropFirst(authority.count))
        while path.hasSuffix("/") { path.removeLast() }
        // An @ there is that of a password with a slash in it.
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#@".utf8.contains($0) }) else { return nil }
        self.path = path
        let portText: Substring
        if authority.hasPrefix("["), let end = authority.lastIndex(of: "]") {
            host = String(authority[..<end].dropFirst())
            portText = authority[end...].dropFirst()
        } else {
            host = String(authority.prefix { $0 != ":" })
            portText = authority.dropFirst(host.count)
        }
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { return nil }
        if portText.isEmpty {
            port = isSecure ? 443 : 80
        } else {
            guard portText.hasPrefix(":"), let port = UInt16(portText.dropFirst()), port > 0 else { return nil }
            self.port = Int(port)
        }
    }

    /// What to say of a text that is no address. Never repeats the text, which may hold a password.
    package static func advice(for text: String) -> String {
        text.contains("@")
            ? "must be an address without user and password: give the user with --user, and the password in a file or "
                + "the environment"
            : "must be the address of a server, such as https://example.com"
    }

    /// Whether a login would cross a network without encryption: plain HTTP to another machine.
    package var exposesLogin: Bool {
        let isIPv4 = host.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }
        let isLoopback = host.lowercased() == "localhost" || host == "::1" || isIPv4 && host.hasPrefix("127.")
        return !isSecure && !isLoopback
    }

    /// What to say about ``exposesLogin``.
    package var exposureWarning: String {
        "warning: the login goes to \(self) without encryption, so that others on the network can read it; use https"
    }

    /// What stands in the field `Host`.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
