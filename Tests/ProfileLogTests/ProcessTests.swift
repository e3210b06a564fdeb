import Foundation
import LogStorage
import TestSupport
import Testing
import UserProfiles

@Suite("The program", .serialized, .timeLimit(.minutes(2)))
struct ProcessTests {
    @Test("Piping into head ends quietly with 0, in every format and command")
    func head() async throws {
        let live = try LiveStore()
        try await live.create(0..<1_500)
        for arguments in [
            ["records", "--format", "ndjson"], ["records", "--format", "csv"], ["records"], ["records", "--reverse"],
            ["state"], ["records", "--follow"],
        ] {
            let shell = "\"$@\" | head -n 2; exit ${PIPESTATUS[0]}"
            let result = try ToolProcess.run(arguments + ["--data", live.path], shell: shell)
            #expect(result.status == 0)
            #expect(result.errors.isEmpty, "\(arguments): \(result.errors)")
            #expect(result.output.split(whereSeparator: \.isNewline).count == 2)
        }
        await live.store.close()
    }

    @Test("New records of a running server are followed within a second, over rotations, until SIGINT")
    func follow() async throws {
        let live = try LiveStore(segmentBytes: 4_096)
        try await live.create(0..<20)
        let tool = try ToolProcess(["records", "--follow", "--format", "ndjson", "--data", live.path])
        #expect(tool.waitForOutput("\"r-19\"", seconds: 5))
        for index in 20..<120 {
            let lsn = try await live.create(index)
            #expect(lsn.rawValue == UInt64(index) + 1)
            if index % 20 == 0 { #expect(tool.waitForOutput("\"r-\(index)\"", seconds: 1)) }
        }
        #expect(tool.waitForOutput("\"r-119\"", seconds: 1))
        #expect(try FileManager.default.contentsOfDirectory(atPath: live.path + "/wal").count > 3)
        tool.send(SIGINT)
        let result = tool.finish()
        #expect(result.status == 0 && result.errors.isEmpty)
        let numbers = result.output.matches(of: /(?m)^{"id":(\d+),/).compactMap { Int($0.1) }
        #expect(numbers == Array(1...120))
        await live.store.close()
    }

    @Test("Filters and limits hold for what is followed, and the server's stop changes nothing")
    func followFiltered() async throws {
        let live = try LiveStore()
        let tool = try ToolProcess(
            ["records", "--follow", "--user", "3", "--limit", "1", "--format", "ndjson", "--data", live.path]
        )
        try await live.create(0..<5)
        let result = tool.finish()
        #expect(result.status == 0)
        #expect(result.output.matches(of: /"user_id":3,/).count == 1)
        #expect(result.output.split(separator: "\n").count == 1)
        await live.store.close()
    }

    @Test("SIGINT ends following with 0 even while nobody reads the rows")
    func interruptedWrite() async throws {
        let live = try LiveStore()
        try await live.create(0..<1_500)
        let tool = try ToolProcess(
            ["records", "--follow", "--format", "ndjson", "--data", live.path],
            readsOutput: false
        )
        try await Task.sleep(for: .milliseconds(700))
        tool.send(SIGINT)
        #expect(tool.finish().status == 0)
        await live.store.close()
    }

    @Test("Rows that cannot be written are an error of input or output")
    func fullDisk() async throws {
        let store = try await SampleStore()
        let result = try ToolProcess.run(["records", "--data", store.path], shell: "exec \"$@\" >/dev/full")
        #expect(result.status == 74)
        #expect(result.errors.contains("No space left"))
    }

    @Test("Times are shown in the machine's zone when that is asked for")
    func localTime() async throws {
        let store = try await SampleStore()
        let zone = ["TZ": "TEST-05:30"]
        let result = try ToolProcess.run(["records", "--local", "--data", store.path], environment: zone)
        #expect(result.output.contains("2026-01-01T05:30:02.000000+05:30"))
        #expect(!result.output.contains("Z  "))
        let utc = try ToolProcess.run(["records", "--data", store.path], environment: zone)
        #expect(utc.output == (try Tool.run("records", "--data", store.path).output))
    }

    @Test("On a terminal there are colours, unless NO_COLOR is set; a pipe gets none")
    func colors() async throws {
        let store = try await SampleStore()
        let arguments = ["records", "--data", store.path]
        let shell = "script -qec \"$(printf '%q ' \"$@\")\" /dev/null"
        let colored = try ToolProcess.run(arguments, shell: shell, environment: ["TERM": "xterm"])
        #expect(colored.output.contains("\u{1B}[32mCREATE"))
        let plain = try ToolProcess.run(arguments, shell: shell, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        #expect(!plain.output.contains("\u{1B}["))
        #expect(!(try ToolProcess.run(arguments).output.contains("\u{1B}")))
    }

    @Test("Completion for bash, zsh and fish is offered", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let result = try ToolProcess.run(["--generate-completion-script", shell])
        #expect(result.status == 0)
        #expect(result.output.contains("skip-damage"))
    }

    @Test("No network code is linked")
    func noNetwork() throws {
        let program = try Data(contentsOf: URL(filePath: ToolProcess.program()), options: .mappedIfSafe)
        for name in ["NIOPosix", "Hummingbird", "getaddrinfo"] {
            #expect(program.range(of: Data(name.utf8)) == nil, "\(name)")
        }
        #expect(program.range(of: Data("LogArchive".utf8)) != nil)
    }
}
