/// Brings the accounts together at the start: those of the file, the administrator of the settings, and, when there
/// are none at all, a new administrator.
struct AccountSetup {
    let settings: ServerSettings

    /// What the start found or made.
    struct Outcome {
        let accounts: [Account]
        /// The administrator that was made by this start: to be shown once, it is kept nowhere.
        let generated: (name: String, password: String)?
    }

    /// Reads, and on the first start writes, the accounts file. Blocks.
    func run() throws -> Outcome {
        let file = AccountFile(dataDirectory: settings.dataDirectory)
        var accounts = try file.read()
        let name = settings.adminUser ?? "admin"
        if let password = settings.adminPassword {
            let hash = try PasswordHash(password: Array(password.utf8), cost: settings.hashCost)
            accounts.append(try Account(name: name, role: .admin, password: hash))
        } else if accounts.isEmpty {
            let password = RandomText.password()
            let hash = try PasswordHash(password: Array(password.utf8), cost: settings.hashCost)
            accounts = [try Account(name: name, role: .admin, password: hash)]
            try file.write(accounts)
            return Outcome(accounts: accounts, generated: (name, password))
        }
        return Outcome(accounts: accounts, generated: nil)
    }
}
