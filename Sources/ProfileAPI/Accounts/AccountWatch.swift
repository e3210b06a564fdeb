import LogStorage
import Logging
import NIOPosix

/// Takes the accounts file over into the running server when it has changed, and when somebody asks for it.
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
