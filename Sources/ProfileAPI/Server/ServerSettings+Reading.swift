import LogStorage

extension ServerSettings {
    /// Reads the settings from wherever `value` finds them; what it does not find keeps its default.
    ///
    /// - Throws: ``StartError`` that names the setting whose value cannot be used, and what would be right.
    public init(value: @escaping (SettingName) -> String?) throws(StartError) {
        self.init()
        let source = SettingSource(value: value)
        source.text(.dataDirectory, &dataDirectory)
        source.text(.host, &host)
        source.text(.swaggerUIDirectory, &swaggerUIDirectory)
        try source.integer(.port, 0...65_535, &port)
        try source.integer(.segmentBytes, LogConfiguration.usefulSegmentBytes, &segmentBytes)
        try source.integer(.recordsPerCheckpoint, 100...1_000_000_000, &recordsPerCheckpoint)
        try source.integer(.maximumBodyBytes, 1_024...(16 << 20), &maximumBodyBytes)
        try source.integer(.maximumHeaderBytes, 1_024...(1 << 20), &maximumHeaderBytes)
        try source.integer(.maximumConnections, 1...1_000_000, &maximumConnections)
        try source.integer(.idleTimeoutSeconds, 1...86_400, &idleTimeoutSeconds)
        try source.integer(.requestTimeoutSeconds, 1...3_600, &requestTimeoutSeconds)
        try source.integer(.readingThreads, 1...256, &readingThreads)
        try source.integer(.hashingThreads, 1...64, &hashingThreads)
        try source.integer(.loginCacheSeconds, 0...86_400, &loginCacheSeconds)
        source.text(.metricsHost, &metricsHost)
        try source.port(.metricsPort, &metricsPort)
        try source.integer(.scrubBytesPerSecond, 0...(1 << 30), &scrubBytesPerSecond)
        try source.integer(.scrubIntervalSeconds, 1...31_536_000, &scrubIntervalSeconds)
        adminUser = source.text(.adminUser)
        if let adminUser, let problem = Account.problem(withName: adminUser) {
            throw StartError("\(SettingName.adminUser.rawValue): \(problem)")
        }
        adminPassword = try Self.adminPassword(source)
    }

    private static func adminPassword(_ source: SettingSource) throws(StartError) -> String? {
        let given = source.text(.adminPassword)
        guard let path = source.text(.adminPasswordFile) else { return given }
        let name = SettingName.adminPasswordFile.rawValue
        if given != nil { throw StartError("give either \(SettingName.adminPassword.rawValue) or \(name), not both") }
        let bytes: [UInt8]?
        do {
            bytes = try PrivateFile(path: path).read()
        } catch {
            throw StartError("\(name): \(error)")
        }
        guard let bytes else { throw StartError("\(name): there is no file \(path)") }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, let password = String(validating: line, as: UTF8.self) else {
            throw StartError("\(name): the first line of \(path) must be a password in UTF-8")
        }
        return password
    }
}

/// Looks settings up and checks them.
private struct SettingSource {
    let value: (SettingName) -> String?

    /// An empty value counts as none.
    func text(_ name: SettingName) -> String? {
        value(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    func text(_ name: SettingName, _ setting: inout String) {
        if let text = text(name) { setting = text }
    }

    /// A port, or "off" for none.
    func port(_ name: SettingName, _ setting: inout Int?) throws(StartError) {
        guard let text = value(name) else { return }
        if text == "off" {
            setting = nil
        } else if let number = Int(text), (0...65_535).contains(number) {
            setting = number
        } else {
            throw StartError("\(name.rawValue) must be a port from 0 to 65535, or off, not \"\(text)\"")
        }
    }

    func integer(_ name: SettingName, _ range: ClosedRange<Int>, _ setting: inout Int) throws(StartError) {
        guard let text = value(name) else { return }
        guard let number = Int(text), range.contains(number) else {
            throw StartError(
                "\(name.rawValue) must be an integer from \(range.lowerBound) to \(range.upperBound), not \"\(text)\""
            )
        }
        setting = number
    }
}
