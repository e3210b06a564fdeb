import UserProfiles

/// The accounts file: who may log in, with which role, and the hash of the password or token.
///
/// ```json
/// {"accounts":[
/// {"name":"ada","role":"editor","scrypt":{"n":16384,"r":8,"p":1,"salt":"<base64>","hash":"<base64>"}}
/// ],"tokens":[
/// {"name":"ci","role":"reader","sha256":"<hexadecimal>","created":"<RFC 3339>","expires":"<RFC 3339>"}
/// ]}
/// ```
///
/// `tokens` and `created` may be missing; `expires` is null for a token that is good for ever.
public struct AccountFile: Sendable {
    private let file: PrivateFile

    /// - Parameter path: a file that need not be there.
    public init(path: String) {
        file = PrivateFile(path: path)
    }

    /// - Parameter dataDirectory: the folder that holds the file `accounts.json`.
    public init(dataDirectory: String) {
        self.init(path: dataDirectory + "/accounts.json")
    }

    /// Where the file is.
    public var path: String { file.path }

    /// What is in the file; nil when there is no file. Blocks.
    ///
    /// - Throws: ``AccountError`` that names the file and what in it is wrong.
    public func read() throws(AccountError) -> AccountList? {
        guard let bytes = try file.read() else { return nil }
        if let problem = EditedText.problem(with: bytes) { throw AccountError("\(file.path) \(problem)") }
        do {
            return try AccountList(json: JSONParser.parse(EditedText.withoutMark(bytes)))
        } catch {
            throw AccountError("\(file.path): \(error); correct the file or remove it")
        }
    }

    /// Changes the file as one step: nobody else changes it meanwhile, and a crash leaves the old or the new one. Blocks.
    ///
    /// - Parameter change: gets what is in the file, nothing if there is none.
    /// - Throws: ``AccountError`` by `change`, or when the file cannot be read or replaced.
    public func update(_ change: (inout AccountList) throws(AccountError) -> Void) throws(AccountError) {
        try file.lockingFolder { () throws(AccountError) in
            var list = try read() ?? AccountList()
            try change(&list)
            try file.replace(with: list.json)
        }
    }

    /// Finds out whether the directory of the file exists. Blocks.
    ///
    /// - Throws: ``AccountError`` when it is missing or is something else.
    public func requireDirectory() throws(AccountError) {
        try file.requireDirectory()
    }

    /// Finds out early whether the file can be changed. Blocks.
    ///
    /// - Throws: ``AccountError`` that says how to change it instead.
    public func requireWritable() throws(AccountError) {
        try file.requireWritable()
    }

    /// What tells one state of the file from another; nil when there is no file. Blocks.
    func stamp() -> FileStamp? { FileStamp(path: file.path) }
}

/// Brings the accounts together at the start: those of the file, the administrator of the settings, and, when there
/// are none at all, a new administrator.
struct AccountSetup {
    let settings: ServerSettings

    /// What the start found or made.
    struct Outcome {
        /// The contents of the file.
        let list: AccountList
        /// The administrator of the settings, who goes before an account of the same name.
        var administrator: Account?
        /// The administrator that was made by this start: to be shown once, it is kept nowhere.
        var generated: (name: String, password: String)?
        /// The state of the file that was read; nil when there is none.
        let stamp: FileStamp?
    }

    /// Reads, and on the first start writes, the accounts file. Blocks.
    func run() throws -> Outcome {
        let file = AccountFile(path: settings.accountsPath)
        // Taken before the file is read: a change in between is found later.
        let stamp = file.stamp()
        let list = try file.read() ?? AccountList()
        if let password = settings.adminPassword?.text {
            return Outcome(list: list, administrator: try administrator(password), stamp: stamp)
        }
        guard list.accounts.isEmpty else { return Outcome(list: list, stamp: stamp) }
        let password = RandomText.password()
        let generated = try administrator(password)
        try file.update { list throws(AccountError) in try list.add(generated) }
        return Outcome(
            list: try AccountList(accounts: [generated], tokens: list.tokens),
            generated: (generated.name, password),
            stamp: file.stamp()
        )
    }

    private func administrator(_ password: String) throws -> Account {
        let hash = try PasswordHash(password: Array(password.utf8), cost: settings.hashCost)
        return try Account(name: settings.administratorName, role: .admin, password: hash)
    }
}
