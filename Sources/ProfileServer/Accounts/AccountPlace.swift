import ProfileAPI

/// Where a command finds the accounts.
struct AccountPlace {
    let file: AccountFile
    /// The name of the administrator whom the settings make, who stands in no file; nil when they make none.
    let administrator: String?

    /// Finds it by the settings, as the server does.
    ///
    /// - Throws: ``StartError`` when `.env` cannot be read, or when a setting does not exist; ``AccountError`` when the
    ///   directory of the file is missing or is something else.
    init(_ directory: DataOptions, _ option: AccountFileOption) throws {
        let sources = try SettingSources(options: directory.settings.merging([.accountsFile: option.file]) { $1 })
        try sources.check()
        // Nothing else: a malformed port is no reason not to list accounts.
        let settings = try ServerSettings {
            [.dataDirectory, .accountsFile, .adminUser].contains($0) ? sources.text($0) : nil
        }
        file = AccountFile(path: settings.accountsPath)
        try file.requireDirectory()
        let hasPassword = [SettingName.adminPassword, .adminPasswordFile].contains { !(sources.text($0) ?? "").isEmpty }
        // Another file may be for another server.
        administrator = hasPassword && option.file == nil ? settings.administratorName : nil
    }

    /// - Throws: ``AccountError`` when the settings have an administrator of this name.
    func requireOther(_ name: String) throws {
        guard name == administrator else { return }
        throw AccountError("\(name) is the administrator of the settings (ADMIN_USER), who stands in no file")
    }
}
