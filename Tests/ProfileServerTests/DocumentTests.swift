import Foundation
import TestSupport
import Testing

/// The commands in the README and in docs/, run line by line as they are printed.
@Suite("The documents", .blocking)
struct DocumentTests {
    private struct Step {
        let command: String
        let answer: String?
    }

    private static let tour = "docs/tour.md"
    /// The fewest commands that a document must have, so that none is left out unseen.
    private static let fewest = ["README.md": 6, tour: 8, "docs/tools.md": 4, "docs/api.md": 2]

    @Test("Every command works, and answers what the document says below it")
    func commands() throws {
        for document in try Self.documents() {
            let steps = try Self.steps(of: document)
            let fewest = Self.fewest[document] ?? 0
            #expect(steps.count >= fewest, "\(document)")
            guard !steps.isEmpty else { continue }
            let directory = try TemporaryDirectory()
            try Self.linkPrograms(into: directory)
            let server = try ServerProcess(data: directory.appending("data"))
            // One shell for all, because a step may use what an earlier one has set.
            let shell = try Shell(port: server.port, directory: directory.path)
            // The other documents go on from where the tour ends.
            if document != "README.md", document != Self.tour {
                for step in try Self.steps(of: Self.tour) { _ = try shell.run(step.command) }
            }
            for step in steps {
                let output = try shell.run(step.command)
                guard let answer = step.answer else { continue }
                #expect(Self.normalized(output) == Self.normalized(answer), "\(document): \(step.command)")
            }
            #expect(server.stop() == 0)
        }
    }

    @Test("Every link leads to a file, and every Swift file that is named exists")
    func references() throws {
        let names = try Self.swiftFiles()
        let others = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "kubernetes/README.md"]
        for document in try others + Self.documents() + Self.documents(in: "docs/decisions") {
            let text = try Project.text(document)
            let folder = Project.root.appending(path: document).deletingLastPathComponent()
            for match in text.matches(of: /\]\(([^)#:]+)[)#]/) {
                let path = folder.appending(path: String(match.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(document): \(match.1)")
            }
            for match in text.matches(of: /`([A-Za-z0-9+]+\.swift)`/) {
                #expect(names.contains(String(match.1)), "\(document): \(match.1)")
            }
        }
    }

    private static func documents() throws -> [String] { try ["README.md"] + documents(in: "docs") }

    private static func documents(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Project.root.appending(path: folder).path)
            .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
    }

    private static func swiftFiles() throws -> Set<String> {
        var names: Set = ["Package.swift"]
        for folder in ["Sources", "Tests"] {
            for path in try FileManager.default.subpathsOfDirectory(atPath: Project.root.appending(path: folder).path)
            where path.hasSuffix(".swift") {
                names.insert(URL(filePath: path).lastPathComponent)
            }
        }
        return names
    }

    /// Puts the programs where `swift build -c release` puts them.
    ///
    /// Each is a link of its own: removing the directory would follow a link to their folder.
    private static func linkPrograms(into directory: TemporaryDirectory) throws {
        let folder = directory.appending(".build/release")
        let programs = try Project.programs()
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["profile-log", "profile-server"] {
            try files.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: "\(programs)/\(name)")
        }
    }

    /// The shell blocks of the document, each with the JSON block behind it.
    private static func steps(of document: String) throws -> [Step] {
        var steps: [Step] = []
        for match in try Project.text(document).matches(of: /```(bash|json)\n((?s).*?)```/) {
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

    /// A shell in which the documents' variables are set for this server.
    private final class Shell {
        private let input: FileHandle
        private let output: FileHandle
        private let process: Process

        init(port: Int, directory: String) throws {
            process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["--norc", "-e", "-u", "-o", "pipefail"]
            process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
            process.currentDirectoryURL = URL(filePath: directory)
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
