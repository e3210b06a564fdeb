import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log stats`: how many records of which sort.
struct StatsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count records by operation, actor, day and user.",
        discussion: """
            Only headers are read. Actors are told apart by a hash of 32 bits in the headers. The text shows the most \
            frequent actors and the last days; ndjson and csv have all of them.

            Examples:
              profile-log stats --data /srv/profiles
              profile-log stats --data /srv/profiles --format csv > stats.csv
            """
    )

    @OptionGroup var data: DataOptions
    @OptionGroup var damage: DamageOptions
    @OptionGroup var rows: RowOptions

    func run(on console: Console) throws -> ToolStatus {
        let archive = try data.archive()
        let time: TimeStyle = rows.local ? .local : .utc
        var statistics = LogStatistics(dayText: time.day)
        var status = ToolStatus.good
        let everything = LogSequenceNumber(1)...LogSequenceNumber(.max)
        if damage.skipDamage {
            try archive.scanSkippingDamage(
                from: everything.lowerBound,
                through: everything.upperBound,
                gap: { finding in
                    status = .damage
                    try console.message("profile-log: gap: \(finding)")
                },
                { header, payload in
                    try statistics.take(header, payload)
                    return .next
                }
            )
        } else {
            try archive.scan(from: everything.lowerBound, through: everything.upperBound, order: .ascending) {
                try statistics.take($0, $1)
                return .next
            }
        }
        let report = StatisticsReport(statistics: statistics, archive: archive, style: rows.style(on: console))
        switch rows.format {
        case .text: try console.output.write(report.text(width: console.width ?? 80))
        case .ndjson: try console.write(report.ndjson(), .ndjson)
        case .csv: try console.write(report.csv(), .csv)
        }
        return status
    }
}
