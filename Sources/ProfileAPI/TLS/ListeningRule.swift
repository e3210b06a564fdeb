import NIOCore

/// Where a server may listen without TLS.
enum ListeningRule {
    /// Passwords and profiles must not cross a network in the clear unless somebody has said so. Blocks while a name is
    /// resolved.
    ///
    /// - Returns: whether plain HTTP will be spoken on an address that other machines reach, because it was allowed.
    /// - Throws: ``StartError`` when it would be, and was not.
    static func isExposed(_ settings: ServerSettings) throws(StartError) -> Bool {
        guard settings.certificate == nil, !isLoopback(settings.host) else { return false }
        guard settings.allowPlainHTTP else {
            throw StartError(
                """
                \(settings.host) is not a loopback address, and without TLS passwords and profiles would cross the \
                network in the clear: give \(SettingName.certificateFile.rawValue) and \
                \(SettingName.keyFile.rawValue), or, behind a proxy that speaks TLS, set \
                \(SettingName.allowPlainHTTP.rawValue)=true
                """
            )
        }
        return true
    }

    /// Whether nobody but this machine reaches the address: 127.0.0.0/8 (RFC 1122, section 3.2.1.3), ::1, or a name of
    /// one. A name that nobody knows is for whoever opens the port to complain about.
    static func isLoopback(_ host: String) -> Bool {
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: 0) else { return true }
        guard let text = address.ipAddress else { return false }
        return text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}
