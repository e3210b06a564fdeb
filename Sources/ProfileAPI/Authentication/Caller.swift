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
