/// Brings the accounts together at the start: those of the file, the administrator of the settings, and, when there
/// are none at all, a new administrator.
struct AccountSetup {
    let settings: ServerSettings

    /// What the start found or made.
    struct Outcome {
        /// What stands in the file.
        let list: AccountList
        /// The administrator of the settings, who goes before an account of the same name.
        let administrator: Account?
        /// The administrator that was made by this start: to be shown once, it is kept nowhere.
        let generated: (name: String, password: String)?
        /// The state of the file that was read; nil when there is none.
        let stamp: FileStamp?
    }

    /// Reads, and on the first start writes, the accounts file. Blocks.
    func run() throws -> Outcome {
        let file = AccountFile(path: settings.accountsPath)
        // Taken before the file is read: a change in between is found later.
        let stamp = file.stamp()
        let list = try file.read() ?? AccountList()
        let name = settings.administratorName
        if let password = settings.adminPassword?.text {
            let hash = try PasswordHash(password: Array(password.utf8), cost: settings.hashCost)
            let administrator = try Account(name: name, role: .admin, password: hash)
            return Outcome(list: list, administrator: administrator, generated: nil, stamp: stamp)
        }
        guard list.accounts.isEmpty else {
            return Outcome(list: list, administrator: nil, generated: nil, stamp: stamp)
        }
        let password = RandomText.password()
        let hash = try PasswordHash(password: Array(password.utf8), cost: settings.hashCost)
        let generated = try Account(name: name, role: .admin, password: hash)
        try file.update { list throws(AccountError) in try list.add(generated) }
        return Outcome(
            list: try AccountList(accounts: [generated], tokens: list.tokens),
            administrator: nil,
            generated: (name, password),
            stamp: file.stamp()
        )
    }
}
