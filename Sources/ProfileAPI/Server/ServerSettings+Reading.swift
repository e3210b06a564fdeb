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
        if let problem = certificateProblem { problems.append(problem) }
        do throws(StartError) {
            try takePasswordFile()
        } catch {
            problems.append(error)
        }
        return problems
    }

    /// A certificate without its key, or the other way round.
    private var certificateProblem: StartError? {
        let (certificate, key) = (SettingName.certificateFile.rawValue, SettingName.keyFile.rawValue)
        return switch (certificateFile, keyFile) {
        case (_?, nil): StartError("\(certificate) is set, but \(key) is not: give both")
        case (nil, _?): StartError("\(key) is set, but \(certificate) is not: give both")
        default: nil
        }
    }

    /// The first line of the password's file is the password.
    private mutating func takePasswordFile() throws(StartError) {
        guard let path = adminPasswordFile else { return }
        let name = SettingName.adminPasswordFile.rawValue
        if adminPassword != nil {
            throw StartError("give either \(SettingName.adminPassword.rawValue) or \(name), not both")
        }
        let bytes: [UInt8]?
        do {
            bytes = try PrivateFile(path: path).read()
        } catch {
            throw StartError("\(name): \(error)")
        }
        guard let bytes else { throw StartError("\(name): there is no file \(path)") }
        if let problem = EditedText.problem(with: bytes) { throw StartError("\(name): \(path) \(problem)") }
        let line = EditedText.firstLine(of: bytes)
        if let problem = Account.problem(withPassword: line) {
            throw StartError("\(name): the first line of \(path) cannot be used: \(problem)")
        }
        adminPassword = SecretText(String(decoding: line, as: UTF8.self))
    }
}
