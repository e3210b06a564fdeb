import Testing
import ToolConsole
import UserProfiles

@testable import ProfileLog

@Suite("Rows on a terminal") struct TerminalTests {
    private func lines(_ command: String, _ store: SampleStore, width: Int?, style: Style = .plain) throws -> [String] {
        let words = command.split(separator: " ").map(String.init)
        let result = try Tool.run(words + ["--data", store.path], style: style, width: width)
        #expect(result.status == 0 && result.errors.isEmpty)
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test("A row is one line that fits", arguments: [66, 80, 100, 132], ["records", "records --local", "state"])
    func fits(width: Int, command: String) async throws {
        let store = try await SampleStore()
        let rows = try lines(command, store, width: width)
        #expect(rows.count == (command == "state" ? 6 : 13))
        for row in rows { #expect(DisplayWidth.of(row) <= width, "\(row)") }
    }

    @Test("In 80 columns an update says whom it is about and which fields changed, with a time to the second")
    func narrow() async throws {
        let store = try await SampleStore()
        for command in ["records", "state"] {
            let rows = try lines(command, store, width: 80)
            try Golden.compare(rows.map { $0 + "\n" }.joined(), with: "\(command)-80.text")
        }
    }

    @Test("With --wide, and where the rows go to no terminal, they are whole")
    func wide() async throws {
        let store = try await SampleStore()
        for command in ["records", "state"] {
            let whole = try lines(command, store, width: nil)
            #expect(try lines("\(command) --wide", store, width: 80) == whole)
            #expect(try lines(command, store, width: 80) != whole)
        }
        let update = try lines("records", store, width: nil)[4]
        #expect(update.contains("Zoë Ångström <zoe@example.com>: attributes.city: "))
    }

    @Test("Machine formats go to a terminal without characters that would control it, and mean the same")
    func machineFormats() async throws {
        let store = try await SampleStore()
        for command in ["records", "state", "history 3"] {
            let raw = try lines("\(command) --format ndjson", store, width: nil).joined(separator: "\n")
            let shown = try lines("\(command) --format ndjson", store, width: 80).joined(separator: "\n")
            #expect(raw.unicodeScalars.contains("\u{9B}") && raw.unicodeScalars.contains("\u{202E}"))
            #expect(VisibleText.of(shown.filter { $0 != "\n" }) == shown.filter { $0 != "\n" })
            #expect(shown.contains(#"\u009b2J\u202efdp"#))
            for (line, other) in zip(raw.split(separator: "\n"), shown.split(separator: "\n")) {
                #expect(try JSONParser.parse(Array(line.utf8)) == JSONParser.parse(Array(other.utf8)))
            }
            let csv = try lines("\(command) --format csv", store, width: 80).joined(separator: "\n")
            #expect(csv.contains("<U+009B>2J<U+202E>fdp") && !csv.unicodeScalars.contains("\u{9B}"))
        }
    }

    @Test(
        "What is hidden in JSON is escaped, in CSV shown by its number; ends of lines stay",
        arguments: [
            ("a\u{7F}\u{85}", #"a\u007f\u0085"#, "a<U+007F><U+0085>"), ("a\r\nb\n", "a\\u000d\nb\n", "a\r\nb\n"),
            ("\u{E0041}é", #"\udb40\udc41é"#, "<U+E0041>é"), ("a\rb", #"a\u000db"#, "a<U+000D>b"),
            ("漢\n", "漢\n", "漢\n"),
        ]
    )
    func escapes(text: String, json: String, csv: String) {
        #expect(VisibleText.ofJSON(Array(text.utf8)) == Array(json.utf8))
        #expect(VisibleText.ofLines(Array(text.utf8)) == Array(csv.utf8))
    }
}
