import ArgumentParser
import Logging
import ProfileAPI
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `profile-server`: keeps user profiles and every change to them.
@main
struct ProfileServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile-server",
        abstract: "Keeps user profiles and can never lose a change to one.",
        discussion: """
            Every setting can stand in the environment or in the file .env of the working directory; an option of \
            the command goes before the environment, the environment before .env:

            \(SettingName.allCases.map(line).joined(separator: "\n"))
            """,
        subcommands: [BackupCommand.self, HashPasswordCommand.self, HealthCommand.self]
    )

    private static func line(_ setting: SettingName) -> String {
        "  \(setting.rawValue)=\(setting.fallback)\n      \(setting.summary)"
    }

    // No defaults here: an option that is not given must not hide the environment.
    @Option(help: "Folder of the log, the checkpoints and the accounts (DATA_DIRECTORY; default ./data).")
    var data: String?

    @OptionGroup var address: AddressOptions

    func run() async throws {
        ignoreSignals()
        allowManyFiles()
        do {
            let options = address.settings.merging([.dataDirectory: data]) { $1 }
            let sources = try await SettingSources(options: options)
            let settings = try ServerSettings(value: sources.text)
            let level = try logLevel(sources.text(.logLevel))
            try await serve(settings, logger: logger(level))
        } catch {
            writeToStandardError("profile-server: \(error)\n")
            throw ExitCode.failure
        }
    }

    private func serve(_ settings: ServerSettings, logger: Logger) async throws {
        let application = ProfileApplication(
            settings: settings,
            logger: logger,
            onReady: { Banner(settings: settings, report: $0).print() }
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }

    /// A write to a closed connection or beyond a file size limit is an error to handle, not the end of the process.
    private func ignoreSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Every segment of the log and every connection is an open file; the usual limit of 1,024 is for small programs.
    private func allowManyFiles() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    // MARK: - Settings

    private func logLevel(_ text: String?) throws -> Logger.Level {
        guard let text, !text.isEmpty else { return .info }
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartError("\(SettingName.logLevel.rawValue) must be one of \(levels), not \"\(text)\"")
        }
        return level
    }

    private func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "profile-server", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }
}

/// Writes a text to the standard error stream.
func writeToStandardError(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
