import Logging
import LogStorage
import NIOPosix
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
    public init(_ list: AccountList, administrator: Account? = nil, decoyCost: ScryptCost = .standard)
        throws(AccountError)
    {
        decoy = PasswordHash(decoyOf: decoyCost)
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

/// Reads the accounts file into the running server when it has changed, and on request.
struct AccountWatch: Sendable {
    let file: AccountFile
    let directory: AccountDirectory
    /// Where looking at the file may block.
    let pool: NIOThreadPool
    /// Yields when the file is to be read at once, changed or not.
    let requests: AsyncStream<Void>
    /// How often the file is looked at. Not by inotify: the links of a Kubernetes Secret change above the file.
    var interval = Duration.seconds(2)
    let logger: Logger

    /// Runs until it is cancelled.
    ///
    /// - Parameter stamp: the state of the file that the directory has.
    func run(since stamp: FileStamp?) async {
        let seen = Monitor(stamp)
        await FileWatch(pool: pool, requests: requests, interval: interval).run { isAsked in
            seen.withLock { seen in
                let stamp = file.stamp()
                if isAsked || stamp != seen { takeOver(wasThere: seen != nil) }
                seen = stamp
            }
        }
    }

    private static let gone = "the accounts file is gone; the accounts that stood in it stay in force"

    /// Blocks.
    /// - Parameter wasThere: whether there was a file; the administrator of the settings needs none.
    private func takeOver(wasThere: Bool) {
        do throws(AccountError) {
            guard let list = try file.read() else {
                let (level, text) =
                    wasThere ? (Logger.Level.warning, Self.gone) : (.notice, "there is no accounts file")
                logger.log(level: level, "\(text)", metadata: ["file": .string(file.path)])
                return
            }
            try directory.replace(with: list)
            logger.notice(
                "the accounts file was taken over",
                metadata: [
                    "file": .string(file.path),
                    "accounts": .stringConvertible(list.accounts.count),
                    "tokens": .stringConvertible(list.tokens.count),
                ]
            )
        } catch {
            logger.error(
                "the accounts file cannot be used; the accounts from before stay in force",
                metadata: ["file": .string(file.path), "reason": .string(error.message)]
            )
        }
    }
}
