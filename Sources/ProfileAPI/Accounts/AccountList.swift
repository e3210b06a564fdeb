/// What stands in an accounts file: accounts with passwords, and tokens. No two have the same name.
public struct AccountList: Sendable, Hashable {
    /// Who logs in with a password.
    public private(set) var accounts: [Account]
    /// Which programs log in with a token.
    public private(set) var tokens: [APIToken]

    /// The list of a file that is not there.
    public init() {
        (accounts, tokens) = ([], [])
    }

    /// - Throws: ``AccountError`` when a name is there twice, or a token's digest.
    public init(accounts: [Account] = [], tokens: [APIToken] = []) throws(AccountError) {
        var names: Set<String> = []
        for name in accounts.map(\.name) + tokens.map(\.name) {
            guard names.insert(name).inserted else { throw AccountError("the name \(name) is there twice") }
        }
        guard Set(tokens.map(\.digest)).count == tokens.count else { throw AccountError("a token is there twice") }
        self.accounts = accounts
        self.tokens = tokens
    }

    // MARK: - Changing

    /// Adds an account.
    ///
    /// - Throws: ``AccountError`` when the name is taken.
    public mutating func add(_ account: Account) throws(AccountError) {
        try requireFree(account.name)
        accounts.append(account)
    }

    /// Adds a token.
    ///
    /// - Throws: ``AccountError`` when the name is taken.
    public mutating func add(_ token: APIToken) throws(AccountError) {
        try requireFree(token.name)
        tokens.append(token)
    }

    /// Gives an account another password.
    ///
    /// - Throws: ``AccountError`` when there is no such account.
    public mutating func setPassword(_ password: PasswordHash, of name: String) throws(AccountError) {
        let index = try index(ofAccount: name)
        accounts[index] = try Account(name: accounts[index].name, role: accounts[index].role, password: password)
    }

    /// Gives an account another role.
    ///
    /// - Parameter mayBeLastAdmin: whether nobody has to be left who may do everything.
    /// - Throws: ``AccountError`` when there is no such account, or when it is the last administrator.
    public mutating func setRole(_ role: Role, of name: String, mayBeLastAdmin: Bool) throws(AccountError) {
        let index = try index(ofAccount: name)
        if role != .admin, !mayBeLastAdmin { try requireOtherAdmin(than: index) }
        accounts[index] = try Account(name: accounts[index].name, role: role, password: accounts[index].password)
    }

    /// Removes an account.
    ///
    /// - Parameter mayBeLastAdmin: whether nobody has to be left who may do everything.
    /// - Throws: ``AccountError`` when there is no such account, or when it is the last administrator.
    public mutating func removeAccount(_ name: String, mayBeLastAdmin: Bool) throws(AccountError) {
        let index = try index(ofAccount: name)
        if !mayBeLastAdmin { try requireOtherAdmin(than: index) }
        accounts.remove(at: index)
    }

    private func requireOtherAdmin(than index: Int) throws(AccountError) {
        guard accounts[index].role == .admin, accounts.count(where: { $0.role == .admin }) == 1 else { return }
        throw AccountError("\(accounts[index].name) is the last administrator: add another one first, or say --force")
    }

    /// Removes a token.
    ///
    /// - Throws: ``AccountError`` when there is no such token.
    public mutating func removeToken(_ name: String) throws(AccountError) {
        guard let index = tokens.firstIndex(where: { $0.name == name }) else {
            let isAccount = accounts.contains { $0.name == name }
            throw AccountError(isAccount ? "\(name) is an account, not a token" : "there is no token \(name)")
        }
        tokens.remove(at: index)
    }

    private func index(ofAccount name: String) throws(AccountError) -> Int {
        if let index = accounts.firstIndex(where: { $0.name == name }) { return index }
        let isToken = tokens.contains { $0.name == name }
        throw AccountError(isToken ? "\(name) is a token, not an account" : "there is no account \(name)")
    }

    // MARK: - Asking

    /// - Throws: ``AccountError`` when there is no account of this name.
    public func account(named name: String) throws(AccountError) -> Account {
        accounts[try index(ofAccount: name)]
    }

    /// - Throws: ``AccountError`` when an account or a token has this name.
    public func requireFree(_ name: String) throws(AccountError) {
        if accounts.contains(where: { $0.name == name }) { throw AccountError("there is already an account \(name)") }
        if tokens.contains(where: { $0.name == name }) { throw AccountError("there is already a token \(name)") }
    }
}
