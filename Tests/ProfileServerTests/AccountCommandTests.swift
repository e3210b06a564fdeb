import Foundation
import TestSupport
import Testing

@Suite("The account commands", .serialized, .blocking)
struct AccountCommandTests {
    private let directory: TemporaryDirectory
    private var data: String { directory.appending("data") }

    init() throws {
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.appending("data"), withIntermediateDirectories: false)
    }

    private typealias Outcome = (status: Int32, output: String, errors: String)

    private func account(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = ""
    ) throws -> Outcome {
        let place = arguments.contains("--file") ? [] : ["--data", data]
        return try ServerProcess.command(["account"] + arguments + place, environment: environment, input: input)
    }

    private func refused(_ outcome: Outcome, _ reason: String) {
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    private func status(_ server: ServerProcess, _ user: String, _ password: String) throws -> Int {
        try HTTPClient(port: server.port, user: user, password: password).send("GET", "/users").status
    }

    /// Waits until a request is answered so: the server looks at the file every two seconds.
    ///
    /// Asks seldom, since failed logins use up the budget of this address.
    private func wait(for expected: Int, _ request: () throws -> Int) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var status = try request()
        while status != expected {
            try #require(ContinuousClock.now < deadline, "still \(status)")
            Thread.sleep(forTimeInterval: 0.3)
            status = try request()
        }
    }

    @Test("Accounts are added, listed, given another password and removed, and a running server follows")
    func life() throws {
        let server = try ServerProcess(data: data, environment: ServerProcess.administrator)
        let typed = "\u{FEFF}первый пароль\nmore"
        let added = try account(["add", "zoë", "--role", "editor", "--password-stdin"], input: typed)
        #expect(added.status == 0 && added.output.contains("zoë") && added.output.contains("editor"))
        #expect(added.errors.contains("no administrator"))
        try wait(for: 200) { try status(server, "zoë", "первый пароль") }
        let list = try account(["list"], environment: ["ADMIN_PASSWORD": "x", "ADMIN_USER": "root"])
        let rows = list.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains { $0.starts(with: ["zoë", "editor", "password"]) })
        #expect(rows.contains { $0.starts(with: ["root", "admin", "password", "of", "the", "settings"]) })

        let client = try HTTPClient(port: server.port, user: "zoë", password: "первый пароль")
        #expect(try client.send("GET", "/users").status == 200)
        #expect(try account(["password", "zoë", "--password-stdin"], input: "второй\r\n").status == 0)
        server.send(SIGHUP)
        // The login was remembered, and ends all the same.
        try wait(for: 401) { try client.send("GET", "/users").status }
        #expect(try status(server, "zoë", "второй") == 200)

        #expect(try account(["remove", "zoë"]).status == 0)
        server.send(SIGHUP)
        try wait(for: 401) { try status(server, "zoë", "второй") }
        #expect(server.stop() == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: data + "/accounts.json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("An account gets another role, which a running server takes over, the remembered login included")
    func roles() throws {
        let server = try ServerProcess(data: data)
        #expect(try account(["add", "zoë", "--role", "editor", "--password-stdin"], input: "x\n").status == 0)
        let client = try HTTPClient(port: server.port, user: "zoë", password: "x")
        try wait(for: 200) { try client.send("GET", "/users").status }
        #expect(try client.send("GET", "/audit").status == 403)
        let changed = try account(["role", "zoë", "auditor"])
        #expect(changed.status == 0 && changed.output.contains("zoë is auditor"), "\(changed.errors)")
        server.send(SIGHUP)
        try wait(for: 200) { try client.send("GET", "/audit").status }
        let user = #"{"name":"Ada","email":"ada@example.com"}"#
        #expect(try client.send("POST", "/users", user).status == 403)
        #expect(server.stop() == 0)
    }

    @Test("A token is shown once, opens what its role may do, and ends when it is revoked")
    func tokens() throws {
        let log = directory.appending("log")
        let server = try ServerProcess(data: data, environment: ["LOG_LEVEL": "trace"], limit: "exec 2>'\(log)'")
        let added = try account(["token", "add", "ci", "--role", "editor", "--expires", "12h"])
        #expect(added.status == 0 && added.errors.contains("ci"))
        let token = added.output.trimmingCharacters(in: .newlines)
        #expect(token.wholeMatch(of: /upat_[0-9a-z]{58}/) != nil)
        server.send(SIGHUP)
        let client = try HTTPClient(port: server.port, token: token)
        try wait(for: 201) {
            try client.send("POST", "/users", #"{"name":"Ada","email":"ada@example.com"}"#).status
        }
        #expect(try client.send("GET", "/audit").status == 403)
        #expect(try server.client().send("GET", "/audit").body.contains(Array(#""actor":"ci""#.utf8)))
        let file = try String(contentsOfFile: data + "/accounts.json", encoding: .utf8)
        #expect(!file.contains(token) && file.contains(#""sha256":""#))
        for arguments in [["list"], ["token", "list"]] {
            let rows = try account(arguments).output.split(separator: "\n")
            #expect(rows.contains { $0.hasPrefix("ci ") && $0.contains("editor") })
        }
        #expect(try account(["token", "revoke", "ci"]).status == 0)
        server.send(SIGHUP)
        try wait(for: 401) { try client.send("GET", "/users").status }
        #expect(server.stop() == 0)
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("actor=ci"))
        // Nothing but the one command has ever told the token.
        for case let name as String in try #require(FileManager.default.enumerator(atPath: directory.path)) {
            let contents = FileManager.default.contents(atPath: directory.appending(name)) ?? Data()
            #expect(contents.range(of: Data(token.utf8)) == nil, "the token stands in \(name)")
        }
    }

    @Test("SIGHUP reads the accounts again, and ends no server, not even one that is just starting")
    func hangup() throws {
        let server = try ServerProcess(data: data)
        let file = data + "/accounts.json"
        #expect(try account(["token", "add", "a", "--role", "reader"]).status == 0)
        // Something malformed is reported, and what was there stays.
        try "{".write(toFile: file, atomically: true, encoding: .utf8)
        for _ in 0..<20 { server.send(SIGHUP) }
        #expect(try status(server, "admin", ServerProcess.password) == 200)
        try FileManager.default.removeItem(atPath: file)
        let token = try account(["token", "add", "b", "--role", "reader"]).output.trimmingCharacters(in: .newlines)
        server.send(SIGHUP)
        try wait(for: 200) { try HTTPClient(port: server.port, token: token).send("GET", "/users").status }
        #expect(server.stop() == 0)
        // From the moment on at which the program decides about signals at all.
        let again = try ServerProcess(data: data) { process in
            while !Self.ignores(SIGXFSZ, process) { usleep(100) }
            for _ in 0..<20 { kill(process, SIGHUP) }
        }
        #expect(try HTTPClient(port: again.port, token: token).send("GET", "/users").status == 200)
        #expect(again.stop() == 0)
    }

    /// Whether a process ignores a signal, by what the kernel says about it; true for one that has ended.
    private static func ignores(_ signal: Int32, _ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let mask = text.firstMatch(of: /SigIgn:\s*([0-9a-f]+)/).flatMap({ UInt64($0.1, radix: 16) })
        else { return true }
        return mask >> (signal - 1) & 1 == 1
    }

    @Test("A data directory that is missing or a file is refused by every command, and nothing is created")
    func wrongDirectory() throws {
        let (missing, file) = (directory.appending("missing"), directory.appending("file"))
        try "x".write(toFile: file, atomically: true, encoding: .utf8)
        let commands = [
            ["add", "new", "--password-stdin"], ["list"], ["remove", "new"], ["password", "new", "--password-stdin"],
            ["role", "new", "reader"], ["token", "add", "new", "--role", "reader"], ["token", "list"],
            ["token", "revoke", "new"],
        ]
        for (path, reason) in [(missing, "does not exist"), (file, "is not a directory")] {
            let option = ["--data", path]
            for arguments in commands.map({ ["account"] + $0 + option }) + [option + ["account", "list"]] {
                let outcome = try ServerProcess.command(arguments, directory: directory.path, input: "x\n")
                refused(outcome, "\(path)/accounts.json cannot be used: the directory \(path) \(reason); give")
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.sorted() == ["data", "file"])
    }

    @Test("Bad names, roles, passwords and expiries, and names that are taken, are refused")
    func refusals() throws {
        #expect(try account(["add", "root", "--role", "admin", "--password-stdin"], input: "x\n").status == 0)
        #expect(try account(["token", "add", "ci", "--role", "reader"]).status == 0)
        let before = try Data(contentsOf: URL(filePath: data + "/accounts.json"))
        for name in ["", "a:b", "a\u{7}", "ad\u{202E}nim", "a\u{200B}", String(repeating: "x", count: 129)] {
            refused(try account(["add", name, "--password-stdin"], input: "x\n"), "account")
            refused(try account(["token", "add", name, "--role", "reader"]), "account")
        }
        for name in ["root", "ci"] {
            refused(try account(["add", name, "--password-stdin"], input: "x\n"), "there is already")
            refused(try account(["token", "add", name, "--role", "reader"]), "there is already")
        }
        for password in ["", "\n", "a\u{1}b\n", String(repeating: "x", count: 2_000)] {
            refused(try account(["add", "new", "--password-stdin"], input: password), "password")
        }
        refused(try account(["add", "new"], input: "x\n"), "--password-stdin")
        for arguments in [["add", "new", "--role", "king", "--password-stdin"], ["token", "add", "new"]] {
            #expect(try account(arguments, input: "x\n").status == 64)
        }
        refused(try account(["token", "add", "new", "--role", "reader", "--expires", "soon"]), "--expires")
        refused(
            try account(["token", "add", "new", "--role", "reader", "--expires", "2020-01-01T00:00:00Z"]),
            "future"
        )
        refused(try account(["remove", "nobody"]), "nobody")
        refused(try account(["remove", "ci"]), "token")
        refused(try account(["token", "revoke", "root"]), "account")
        refused(try account(["password", "ci", "--password-stdin"], input: "x\n"), "token")
        refused(try account(["role", "nobody", "reader"]), "nobody")
        refused(try account(["role", "ci", "editor"]), "token")
        #expect(try account(["role", "root", "king"]).status == 64)
        for arguments in [["remove", "root"], ["role", "root", "reader"]] {
            refused(try account(arguments), "last administrator")
        }
        let settings = ["ADMIN_PASSWORD": "x", "ADMIN_USER": "boss"]
        refused(try account(["add", "boss", "--password-stdin"], environment: settings, input: "x\n"), "ADMIN_USER")
        refused(try account(["role", "boss", "reader"], environment: settings), "ADMIN_USER")
        #expect(try account(["role", "root", "admin"]).status == 0)
        #expect(try Data(contentsOf: URL(filePath: data + "/accounts.json")) == before)
        // The settings have an administrator, or it is meant.
        #expect(try account(["remove", "root"], environment: settings).status == 0)
        #expect(try account(["add", "root", "--role", "admin", "--password-stdin"], input: "x\n").status == 0)
        #expect(try account(["role", "root", "auditor", "--force"]).status == 0)
        #expect(try account(["remove", "root"]).status == 0)
    }

    @Test("Of many commands at once none loses what another has changed")
    func together() throws {
        let runs = (0..<12).map { number in
            let finished = DispatchSemaphore(value: 0)
            Thread {
                _ = try? account(["token", "add", "t\(number)", "--role", "reader"])
                finished.signal()
            }.start()
            return finished
        }
        for finished in runs { finished.wait() }
        let list = try account(["token", "list"]).output.split(separator: "\n")
        #expect(list.count == 13)
    }

    @Test("A file for a Secret is made without a server, and ACCOUNTS_FILE names it")
    func secret() throws {
        let file = directory.appending("accounts.json")
        let added = try account(
            ["add", "ines", "--role", "admin", "--password-stdin", "--file", file],
            input: "geheim\n"
        )
        #expect(added.status == 0 && added.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: data + "/accounts.json"))
        let server = try ServerProcess(data: data, environment: ["ACCOUNTS_FILE": file], asFirstStart: true)
        #expect(!server.banner.contains("password"))
        #expect(try status(server, "ines", "geheim") == 200)
        #expect(server.stop() == 0)
    }

    @Test(
        "A read-only file, as of a mounted Secret, is left alone with one line that says what to do",
        .enabled("mounting a file system needs a right that this process has not") { SmallDisk.isAvailable }
    )
    func readOnly() throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        let file = disk.path + "/accounts.json"
        #expect(
            try account(["add", "ines", "--role", "admin", "--password-stdin", "--file", file], input: "x\n").status
                == 0
        )
        try disk.makeReadOnly()
        for arguments in [
            ["add", "new", "--password-stdin"], ["password", "ines", "--password-stdin"],
            ["remove", "ines", "--force"], ["role", "ines", "reader", "--force"],
            ["token", "add", "ci", "--role", "reader"], ["token", "revoke", "ci"],
        ] {
            let outcome = try account(arguments + ["--file", file], input: "x\n")
            refused(outcome, "Read-only")
            #expect(outcome.errors.contains("--file") && outcome.errors.contains("Secret"))
        }
        #expect(try account(["list", "--file", file]).output.contains("ines"))
        let server = try ServerProcess(data: data, environment: ["ACCOUNTS_FILE": file], asFirstStart: true)
        #expect(try status(server, "ines", "x") == 200)
        #expect(server.stop() == 0)
    }

    @Test("What is written belongs to whom the folder belongs to, even if the superuser writes it")
    func owner() throws {
        // Only the superuser can give a folder away; anybody else owns the folder, and the file has to be theirs, too.
        let isSuperuser = geteuid() == 0
        if isSuperuser { #expect(chown(data, 65_532, 65_532) == 0) }
        #expect(try account(["token", "add", "ci", "--role", "reader"]).status == 0)
        var info = stat()
        #expect(stat(data + "/accounts.json", &info) == 0)
        #expect(info.st_uid == (isSuperuser ? 65_532 : geteuid()))
        #expect(info.st_gid == (isSuperuser ? 65_532 : getegid()))
    }

    @Test("A setting with a misspelled name is refused")
    func misspelled() throws {
        refused(
            try ServerProcess.command(["account", "list"], environment: ["DATA_DIRECTROY": "x"]),
            "DATA_DIRECTORY?"
        )
    }
}
