import NIOCore

/// Who sent a request: an account or a token.
struct Caller: Sendable, Hashable {
    /// What stands as `actor` in the records of changes.
    let name: String
    let role: Role

    init(_ account: Account) {
        (name, role) = (account.name, account.role)
    }

    init(_ token: APIToken) {
        (name, role) = (token.name, token.role)
    }
}

/// Where the requests of a connection come from.
struct ClientAddress: Sendable {
    /// The peer's IP address as text, for records; nil when the socket has none.
    let text: String?
    /// Login failures are counted for this: the IPv4 address, or the /64 network, since a client with one IPv6 address
    /// usually has 2^64 of them.
    let throttleKey: String

    init(_ address: SocketAddress?) {
        text = Self.text(address)
        throttleKey = Self.throttleKey(address, text)
    }

    private static func text(_ address: SocketAddress?) -> String? {
        guard let text = address?.ipAddress else { return nil }
        let mapped = "::ffff:"
        // An IPv4 client of a dual-stack socket is shown as what it is.
        return text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
    }

    private static func throttleKey(_ address: SocketAddress?, _ text: String?) -> String {
        guard let address, let text else { return "unknown" }
        guard case .v6 = address, !text.contains(".") else { return text }
        // sockaddr_in6: family (2 bytes), port (2), flow label (4), then the address (RFC 3493, section 3.3).
        return address.withSockAddr { pointer, size in
            let raw = UnsafeRawBufferPointer(start: pointer, count: size)
            return raw.dropFirst(8).prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
        }
    }
}
