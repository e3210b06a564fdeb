import ArgumentParser
import BuildInfo
import Logging
import ProfileAPI
import ServiceLifecycle
import ToolConsole
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
            the command goes before the environment, the environment before .env. A name in .env that is no setting, \
            and a misspelled one in the environment, stop the start.

            \(SettingName.allCases.map(line).joined(separator: "\n"))
            """,
        version: "profile-server \(BuildInfo.text)",
        subcommands: [AccountCommand.self, BackupCommand.self, ConfigCommand.self, HealthCommand.self]
    )

    private static func line(_ setting: SettingName) -> String {
        let definition = setting.definition
        return "  \(setting.rawValue)=\(definition.fallback)\n      \(definition.summary)"
    }

    @OptionGroup var directory: DataOptions

    @OptionGroup var address: AddressOptions

    @Flag(help: SettingName.acceptClock.optionHelp)
    var acceptClock = false

    /// The settings that the options give, nil where they were left out.
    private var options: [SettingName: String?] {
        // A flag that is not given must not hide the environment.
        let flags: [SettingName: String?] = [.acceptClock: acceptClock ? "true" : nil]
        return directory.settings.merging(address.settings) { $1 }.merging(flags) { $1 }
    }

    /// As the package's own, but for passwords in messages.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exitMasked(error)
        }
    }

    func run() async throws {
        ignoreSignals()
        allowManyFiles()
        do {
            let sources = try SettingSources(options: options)
            var settings = try ServerSettings(value: sources.text)
            settings.build = Build(version: BuildInfo.version, commit: BuildInfo.commit)
            try sources.check()
            try await serve(settings, logger: logger(settings.logLevel))
        } catch {
            report("\(error)")
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
                services: [
                    // Named, since the group would print the whole of it, settings included, into its log.
                    .init(
                        service: application,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        serviceName: "server"
                    )
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        // From here on SIGHUP is caught; until now it was ignored, since what it asks for was still to be read anyway.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let reloading = Task {
            for await _ in hangups { application.reload() }
        }
        defer { reloading.cancel() }
        try await group.run()
    }

    /// A write to a closed connection or beyond a file size limit is an error to handle, not the end of the process; and
    /// who wants accounts and certificates read again does not want the end either.
    private func ignoreSignals() {
        signal(SIGHUP, SIG_IGN)
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
