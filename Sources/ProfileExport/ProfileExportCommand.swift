import ArgumentParser
import BuildInfo
import LogStorage
import PostgresExport
import ServerAccess
import ToolConsole

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `profile-export`: copies the log to PostgreSQL, exactly once, again and again.
@main
struct ProfileExportCommand: ConsoleCommand {
    static let toolName = "profile-export"
    private static let databaseVariable = "DATABASE_URL"

    static let configuration = CommandConfiguration(
        commandName: toolName,
        abstract: "Copies the log of user profiles to PostgreSQL, each change exactly once.",
        discussion: """
            Makes the tables users, user_audit and export_state if they are absent, and adds what is new since the last \
            time. It may be stopped, killed and run again at any moment: a batch of changes, the users after it and the \
            number of its last change are one transaction. Reads the data directory only, beside the server or without \
            it, or asks a server with --server.

            PostgreSQL is given as libpq knows it: a URL (postgresql://…), a list of keyword=value, or nothing but the \
            PG* variables with an empty text. A password belongs into PGPASSWORD, ~/.pgpass or a service file: other \
            users of the machine can see the arguments of a process, but not its environment.

            SIGTERM or Ctrl-C ends it within a second. A batch that PostgreSQL does not finish in that time is taken \
            back, and the next run writes it.

            Exit codes: 0 good, 1 the log is damaged or --verify found a difference, 64 wrong usage, 65 the schema holds \
            something else (another store, a longer log, another history, other tables or rows), 66 no such data, 69 \
            PostgreSQL or the server refuses, 73 another job is at work on the schema, 74 input or output failed, 75 not \
            reachable, or without a free connection, within the limit, or ended by a signal while nobody answered, 77 \
            access denied.

            Examples:
              profile-export --data /srv/profiles --to postgresql://exporter@db.example.com/analytics
              profile-export --data /srv/profiles --to service=analytics --schema profiles --follow
              profile-export --data /srv/profiles --to service=analytics --schema profiles --verify
              profile-export --server https://profiles.example.com --user export --to service=analytics
            """,
        version: "\(toolName) \(BuildInfo.text)"
    )

    @Option(help: ArgumentHelp("The data directory of a server, running or not, or a copy of one.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("A server to ask instead of reading its files.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("The account on the server: an admin or auditor.", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the password; EXPORT_PASSWORD if absent.",
            valueName: "file"
        )
    )
    var passwordFile: String?

    @Option(
        help: ArgumentHelp(
            "For https: the authorities to trust, as PEM; SSL_CERT_FILE if absent, or else the system's.",
            valueName: "file"
        )
    )
    var caFile: String?

    @Option(help: ArgumentHelp("The database; DATABASE_URL if absent.", valueName: "database"))
    var to: String?

    @Option(help: ArgumentHelp("The schema of the tables; made if absent.", valueName: "name"))
    var schema = "public"

    @Option(
        help: ArgumentHelp("Changes in a transaction.", valueName: "n"),
        transform: { try OptionNumber.read($0, 1...1_000_000) }
    )
    var batch = 10_000

    @Option(
        help: ArgumentHelp("How long to try again when a connection is lost.", valueName: "seconds"),
        transform: { try OptionNumber.read($0, 0...86_400) }
    )
    var retry = 60

    @Flag(help: "Write nothing, compare what is in PostgreSQL with the store; exit 1 if it differs.")
    var verify = false

    @Flag(help: "Wait for new changes and export them as they come; Ctrl-C or SIGTERM ends it.")
    var follow = false

    /// As the package's own, but for passwords in messages.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exitMasked(error)
        }
    }

    func validate() throws {
        if data != nil, server != nil { throw ValidationError("Give --data or --server, not both.") }
        if server != nil, user == nil { throw ValidationError("--server needs --user.") }
        if server == nil, user != nil || passwordFile != nil || caFile != nil {
            throw ValidationError("--user, --password-file and --ca-file are for --server.")
        }
        do throws(ExportRefusal) {
            try SQLName.checkSchema(schema)
        } catch {
            throw ValidationError("\(error)")
        }
        if verify, follow { throw ValidationError("--verify has an end, so it does not go with --follow.") }
    }

    func run(on console: Console) throws -> ToolStatus {
        let target = ConnectionTarget(try database())
        do throws(PostgresError) {
            try target.check()
        } catch {
            throw ToolFailure(.usage, "\(to == nil ? Self.databaseVariable : "--to"): \(error)")
        }
        if to != nil, target.holdsPassword {
            try console.message(
                "profile-export: --to holds a password, which other users of this machine can see in the list of "
                    + "processes; put it into PGPASSWORD, ~/.pgpass or a service file"
            )
        }
        return try export(try source(on: console), target, console)
    }

    private func source(on console: Console) throws -> any RecordSource {
        guard let server else { return try ArchiveSource(data ?? "./data") }
        guard let address = ServerAddress(server) else {
            throw ToolFailure(.usage, "--server \(ServerAddress.advice(for: server))")
        }
        let password = try Password.read(file: passwordFile)
        if address.exposesLogin { try console.message("\(Self.toolName): \(address.exposureWarning)") }
        return try ServerSource(address, user: user ?? "", password: password, authorities: try authorities())
    }

    /// The certificates to trust; `nil` for those of the system.
    private func authorities() throws -> String? {
        if let caFile { return try certificates(caFile, option: "--ca-file") }
        return try Environment.value("SSL_CERT_FILE").map { try certificates($0, option: "SSL_CERT_FILE") }
    }

    private func certificates(_ path: String, option: String) throws -> String {
        String(decoding: try InputFile.bytes(path, option: option), as: UTF8.self)
    }

    private func export(_ source: any RecordSource, _ target: ConnectionTarget, _ console: Console) throws -> ToolStatus
    {
        var settings = ExportJob.Settings(target: target)
        settings.schema = schema
        settings.batch = batch
        settings.retryLimit = .seconds(retry)
        settings.follows = follow
        if verify { return try compare(source, settings, console) }
        Interruption.listen(to: [SIGINT, SIGTERM])
        try InterruptionWatch.start(settings.canceller)
        let report = ExportReport(console)
        let job = ExportJob(source, settings, report)
        do {
            try job.run()
        } catch {
            try report.tell(job.summary.substitutions)
            throw error
        }
        try report.finish(job.summary)
        return .good
    }

    private func compare(
        _ source: any RecordSource,
        _ settings: ExportJob.Settings,
        _ console: Console
    ) throws -> ToolStatus {
        let progress = ProgressLine("verify", on: console)
        defer { progress.clear() }
        let summary = try ExportVerification(source, settings).run(
            progress: { progress.show(rows: $0.rawValue, of: $1.rawValue) },
            { difference in
                progress.clear()
                try console.output.write(VisibleText.of("\(difference)") + "\n")
            }
        )
        let result =
            summary.isGood
            ? console.style.text("equal", .good)
            : console.style.text(
                "\(Amount.text(summary.differences)) difference\(summary.differences == 1 ? "" : "s")",
                .bad
            )
        var parts = [
            "\(Amount.text(summary.records)) records of the log", "\(summary.auditRows) rows of user_audit",
            "\(summary.userRows) users",
        ]
        if summary.waiting > 0 { parts.append("\(Amount.text(summary.waiting)) newer records not exported yet") }
        progress.clear()
        try console.output.write("\(result): \(parts.joined(separator: "; "))\n")
        return summary.isGood ? .good : .damage
    }

    private func database() throws -> String {
        if let to { return to }
        guard let text = Environment.value(Self.databaseVariable) else {
            throw ToolFailure(.usage, "no database is given: use --to or \(Self.databaseVariable)")
        }
        return text
    }
}
