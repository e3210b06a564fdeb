import Foundation
import TestSupport
import Testing

@Suite("Settings", .serialized, .blocking)
struct ConfigTests {
    /// What `profile-server config` prints about one setting: the place and the value.
    private static func setting(_ name: String, in output: String) -> String? {
        let line = output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line?.split(separator: " ").dropFirst().joined(separator: " ")
    }

    @Test("An option goes before the environment, the environment before .env, .env before the default")
    func precedence() throws {
        let directory = try TemporaryDirectory()
        try """
        \u{FEFF}HTTP_PORT=1111
        # every place has a port
          HTTP_HOST = ::1
        export MAXIMUM_CONNECTIONS="33" # quotes and comment are no part of it

        PGPASSWORD=geheim
        DATABASE_URL=postgresql://x
        """.write(toFile: directory.appending(".env"), atomically: false, encoding: .utf8)
        let environment = ["HTTP_PORT": "2222", "HTTP_HOST": "localhost", "HTTP_PROXY": "http://proxy:3128"]
        func config(_ arguments: [String]) throws -> String {
            let (status, output, errors) = try ServerProcess.command(
                ["config"] + arguments,
                environment: environment,
                directory: directory.path
            )
            #expect(status == 0 && errors.isEmpty, "\(errors)")
            return output
        }
        let output = try config(["--port", "3333", "--data", "/srv/mit leer zeichen"])
        #expect(Self.setting("HTTP_PORT", in: output) == "option 3333")
        #expect(Self.setting("HTTP_HOST", in: output) == "environment localhost")
        #expect(Self.setting("MAXIMUM_CONNECTIONS", in: output) == ".env 33")
        #expect(Self.setting("LOG_LEVEL", in: output) == "default info")
        #expect(Self.setting("DATA_DIRECTORY", in: output) == "option /srv/mit leer zeichen")
        #expect(Self.setting("ACCOUNTS_FILE", in: output) == "default /srv/mit leer zeichen/accounts.json")
        #expect(Self.setting("HTTP_PORT", in: try config([])) == "environment 2222")
    }

    @Test("The server takes its settings in the same order")
    func server() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"), environment: ["HTTP_PORT": "1"])
        // The option --port 0 of every server of the tests goes before the environment's.
        #expect(server.port > 1)
        #expect(server.stop() == 0)
    }

    @Test("Passwords are masked, whether they are right or wrong")
    func masked() throws {
        let directory = try TemporaryDirectory()
        let file = directory.appending("password")
        try "aus der datei\n".write(toFile: file, atomically: false, encoding: .utf8)
        let given = try ServerProcess.command(["config"], environment: ["ADMIN_PASSWORD": "geheim"])
        #expect(Self.setting("ADMIN_PASSWORD", in: given.output) == "environment ********")
        let fromFile = try ServerProcess.command(["config"], environment: ["ADMIN_PASSWORD_FILE": file])
        #expect(Self.setting("ADMIN_PASSWORD", in: fromFile.output) == "file ********")
        #expect(Self.setting("ADMIN_PASSWORD_FILE", in: fromFile.output) == "environment \(file)")
        let both = try ServerProcess.command(
            ["config"],
            environment: ["ADMIN_PASSWORD": "geheim", "ADMIN_PASSWORD_FILE": file]
        )
        #expect(both.status == 1 && both.errors.contains("ADMIN_PASSWORD_FILE"))
        for answer in [given, fromFile, both] {
            #expect(!(answer.output + answer.errors).contains("geheim"))
            #expect(!(answer.output + answer.errors).contains("aus der datei"))
        }
    }

    @Test("Every malformed setting is named, and the rest is printed all the same")
    func malformed() throws {
        let answer = try ServerProcess.command(
            ["config"],
            environment: ["HTTP_PORT": "abc", "LOG_LEVEL": "laut", "HTTP_HOST": "::"]
        )
        #expect(answer.status == 1)
        #expect(answer.errors.split(separator: "\n").count == 2)
        #expect(answer.errors.contains("HTTP_PORT") && answer.errors.contains("LOG_LEVEL"))
        #expect(Self.setting("HTTP_HOST", in: answer.output) == "environment ::")
    }

    @Test(
        "A setting that does not exist stops the start by its name, with the one that was meant",
        arguments: [
            (".env", "HTTP_PROT=1", ["HTTP_PROT", "HTTP_PORT?"]), (".env", "COLOUR=blue", ["COLOUR"]),
            (".env", "export HTTP_PROT=1", ["HTTP_PROT", "HTTP_PORT?"]), (".env", "HTTP_PORT 9000", ["line 1"]),
            (".env", "ADMIN_PASSWORD=x\nHTTP_HOST=::1 # note", ["line 2"]),
            (".env", "\u{200B}HTTP_PORT=1", ["<U+200B>HTTP_PORT"]),
            ("environment", "ADMIN_PASWORD", ["ADMIN_PASSWORD?"]),
            ("environment", "log_level", ["log_level", "LOG_LEVEL?"]),
        ]
    )
    func unknown(place: String, text: String, expected: [String]) throws {
        let directory = try TemporaryDirectory()
        var environment: [String: String] = [:]
        if place == ".env" {
            try text.write(toFile: directory.appending(".env"), atomically: false, encoding: .utf8)
        } else {
            environment[text] = "geheim"
        }
        for arguments in [[], ["config"]] {
            let answer = try ServerProcess.command(
                arguments + ["--data", directory.appending("data"), "--port", "0"],
                environment: environment,
                directory: directory.path
            )
            #expect(answer.status == 1)
            #expect(answer.errors.split(separator: "\n").count == 1, "\(answer.errors)")
            for part in [place] + expected { #expect(answer.errors.contains(part), "\(answer.errors)") }
            #expect(!answer.errors.contains("geheim") && !answer.errors.contains("blue"))
        }
        #expect(!FileManager.default.fileExists(atPath: directory.appending("data")))
    }

    @Test("A .env that cannot be read stops the start with one line")
    func unreadable() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.appending(".env"), withIntermediateDirectories: false)
        let answer = try ServerProcess.command(["config"], directory: directory.path)
        #expect(answer.status == 1)
        #expect(answer.errors.hasPrefix("profile-server: the file .env cannot be read: it has to be a file"))
        #expect(answer.errors.split(separator: "\n").count == 1)
    }

    @Test("The command's help lists every setting that config prints")
    func help() throws {
        let help = try ServerProcess.command(["--help"]).output
        let names = try ServerProcess.command(["config"]).output.split(separator: "\n").compactMap {
            $0.split(separator: " ").first
        }
        #expect(names.count > 15)
        for name in names { #expect(help.contains("\n  \(name)="), "\(name)") }
    }
}
