import NIOCore
import UserProfiles

extension ServerSettings {
    /// Reads the settings from wherever `value` finds them; what it does not find keeps its default.
    ///
    /// - Throws: ``StartError`` that names the setting whose value cannot be used, and what would be right.
    public init(value: (SettingName) -> String?) throws(StartError) {
        self.init()
        if let problem = take(from: value).first { throw problem }
    }

    /// Takes over what `value` finds, and goes on after what cannot be used.
    ///
    /// - Returns: what cannot be used; each names the setting and what would be right.
    public mutating func take(from value: (SettingName) -> String?) -> [StartError] {
        var problems: [StartError] = []
        for name in SettingName.allCases {
            guard let text = value(name) else { continue }
            guard let problem = name.definition.problem(taking: text, into: &self) else { continue }
            problems.append(StartError("\(name.rawValue) \(problem)"))
        }
        if (certificateFile == nil) != (keyFile == nil) {
            let files = [SettingName.certificateFile.rawValue, SettingName.keyFile.rawValue]
            let (given, missing) = certificateFile == nil ? (files[1], files[0]) : (files[0], files[1])
            problems.append(StartError("\(given) is set, but \(missing) is not: give both"))
        }
        do throws(StartError) {
            try takePasswordFile()
        } catch {
            problems.append(error)
        }
        return problems
    }

    /// The first line of the password's file is the password.
    private mutating func takePasswordFile() throws(StartError) {
        guard let path = adminPasswordFile else { return }
        let name = SettingName.adminPasswordFile
        if adminPassword != nil {
            throw StartError("give either \(SettingName.adminPassword.rawValue) or \(name.rawValue), not both")
        }
        let bytes = try name.contents(of: path)
        if let problem = EditedText.problem(with: bytes) { throw StartError(name, "\(path) \(problem)") }
        let line = EditedText.firstLine(of: bytes)
        if let problem = Account.problem(withPassword: line) {
            throw StartError(name, "the first line of \(path) cannot be used: \(problem)")
        }
        adminPassword = SecretText(String(decoding: line, as: UTF8.self))
    }

    /// Whether plain HTTP will be spoken on an address that other machines reach, because it was allowed: passwords and
    /// profiles must not cross a network in the clear unless somebody has said so. Blocks while a name is resolved.
    ///
    /// - Throws: ``StartError`` when it would be, and was not.
    func isExposed() throws(StartError) -> Bool {
        guard certificate == nil, !hasLoopbackHost else { return false }
        guard allowPlainHTTP else {
            throw StartError(
                """
                \(host) is not a loopback address, and without TLS passwords and profiles would cross the \
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
    private var hasLoopbackHost: Bool {
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: 0) else { return true }
        guard let text = address.ipAddress else { return false }
        return text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}

extension SettingName {
    /// The contents of the file that the setting names. Blocks.
    ///
    /// - Throws: ``StartError`` that names the file which cannot be read.
    func contents(of path: String) throws(StartError) -> [UInt8] {
        do {
            if let bytes = try PrivateFile(path: path).read() { return bytes }
        } catch {
            throw StartError(self, error.message)
        }
        throw StartError(self, "there is no file \(path)")
    }
}
