import LogStorage
import Synchronization

/// The accounts and tokens of a running server.
public final class AccountDirectory: Sendable {
    private struct State {
        let accounts: [String: Account]
        let tokens: [TokenDigest: APIToken]

        init(_ list: AccountList, administrator: Account?) throws(AccountError) {
            if let name = administrator?.name, list.tokens.contains(where: { $0.name == name }) {
                throw AccountError("the token \(name) has the name of the administrator of the settings")
            }
            let all = list.accounts + (administrator.map { [$0] } ?? [])
            accounts = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
            tokens = Dictionary(list.tokens.map { ($0.digest, $0) }, uniquingKeysWith: { _, last in last })
        }
    }

    private let state: Monitor<State>
    private let replacements = Atomic<UInt64>(0)
    private let administrator: Account?
    /// What an unknown name's password is checked against, so that it takes as long as a known one's.
    let decoy: PasswordHash

    /// - Parameters:
    ///   - list: what stands in the accounts file.
    ///   - administrator: the administrator of the settings, who goes before an account of the same name.
    /// - Throws: ``AccountError`` when a token has the administrator's name.
    public init(_ list: AccountList, administrator: Account? = nil, decoyCost: ScryptCost = .standard) throws {
        decoy = try PasswordHash(password: [], cost: decoyCost)
        self.administrator = administrator
        state = Monitor(try State(list, administrator: administrator))
    }

    /// Puts what now stands in the file in the place of what stood there. From the next request on it holds.
    ///
    /// - Throws: ``AccountError`` when a token has the administrator's name; nothing has changed then.
    public func replace(with list: AccountList) throws(AccountError) {
        let new = try State(list, administrator: administrator)
        state.withLock { $0 = new }
        replacements.add(1, ordering: .releasing)
    }

    /// Changes whenever accounts or tokens may have changed: what was found out before it did is to be found out anew.
    var revision: UInt64 { replacements.load(ordering: .acquiring) }

    /// The account called `name`.
    public func account(named name: String) -> Account? {
        state.withLock { $0.accounts[name] }
    }

    /// The token with this digest, whether or not its time is over.
    public func token(_ digest: TokenDigest) -> APIToken? {
        state.withLock { $0.tokens[digest] }
    }
}
