import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log state`: the directory, or one user, as it was.
struct StateCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show all live users, or one user, as they are or were.",
        discussion: """
            Examples:
              profile-log state --data /srv/profiles --at 2026-11-22T10:00:00Z
              profile-log state --data /srv/profiles --lsn 120000 --format ndjson > users.ndjson
              profile-log state --data /srv/profiles --user 42
            """
    )

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp("As it was at this instant (RFC 3339), not in the future.", valueName: "time"),
        transform: OptionValue.instant
    )
    var at: LogTimestamp?

    @Option(help: ArgumentHelp("As it was after this record.", valueName: "n"), transform: OptionValue.lsn)
    var lsn: LogSequenceNumber?

    @Option(help: ArgumentHelp("Only this user, also if deleted.", valueName: "id"), transform: OptionValue.user)
    var user: UserID?

    @OptionGroup var damage: DamageOptions
    @OptionGroup var rows: RowOptions
    @OptionGroup var width: WidthOptions

    func validate() throws {
        if at != nil, lsn != nil { throw ValidationError("Give --at or --lsn, not both.") }
    }

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        let lsn = try place(in: archive)
        if let user { return try show(user, lsn, archive, console) }
        let directory = try PastDirectory(archive, checkpoints: archive, at: lsn)
        return try show(directory, console)
    }

    /// The record after which the state is wanted.
    private func place(in archive: LogArchive) throws -> LogSequenceNumber {
        let last = archive.last
        if let lsn {
            guard lsn <= last.lsn else {
                throw ToolFailure(.noData, "there is no record \(lsn): the log ends with record \(last.lsn)")
            }
            return lsn
        }
        if let at, TimeRule.isFuture(at, now: .now(), last: last.time) {
            throw ToolFailure(.usage, "--at \(TimeRule.futureRefusal): \(at)")
        }
        if let at, at < last.time { return try archive.lastLSN(atOrBefore: at) }
        // The end is the newest state only if nothing is known to be missing behind it.
        try archive.scan(from: last.lsn.next, through: LogSequenceNumber(.max), order: .ascending) { _, _ in .stop }
        return last.lsn
    }

    private func show(
        _ id: UserID,
        _ lsn: LogSequenceNumber,
        _ archive: LogArchive,
        _ console: Console
    ) throws -> ToolStatus {
        guard let user = try PastUser(archive).user(id, at: lsn) else {
            throw ToolFailure(.noData, "there is no user \(id) as of record \(lsn)")
        }
        let layout = UserLine(style: rows.style(on: console, wide: width.wide), users: Int(clamping: id.rawValue))
        var renderer = RowRenderer(layout, rows.format)
        renderer.append(user)
        try console.write(renderer.heading(), rows.format)
        try console.write(renderer.take().bytes, rows.format)
        return .good
    }

    private func show(_ directory: PastDirectory, _ console: Console) throws -> ToolStatus {
        let layout = UserLine(style: rows.style(on: console, wide: width.wide), users: directory.count)
        let job = UserJob(
            directory: directory,
            skipsDamage: damage.skipDamage,
            renderer: RowRenderer(layout, rows.format)
        )
        try console.write(job.renderer.heading(), rows.format)
        var status = ToolStatus.good
        let pipeline = OrderedPipeline(jobs: job.count, threads: Processors.count) { try job.run($0, $1) }
        try pipeline.run { piece in
            try console.write(piece.bytes, rows.format)
            for finding in piece.damage {
                status = .damage
                try console.message("profile-log: left out: \(finding)")
            }
            return .next
        }
        return status
    }
}
