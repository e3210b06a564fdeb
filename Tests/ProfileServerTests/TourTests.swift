import Foundation
import TestSupport
import Testing

/// The README's tour in curl, run line by line as it is printed.
@Suite("The tour in the README", .blocking)
struct TourTests {
    private struct Step {
        let command: String
        let answer: String?
    }

    @Test("Every command of the tour works and answers what the README says")
    func tour() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let steps = try Self.steps()
        #expect(steps.count >= 8)
        // One shell for all, because a step may use what an earlier one has set.
        let shell = try Shell(port: server.port)
        for step in steps {
            let output = try shell.run(step.command)
            guard let answer = step.answer else { continue }
            #expect(Self.normalized(output) == Self.normalized(answer), "\(step.command)")
        }
        #expect(server.stop() == 0)
    }

    /// The shell blocks of the section, each with the JSON block behind it.
    private static func steps() throws -> [Step] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(text.firstRange(of: "## A two-minute tour"))
        let section = text[start.upperBound...].prefix(while: { _ in true })
        let end = section.firstRange(of: "\n## ")?.lowerBound ?? section.endIndex
        var steps: [Step] = []
        for match in section[..<end].matches(of: /```(bash|json)\n((?s).*?)```/) {
            if match.1 == "bash" {
                steps.append(Step(command: String(match.2), answer: nil))
            } else if let last = steps.popLast() {
                steps.append(Step(command: last.command, answer: String(match.2)))
            }
        }
        return steps
    }

    /// Without line breaks and indentation, and without what differs between two runs.
    private static func normalized(_ json: String) -> String {
        json.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/, with: "TIME")
            .replacing(/"request_id":\s*"[^"]*"/, with: #""request_id":"ID""#)
            .replacing(/\n\s*/, with: "")
            .replacing(/\s*([{}\[\],:])\s*/, with: { $0.1 })
    }

    /// A shell in which the README's variables are set for this server.
    private final class Shell {
        private let input: FileHandle
        private let output: FileHandle
        private let process: Process

        init(port: Int) throws {
            process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["--norc", "-e", "-u", "-o", "pipefail"]
            process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
            let input = Pipe()
            let output = Pipe()
            process.standardInput = input
            process.standardOutput = output
            self.input = input.fileHandleForWriting
            self.output = output.fileHandleForReading
            try process.run()
            self.port = port
        }

        deinit {
            try? input.close()
            process.waitUntilExit()
        }

        private let port: Int

        /// Runs the lines and returns what they print.
        func run(_ command: String) throws -> String {
            let mark = "END-\(UInt64.random(in: 0 ... .max))"
            let adapted =
                command
                .replacing("127.0.0.1:8000", with: "127.0.0.1:\(port)")
                .replacing("'the password from the banner'", with: "'\(ServerProcess.password)'")
            try input.write(contentsOf: Data("\(adapted)\necho; echo \(mark)\n".utf8))
            var text = ""
            while !text.contains(mark) {
                let data = output.availableData
                guard !data.isEmpty else {
                    Issue.record("the shell ended in: \(command)\n\(text)")
                    return text
                }
                text += String(decoding: data, as: UTF8.self)
            }
            return String(text[..<(text.firstRange(of: mark)?.lowerBound ?? text.endIndex)])
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
