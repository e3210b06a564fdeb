import Foundation
import TestSupport
import Testing
import UserProfiles

@Suite("The command that fetches backups", .serialized, .blocking)
struct BackupCommandTests {
    private static func backUp(
        _ server: ServerProcess,
        to folder: String,
        _ arguments: [String] = ["--user", "admin"],
        password: String = ServerProcess.password
    ) throws -> (status: Int32, output: String) {
        try Project.run(
            try ServerProcess.program(),
            ["backup", "--server", "http://127.0.0.1:\(server.port)", "--to", folder] + arguments,
            environment: ["BACKUP_PASSWORD": password]
        )
    }

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".lock" }.sorted()
    }

    /// Gives the backup that a run has made another name.
    private static func rename(_ output: String, to name: String, in folder: String) throws {
        let made = try #require(output.firstMatch(of: /profiles-\d{8}T\d{6}Z/)).output
        try FileManager.default.moveItem(atPath: "\(folder)/\(made)", toPath: "\(folder)/\(name)")
    }

    private static func create(_ count: Int, _ prefix: String, _ server: ServerProcess) throws {
        let client = try server.client()
        for index in 1...count {
            let json = #"{"name":"Ζωή \#(index)","email":"\#(prefix)\#(index)@example.com"}"#
            #expect(try client.send("POST", "/users", json).status == 201)
        }
    }

    @Test("It keeps the newest verified stores, which a server can start from, and nothing else is touched")
    func keeps() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"), environment: ["SEGMENT_BYTES": "65536"])
        let folder = directory.appending("backups/nightly")
        for (round, name) in ["profiles-20200101T000000Z", "profiles-20200102T000000Z"].enumerated() {
            try Self.create(200, "r\(round)-", server)
            let (status, output) = try Self.backUp(server, to: folder)
            #expect(status == 0 && output.contains("\(round + 1) kept"), "\(output)")
            #expect(output.split(separator: "\n").count == 1)
            try Self.rename(output, to: name, in: folder)
        }
        try Self.create(100, "z", server)
        try FileManager.default.createDirectory(
            atPath: "\(folder)/profiles-20200101T000000Z.partial/wal",
            withIntermediateDirectories: true
        )
        for name in ["profiles-20200103T000000Z", "profiles-mine", "notes"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        }
        let (status, output) = try Self.backUp(server, to: folder, ["--user", "admin", "--keep", "2"])
        #expect(status == 0, "\(output)")
        #expect(output.contains("500 records") && output.contains("tree root ") && output.contains("2 kept"))
        #expect(output.contains("profiles-20200103T000000Z is no backup that can be read, so it is left alone"))
        #expect(output.split(separator: "\n").count == 2)
        let names = try Self.names(folder)
        #expect(names.count == 5)
        #expect(
            Set(names).isSuperset(of: [
                "notes", "profiles-mine", "profiles-20200102T000000Z", "profiles-20200103T000000Z",
            ])
        )
        let made = try #require(output.firstMatch(of: /profiles-\d{8}T\d{6}Z: 500 records/)).output.prefix { $0 != ":" }
        let store = "\(folder)/\(made)"
        #expect(try ServerProcess.tool(["verify", "--data", store]).status == 0)
        for name in try FileManager.default.subpathsOfDirectory(atPath: store) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(store)/\(name)")
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name) is for its owner only")
        }
        let restored = try ServerProcess(data: store)
        #expect(try restored.client().send("GET", "/users/500").status == 200)
        #expect(restored.stop() == 0)
        #expect(server.stop() == 0)
    }

    @Test("What was just made is kept, also beside a backup whose name has a time in the future")
    func futureTime() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let folder = directory.appending("backups")
        try Self.create(3, "a", server)
        try Self.rename(try Self.backUp(server, to: folder).output, to: "profiles-29990101T000000Z", in: folder)
        try Self.create(1, "b", server)
        let (status, output) = try Self.backUp(server, to: folder, ["--user", "admin", "--keep", "1"])
        #expect(status == 0 && output.contains("4 records") && output.contains("1 kept"), "\(output)")
        let names = try Self.names(folder)
        #expect(names.count == 1 && names != ["profiles-29990101T000000Z"], "\(names)")
        #expect(server.stop() == 0)
    }

    @Test("Nothing is removed for a backup of another store, of one that was set back, or of one with another history")
    func otherStores() throws {
        let directory = try TemporaryDirectory()
        let (data, old, folder) = (
            directory.appending("data"), directory.appending("old"), directory.appending("backups")
        )
        let first = try ServerProcess(data: data)
        try Self.create(3, "a", first)
        #expect(first.stop() == 0)
        try FileManager.default.copyItem(atPath: data, toPath: old)
        let server = try ServerProcess(data: data)
        try Self.create(2, "b", server)
        try Self.rename(try Self.backUp(server, to: folder).output, to: "profiles-20200101T000000Z", in: folder)
        #expect(server.stop() == 0)
        let oldest = ["profiles-20200101T000000Z"]

        /// Makes a backup that must be refused, and takes it away again.
        func refuse(_ server: ServerProcess, _ text: String) throws {
            let (status, output) = try Self.backUp(server, to: folder, ["--user", "admin", "--keep", "1"])
            #expect(status == 1 && output.contains(text), "\(output)")
            #expect(output.contains("no older backup was removed") && output.contains("profiles-20200101T000000Z"))
            #expect(output.split(separator: "\n").count == 1, "\(output)")
            let names = try Self.names(folder)
            #expect(names.count == 2 && names.first == oldest[0])
            for name in names {
                #expect(try ServerProcess.tool(["verify", "--data", "\(folder)/\(name)"]).status == 0)
            }
            try Self.rename(output, to: "moved-away-\(UUID())", in: folder)
            for name in try Self.names(folder) where name.hasPrefix("moved-away") {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
        let setBack = try ServerProcess(data: old)
        try refuse(setBack, "the server's store was set back")
        try Self.create(3, "c", setBack)
        try refuse(setBack, "the server's store has another history")
        #expect(setBack.stop() == 0)
        let other = try ServerProcess(data: directory.appending("other"))
        try Self.create(6, "a", other)
        try refuse(other, "profiles-20200101T000000Z is of store")
        #expect(other.stop() == 0)
        #expect(try Self.names(folder) == oldest)
    }

    @Test("What cannot be had or is not good is said in one line, and nothing is left of it")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let server = try ServerProcess(data: data)
        let folder = directory.appending("backups")
        let client = try server.client()
        for index in 1...50 {
            _ = try client.send("POST", "/users", #"{"name":"N","email":"n\#(index)@example.com"}"#)
        }
        func refusal(_ run: (status: Int32, output: String), _ text: String) throws {
            #expect(run.status == 1)
            #expect(run.output.contains(text), "\(run.output)")
            #expect(run.output.split(separator: "\n").count == 1)
            if FileManager.default.fileExists(atPath: folder) { #expect(try Self.names(folder) == []) }
        }
        try refusal(try Self.backUp(server, to: folder, password: "wrong"), "does not know this login")
        try refusal(try Self.backUp(server, to: folder, []), "no login is given")
        try refusal(try Self.backUp(server, to: "\(data)/store.json/x"), "store.json")
        let segment = "\(data)/wal/00000000000000000001.wal"
        let handle = try FileHandle(forUpdating: URL(filePath: segment))
        try handle.seek(toOffset: 500)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 500)
        try handle.write(contentsOf: [byte ^ 1])
        try refusal(try Self.backUp(server, to: folder), "broke off")
        #expect(server.log.contains("a backup was broken off") && server.log.contains(segment))
        try handle.seek(toOffset: 500)
        try handle.write(contentsOf: [byte])
        try handle.close()
        #expect(try Self.backUp(server, to: folder).status == 0)
        #expect(server.stop() == 0)
        let gone = try Self.backUp(server, to: folder)
        #expect(gone.status == 1 && gone.output.contains("127.0.0.1"))
        #expect(try Self.names(folder).count == 1)
    }

    @Test(
        "An archive that is cut off or that is none is no backup",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: 99999\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: 512\r\n\r\n"
                + String(repeating: "x", count: 512),
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        ]
    )
    func strangers(answer: String) throws {
        let directory = try TemporaryDirectory()
        let fake = try FixedAnswer(answer)
        let (status, output) = try Project.run(
            try ServerProcess.program(),
            ["backup", "--server", "http://127.0.0.1:\(fake.port)", "--to", directory.path, "--user", "admin"],
            environment: ["BACKUP_PASSWORD": "x"]
        )
        #expect(status == 1)
        #expect(output.split(separator: "\n").count == 1, "\(output)")
        #expect(try Self.names(directory.path) == [])
    }

    @Test(
        "A download without a size, or with one that the disk has no room for, is refused before its first byte",
        arguments: [
            ("Transfer-Encoding: chunked\r\n\r\n200\r\n", "does not announce the size"),
            ("Connection: close\r\n\r\n", "does not announce the size"),
            ("Content-Length: 1024\r\nContent-Length: 1024\r\n\r\n", "the backup broke off"),
            ("Content-Length: 9000000000000000000\r\n\r\n", "needs more room than the disk has"),
        ]
    )
    func endless(head: String, text: String) throws {
        let directory = try TemporaryDirectory()
        let start = "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\n"
        let fake = try FixedAnswer(start + head + String(repeating: "\0", count: 512))
        let (status, output) = try Project.run(
            try ServerProcess.program(),
            ["backup", "--server", "http://127.0.0.1:\(fake.port)", "--to", directory.path, "--user", "admin"],
            environment: ["BACKUP_PASSWORD": "x"]
        )
        #expect(status == 1)
        #expect(output.contains(text) && output.split(separator: "\n").count == 1, "\(output)")
        #expect(try Self.names(directory.path) == [])
    }

    @Test(
        "A password in an address, or given where none belongs, is in no message",
        arguments: [
            ["--server", "http://admin:SECRET@127.0.0.1:1", "--user", "admin"],
            ["--server", "http://admin:SEC/SECRET@127.0.0.1:1", "--user", "admin"],
            ["--server", "admin:SECRET@127.0.0.1:1", "--user", "admin"],
            ["http://admin:SECRET@127.0.0.1:1", "--server", "http://127.0.0.1:1"],
            ["--server", "http://127.0.0.1:1", "--pasword=SECRET"],
            ["--server", "http://127.0.0.1:1", "--password", "SECRET"],
        ]
    )
    func secrets(arguments: [String]) throws {
        let (status, output) = try Project.run(
            try ServerProcess.program(),
            ["backup", "--to", "/nowhere/backups"] + arguments
        )
        #expect(status == 64, "\(output)")
        #expect(output.hasPrefix("Error: ") && !output.contains("SECRET"), "\(output)")
    }

    @Test("Over TLS the server's certificate is verified, with an authority of one's own if that is named")
    func tls() throws {
        let directory = try TemporaryDirectory()
        let authority = try TestAuthority(in: directory.path)
        let pair = try authority.issue("server")
        let server = try ServerProcess(
            data: directory.appending("data"),
            environment: ["TLS_CERTIFICATE_FILE": pair.certificate, "TLS_KEY_FILE": pair.key]
        )
        let folder = directory.appending("backups")
        func backUp(_ arguments: String...) throws -> (status: Int32, output: String) {
            let fixed = ["backup", "--server", "https://127.0.0.1:\(server.port)", "--to", folder, "--user", "admin"]
            return try Project.run(
                try ServerProcess.program(),
                fixed + arguments,
                environment: ["BACKUP_PASSWORD": ServerProcess.password]
            )
        }
        let nowhere = directory.appending("nowhere.pem")
        let unreadable = try backUp("--ca-file", nowhere)
        #expect(unreadable.status == 1 && unreadable.output.contains(nowhere), "\(unreadable.output)")
        let strange = try backUp()
        #expect(strange.status == 1 && strange.output.split(separator: "\n").count == 1, "\(strange.output)")
        #expect((try? Self.names(folder)) ?? [] == [])
        let (status, output) = try backUp("--ca-file", authority.certificate)
        #expect(status == 0, "\(output)")
        #expect(try Self.names(folder).count == 1)
        // As an editor writes them that puts a byte order mark first.
        let (marked, password) = (directory.appending("marked.pem"), directory.appending("password"))
        try "\u{FEFF}\(String(contentsOfFile: authority.certificate, encoding: .utf8))"
            .write(toFile: marked, atomically: false, encoding: .utf8)
        try "\u{FEFF}\(ServerProcess.password)\r\n".write(toFile: password, atomically: false, encoding: .utf8)
        let again = try backUp("--ca-file", marked, "--password-file", password)
        #expect(again.status == 0, "\(again.output)")
        #expect(server.stop() == 0)
    }

    @Test("A login that would cross a network without encryption is warned about, on this machine it is not")
    func plainHTTP() throws {
        let directory = try TemporaryDirectory()
        func output(_ server: String) throws -> String {
            try Project.run(
                try ServerProcess.program(),
                ["backup", "--server", server, "--to", directory.appending("backups"), "--user", "admin"],
                environment: ["BACKUP_PASSWORD": "x"]
            ).output
        }
        // The address of all machines: no connection is made.
        let warned = try output("http://255.255.255.255:9").split(separator: "\n")
        #expect(warned.count == 2)
        #expect(warned.first?.hasPrefix("profile-server: warning: the login goes to http://255.255.255.255:9") == true)
        for address in ["http://127.0.0.1:9", "http://[::1]:9", "http://localhost:9", "https://255.255.255.255:9"] {
            #expect(try !output(address).contains("warning"), "\(address)")
        }
    }

    @Test("An archive may not write anywhere but where a backup's files belong")
    func evilNames() throws {
        let directory = try TemporaryDirectory()
        for name in ["../evil", "wal/../../evil", "/tmp/evil", "wal/.hidden", "accounts.json", "wal/a/b"] {
            let (status, archive) = try Project.run(
                "/usr/bin/env",
                [
                    "python3", "-c",
                    """
                    import io, sys, tarfile
                    out = io.BytesIO()
                    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                        info = tarfile.TarInfo(sys.argv[1]); info.size = 4
                        tar.addfile(info, io.BytesIO(b"evil"))
                    print(out.getvalue().hex())
                    """, name,
                ],
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
            )
            try #require(status == 0)
            // ustar is plain text but for its zeros, which a String carries as well.
            let digits = Array(archive.utf8.prefix { $0 != UInt8(ascii: "\n") })
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: \(bytes.count)\r\n\r\n"
            let fake = try FixedAnswer(head + String(decoding: bytes, as: UTF8.self))
            let folder = directory.appending("backups")
            let run = try Project.run(
                try ServerProcess.program(),
                ["backup", "--server", "http://127.0.0.1:\(fake.port)", "--to", folder, "--user", "admin"],
                environment: ["BACKUP_PASSWORD": "x"]
            )
            #expect(run.status == 1 && run.output.contains("no backup"), "\(name): \(run.output)")
            #expect(try Self.names(folder) == [], "\(name)")
            #expect(try Self.names(directory.path) == ["backups"], "\(name)")
        }
    }
}
