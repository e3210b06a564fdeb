import ArgumentParser
import LogStorage
import NIOPosix
import NIOSSL
import ProfileAPI
import ServerAccess
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
            verified as profile-log verify does. The last line says how many records it has and the tree root: keep \
            that in another place.

            Then the backups with the fewest records are removed until --keep are left. The new one is never removed. \
            Nothing is removed, and the exit code is 1, when a backup in the folder is of another store, has more \
            records than the new one, or has other records (compared by the tree root).

            The login is an administrator's: --user with --password-file or BACKUP_PASSWORD, or an API token with \
            --token-file or BACKUP_TOKEN. Exit codes: 0 good, 1 not, 64 wrong usage.
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
            throw ValidationError("--server \(ServerAddress.advice(for: server))")
        }
    }

    func run() async throws {
        do {
            try await backUp()
        } catch {
            report("\(error)")
            throw ExitCode.failure
        }
    }

    private func trust() throws -> NIOSSLContext {
        let file = caFile ?? ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
        do {
            return try ServerTrust.context(
                authorities: try file.map { path in
                    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
                    return String(decoding: EditedText.withoutMark(bytes), as: UTF8.self)
                }
            )
        } catch {
            throw BackupError(
                file.map { "\($0) holds no certificate that can be read" } ?? "TLS cannot be used: \(error)"
            )
        }
    }

    private func backUp() async throws {
        guard let address = ServerAddress(server) else {
            throw BackupError("--server \(ServerAddress.advice(for: server))")
        }
        let authorization = try login.authorization()
        if address.exposesLogin { report(address.exposureWarning) }
        let connector = ServerConnector(
            address,
            authorization: authorization,
            userAgent: "profile-server backup",
            tls: address.isSecure ? try trust() : nil
        )
        let folder = BackupFolder(path: to)
        // What blocks is done on threads that may.
        let pool = NIOThreadPool.singleton
        let pending = try await pool.runIfActive { try folder.begin() }
        let line: String
        do {
            let room = try await pool.runIfActive { DiskSpace(at: pending.directory)?.available }
            try await BackupDownload(connector: connector, room: room).run(into: pending.unpacker())
            line = try await pool.runIfActive {
                let line = try pending.verify()
                try pending.publish()
                return line
            }
        } catch {
            try? await pool.runIfActive { pending.discard() }
            throw error
        }
        do {
            let contents = try await pool.runIfActive { try folder.prune(keeping: keep, made: pending.name) }
            for problem in contents.problems { report(problem) }
            print("\(pending.name): \(line); \(contents.count) kept")
        } catch {
            throw BackupError(
                "\(pending.name) was made (\(line)), but no older backup was removed: \(error). Move the backups that "
                    + "do not belong to this store to another folder, or give another folder with --to"
            )
        }
    }
}
