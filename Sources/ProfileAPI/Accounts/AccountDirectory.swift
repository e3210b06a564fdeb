import LogStorage

/// The accounts of a running server, looked up by name.
public final class AccountDirectory: Sendable {
    private let accounts: Monitor<[String: Account]>
    /// What an unknown name's password is checked against, so that it takes as long as a known one's.
    let decoy: PasswordHash

    /// - Parameter accounts: later ones replace earlier ones of the same name.
    public init(_ accounts: [Account], decoyCost: ScryptCost = .standard) throws {
        decoy = try PasswordHash(password: [], cost: decoyCost)
        self.accounts = Monitor(Dictionary(accounts.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last }))
    }

    /// The account called `name`, byte for byte.
    public func account(named name: String) -> Account? {
        accounts.withLock { $0[name] }
    }
}
