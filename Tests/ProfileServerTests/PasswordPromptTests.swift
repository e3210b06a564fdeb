import Foundation
import TestSupport
import Testing

@Suite("Typing a password", .serialized, .blocking)
struct PasswordPromptTests {
    private let directory: TemporaryDirectory
    private var file: String { directory.appending("accounts.json") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs `account add` at a terminal at which the lines are typed, each after its prompt; its exit status, what the
    /// terminal showed, and whether it shows what is typed afterwards.
    private func type(_ lines: [String]) throws -> (status: Int32, shown: String, echoes: Bool) {
        var (controller, terminal) = (Int32(-1), Int32(-1))
        try #require(openpty(&controller, &terminal, nil, nil, nil) == 0)
        defer { close(controller) }
        let process = Process()
        process.executableURL = URL(filePath: try ServerProcess.program())
        process.arguments = ["account", "add", "ines", "--role", "admin", "--file", file]
        process.environment = [:]
        process.currentDirectoryURL = URL(filePath: directory.path)
        let end = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
        process.standardInput = end
        process.standardOutput = end
        process.standardError = end
        try process.run()
        var shown = ""
        for line in lines {
            let count = shown.count { $0 == ":" }
            while shown.count(where: { $0 == ":" }) == count { shown += try read(controller) }
            let bytes = Array(line.utf8)
            #expect(write(controller, bytes, bytes.count) == bytes.count)
        }
        process.waitUntilExit()
        var state = termios()
        #expect(tcgetattr(terminal, &state) == 0)
        // A mark of our own ends what is still to be read.
        let mark = Array("<end>".utf8)
        #expect(write(terminal, mark, mark.count) == mark.count)
        while !shown.hasSuffix("<end>") { shown += try read(controller) }
        close(terminal)
        return (process.terminationStatus, shown, state.c_lflag & tcflag_t(ECHO) != 0)
    }

    private func read(_ descriptor: Int32) throws -> String {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        try #require(count > 0)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test("A password is asked for twice and never shown")
    func twice() throws {
        let typed = try type(["mein Geheimnis\n", "mein Geheimnis\n"])
        #expect(typed.status == 0, "\(typed.shown)")
        #expect(!typed.shown.contains("Geheimnis"))
        #expect(typed.echoes)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("ines"))
    }

    @Test(
        "Two different passwords, an empty one and Ctrl-C change nothing and leave the terminal as it was",
        arguments: [["eins\n", "zwei\n"], ["\n"], ["halb\u{3}"], ["eins\n", "\u{3}"]]
    )
    func refused(lines: [String]) throws {
        let typed = try type(lines)
        #expect(typed.status == 1)
        #expect(typed.echoes)
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
