import ArgumentParser
import TestSupport
import Testing
import ToolConsole
import UserProfiles

@testable import ProfileLog

/// What each command prints, to the byte. The sizes hold for zlib 1.2 and 1.3.
@Suite("Outputs") struct GoldenTests {
    /// Runs a command and writes down everything that came of it, without what differs each time.
    private func transcript(_ arguments: [String], on store: SampleStore, style: Style = .plain) throws -> String {
        let result = try Tool.run(arguments + ["--data", store.path], style: style)
        let info = try Tool.run("info", "--data", store.path, "--format", "ndjson").output
        let id = info.firstMatch(of: /"store_id":"([-0-9a-f]{36})"/).map { String($0.1) } ?? "none"
        var text = result.output
        if !result.errors.isEmpty { text += "--- standard error\n\(result.errors)" }
        if result.status != 0 { text += "--- exit code \(result.status)\n" }
        return text.replacing(store.path, with: "DIR").replacing(id, with: "STORE-ID")
    }

    @Test(
        "Every command prints what it should in every format",
        arguments: [
            ("info", "text"), ("info", "ndjson"), ("records", "text"), ("records", "ndjson"), ("records", "csv"),
            ("history 2", "text"), ("history 2", "ndjson"), ("history 2", "csv"), ("state", "text"),
            ("state", "ndjson"), ("state", "csv"), ("stats", "text"), ("stats", "ndjson"), ("stats", "csv"),
            ("verify", "text"), ("verify", "ndjson"), ("verify", "csv"),
        ]
    )
    func outputs(command: String, format: String) async throws {
        let store = try await SampleStore()
        let words = command.split(separator: " ").map(String.init)
        let text = try transcript(words + ["--format", format], on: store)
        try Golden.compare(text, with: "\(words[0]).\(format)")
    }

    @Test("Damage is reported in every format", arguments: ["text", "ndjson", "csv"])
    func damage(format: String) async throws {
        let store = try await SampleStore()
        let files = DataFiles(path: store.path)
        try DataFiles.flip(files.segments()[0], 500)
        try DataFiles.edit(files.checkpoint()) { $0[$0.count / 2] ^= 4 }
        try Golden.compare(try transcript(["verify", "--format", format], on: store), with: "verify-damaged.\(format)")
        let rows = ["records", "--skip-damage", "--from", "3", "--format", format]
        try Golden.compare(try transcript(rows, on: store), with: "records-damaged.\(format)")
        if format == "text" { try Golden.compare(try transcript(["repair"], on: store), with: "repair.text") }
    }

    @Test("Copying and repairing say what they wrote")
    func copyAndRepair() async throws {
        let store = try await SampleStore()
        let copy = store.beside("copy")
        try Golden.compare(try transcript(["copy", "--to", copy], on: store), with: "copy.text")
        try DataFiles.edit(DataFiles(path: store.path).segments()[0]) { $0[$0.count - 40] ^= 4 }
        let repaired = store.beside("repaired")
        let text = try transcript(["repair", "--to", repaired], on: store)
        try Golden.compare(text.replacing(repaired, with: "REPAIRED"), with: "repair-written.text")
    }

    @Test("Colours are used where a terminal shows them, and nothing of the log can add its own")
    func colors() async throws {
        let store = try await SampleStore()
        var text = ""
        for command in [["records"], ["history", "1"], ["state"], ["stats"]] {
            text += try transcript(command, on: store, style: .colored)
        }
        try Golden.compare(text, with: "colors.text")
        #expect(!text.contains("\u{9B}") && !text.contains("\u{202E}"))
    }

    @Test(
        "Filters, order and limits select rows",
        arguments: [
            ("--user 2", [2, 5, 6, 9]), ("--actor ines --operation restore", [9, 11]), ("--actor إيناس", [3]),
            ("--actor INES", []), ("--operation DELETE", [6]), ("--from 11", [11, 12]), ("--from 99", []),
            ("--limit 2", [1, 2]), ("--reverse --limit 3", [12, 11, 10]), ("--user 1 --reverse", [11, 10, 4, 1]),
            ("--since 2026-01-01T00:00:11Z", [10, 11, 12]), ("--until 2026-01-01T01:00:03.000001+01:00", [1, 2]),
            ("--since 2026-01-01T00:00:05Z --until 2026-01-01T00:00:06Z", [4]), ("--since 2030-01-01T00:00:00Z", []),
            ("--since 2026-01-01 --until 2026-01-01 --limit 2", [1, 2]), ("--since 2026-01-02", []),
            ("--since 2026-01-01T00:00:05Z --until 2026-01-01T00:00:05Z", []), ("--until 2025-12-31", []),
            ("--until 2020-01-01T00:00:00Z", []), ("--from 4 --until 2026-01-01T00:00:07Z --limit 9", [4, 5]),
        ]
    )
    func filters(options: String, expected: [Int]) async throws {
        let store = try await SampleStore()
        let words = options.split(separator: " ").map(String.init)
        for extra in [[], ["--skip-damage"]] {
            let arguments = ["records", "--data", store.path, "--format", "ndjson"] + words + extra
            let result = try Tool.run(arguments)
            let found = result.output.matches(of: /(?m)^{"id":(\d+),/).compactMap { Int($0.1) }
            #expect(found == expected)
            #expect(result.status == 0 && result.errors.isEmpty)
        }
    }

    @Test(
        "A state is that after a record or at an instant; a user's also when deleted",
        arguments: [
            ("--lsn 1", ["1:1"]), ("--lsn 6", ["1:2", "3:1"]), ("--at 2026-01-01T00:00:06.5Z", ["1:2", "2:2", "3:1"]),
            ("--at 2025-01-01T00:00:00Z", []), ("--at 2026-01-02T00:00:00Z", ["1:4", "2:4", "3:2", "4:1", "5:1"]),
            ("--user 2 --lsn 6", ["2:3"]), ("--user 2 --lsn 5", ["2:2"]), ("--user 2", ["2:4"]),
        ]
    )
    func states(options: String, expected: [String]) async throws {
        let store = try await SampleStore()
        let words = options.split(separator: " ").map(String.init)
        let result = try Tool.run(["state", "--data", store.path, "--format", "csv"] + words)
        let found = result.output.split(separator: "\r\n").dropFirst().compactMap { line -> String? in
            line.firstMatch(of: /^(\d+),.*,(\d+),(?:true|false),[^,]*,[^,]*$/).map { "\($0.1):\($0.2)" }
        }
        #expect(found == expected)
        #expect(result.status == 0)
    }

    @Test(
        "A wrong command line is refused with the reason and 64, absent data with 66",
        arguments: [
            ("records --since yesterday", 64, "RFC 3339"), ("records --since 2026-01-01T00:00:00", 64, "offset"),
            ("records --user 0", 64, "whole number"), ("records --operation undo", 64, "RESTORE"),
            ("records --limit 0", 64, "limit"), ("records --follow --reverse", 64, "--reverse"),
            ("records --follow --until 2026-01-01T00:00:00Z", 64, "--until"), ("records --from -1", 64, "--from"),
            ("records --since 2026-01-02T00:00:00Z --until 2026-01-01T00:00:00Z", 64, "--until"),
            ("state --at 2099-01-01T00:00:00Z", 64, "--at must not be in the future"),
            ("state --at 2026-01-01", 64, "time of day"), ("records --no-guard", 64, "--format csv"),
            ("records --operation re\u{17F}tore", 64, "RESTORE"),
            ("records --format xml", 64, "xml"), ("records --format csv --local", 64, "--local"),
            ("info --format csv", 64, "ndjson"), ("history", 64, "id"), ("history zoe", 64, "whole number"),
            ("history 77", 66, "no user 77"), ("state --user 77", 66, "no user 77"),
            ("state --lsn 13", 66, "ends with record 12"), ("state --lsn 1 --at 2026-01-01T00:00:00Z", 64, "not both"),
            ("state --user 5 --lsn 11", 66, "no user 5"), ("bogus", 64, ""),
        ]
    )
    func refusals(command: String, status: Int32, text: String) async throws {
        let store = try await SampleStore()
        let words = command.split(separator: " ").map(String.init)
        let result = try Tool.run(words + ["--data", store.path])
        #expect(result.status == status)
        #expect(result.output.isEmpty)
        #expect(text.isEmpty || result.errors.contains(text), "\(result.errors)")
    }

    @Test("A history tells a stored null from an attribute that is not there")
    func absence() async throws {
        let directory = try TemporaryDirectory()
        let store = try LiveStore.open(directory.path, ManualClock(), segmentBytes: 1 << 20)
        let context = ChangeContext(actor: "ines", reason: nil, requestID: "r", sourceIP: nil)
        for attributes in ["{}", #"{"n":null}"#, #"{"n":1}"#, "{}"] {
            guard case .object(let object) = try JSONParser.parse(Array(attributes.utf8)) else { return }
            let draft = ProfileDraft(try Profile(name: "n", email: "a@b.example", attributes: object))
            if store.status.records == 0 {
                _ = try await store.create(draft, context)
            } else {
                _ = try await store.replace(UserID(1), with: draft, if: .none, context)
            }
        }
        await store.close()
        let lines = try Tool.run("history", "1", "--data", directory.path).output.split(separator: "\n")
        let changes = lines.filter { $0.contains("attributes.n") }.map { $0.split(separator: "  ").last }
        #expect(changes == ["absent → null", "null → 1", "1 → absent"])
    }

    @Test("Without a store there is nothing to read", arguments: ["info", "records", "history 1", "state", "stats"])
    func noStore(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let result = try Tool.run(words + ["--data", "/nowhere/at/all"])
        #expect(result.status == 66)
        #expect(result.errors.contains("/nowhere/at/all"))
    }

    @Test("The help of each command shows an example")
    func help() throws {
        for command in ProfileLogCommand.configuration.subcommands {
            let name = try #require(command.configuration.commandName)
            let result = try Tool.run(name, "--help")
            #expect(result.output.contains("profile-log \(name) --data /srv/profiles"), "\(name)")
        }
    }
}

extension Style {
    static let plain = Style(isColored: false)
    static let colored = Style(isColored: true)
}
