import ArgumentParser
import LogStorage
import ToolConsole
import UserProfiles

/// `profile-log verify`: is every byte what was written, and does the log make sense?
struct VerifyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check everything and report all damage.",
        discussion: """
            Checks every checksum, that records follow each other in number and time, that every payload can be read, \
            the Merkle tree in every footer and checkpoint; that each record continues the version before it, that \
            versions have no gaps, that no two live users ever have one email, that headers agree with payloads, and \
            that every checkpoint is what the records make. Damage is reported with file, offset and records, what it \
            means, and what to do; the last line sums up.

            Examples:
              profile-log verify --data /srv/profiles
              profile-log verify --data /srv/profiles --format ndjson | jq -r .message
            """
    )

    @OptionGroup var data: DataOptions

    @Option(help: "What findings look like: text, ndjson or csv.")
    var format = RowFormat.text

    func run(on console: Console) throws -> ToolStatus {
        try run(on: console) { ArchiveVerifier($0) }
    }

    /// - Parameter verifier: makes the engine's half.
    func run(on console: Console, _ verifier: (LogArchive) -> ArchiveVerifier) throws -> ToolStatus {
        let archive = try data.archive()
        let progress = ProgressLine("verify", on: console)
        let printer = try FindingPrinter(format, console, progress)
        let verification = ProfileVerification(
            archive,
            report: { try printer.write($0) },
            progress: { bytes, total, records in progress.show(bytes: bytes, of: total, records: records) }
        )
        let summary = try verification.run(verifier(archive))
        let outcome = VerifyOutcome(summary: summary, verification: verification, style: console.style)
        if format == .text {
            try printer.finish(outcome.text)
        } else {
            try printer.finish("")
            console.note(outcome.text)
        }
        return outcome.isGood ? .good : .damage
    }
}
