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
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { await check(seen, isForced: false) }
            }
            group.addTask {
                for await _ in requests { await check(seen, isForced: true) }
            }
        }
    }

    private func check(_ seen: Monitor<FileStamp?>, isForced: Bool) async {
        // Without threads the server is about to stop.
        try? await pool.runIfActive {
            seen.withLock { seen in
                let stamp = file.stamp()
                if isForced || stamp != seen { takeOver(wasThere: seen != nil) }
                seen = stamp
            }
        }
    }

    /// Blocks.
    /// - Parameter wasThere: whether there was a file; the administrator of the settings needs none.
    private func takeOver(wasThere: Bool) {
        do throws(AccountError) {
            guard let list = try file.read() else {
                guard wasThere else {
                    return logger.notice("there is no accounts file", metadata: ["file": .string(file.path)])
                }
                logger.warning(
                    "the accounts file is gone; the accounts that stood in it stay in force",
                    metadata: ["file": .string(file.path)]
                )
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
