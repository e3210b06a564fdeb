import ArgumentParser
import LogStorage
import NIOPosix
import NIOSSL
import ServerAccess
import ToolConsole
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `profile-server backup`: fetches a backup from a running server, for places that have no shell, no curl and no tar.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Fetch a backup from a running server, verify it, and keep the newest few.",
        discussion: """
            Asks for /admin/backup and unpacks it into a new folder below --to, called profiles- and the time in UTC. \
            The folder is a data directory like any other. It gets its name only when all of it is on the disk and was \
            verified as profile-log verify does; then the oldest ones beyond --keep are removed. The last line says \
            how many records it has and the tree root: keep that in another place.

            The login is an administrator's: --user with --password-file or BACKUP_PASSWORD, or an API token with \
            --token-file or BACKUP_TOKEN. Exit codes: 0 good, 1 not.
            """
    )

    @Option(help: ArgumentHelp("The folder of the backups; made if absent.", valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp("The server, for example https://profiles.example.com.", valueName: "url"))
    var server: String

    @Option(
        help: ArgumentHelp(
            "For https: the authorities to trust, as PEM; SSL_CERT_FILE if absent, or else the system's.",
            valueName: "file"
        )
    )
    var caFile: String?

    @OptionGroup var login: BackupLogin

    @Option(help: ArgumentHelp("How many backups are kept, 1 to 10000.", valueName: "n"))
    var keep = 7

    func validate() throws {
        guard (1...10_000).contains(keep) else { throw ValidationError("--keep must be 1 to 10000") }
        guard ServerAddress(server) != nil else {
            throw ValidationError("--server: \(server) is not the address of a server, such as https://example.com")
        }
    }

    func run() async throws {
        do {
            try await backUp()
        } catch {
            writeToStandardError("profile-server: \(VisibleText.of("\(error)"))\n")
            throw ExitCode.failure
        }
    }

    private func trust() throws -> NIOSSLContext {
        let file = caFile ?? ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
        do {
            return try ServerTrust.context(
                authorities: try file.map { try String(contentsOfFile: $0, encoding: .utf8) }
            )
        } catch {
            throw BackupError(
                file.map { "\($0) holds no certificate that can be read" } ?? "TLS cannot be used: \(error)"
            )
        }
    }

    private func backUp() async throws {
        guard let address = ServerAddress(server) else { throw BackupError("\(server) is no address") }
        let authorization = try login.authorization()
        let connector = ServerConnector(
            address,
            authorization: authorization,
            userAgent: "profile-server backup",
            tls: address.isSecure ? try trust() : nil
        )
        let shelf = BackupShelf(path: to)
        // What blocks is done on threads that may.
        let pool = NIOThreadPool.singleton
        let work = try await pool.runIfActive { try shelf.begin() }
        do {
            try await BackupDownload(connector: connector).run(into: work.unpacker())
            let line = try await pool.runIfActive {
                let line = try work.verify()
                try work.publish()
                return line
            }
            let kept = try await pool.runIfActive { try shelf.prune(keeping: keep) }
            print("\(work.name): \(line); \(kept) kept")
        } catch {
            try? await pool.runIfActive { work.discard() }
            throw error
        }
    }
}
