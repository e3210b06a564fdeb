import Foundation
import TestSupport
import Testing
import UserProfiles

@Suite("The command that fetches backups", .serialized)
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

    @Test("It keeps the newest verified stores, which a server can start from, and nothing else is touched")
    func keeps() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"), environment: ["SEGMENT_BYTES": "65536"])
        let client = try server.client()
        let folder = directory.appending("backups/nightly")
        for index in 1...500 {
            _ = try client.send("POST", "/users", #"{"name":"Ζωή \#(index)","email":"z\#(index)@example.com"}"#)
        }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/profiles-20200101T000000Z.partial/wal",
            withIntermediateDirectories: true
        )
        for name in ["profiles-20200101T000000Z", "profiles-20200102T000000Z", "profiles-mine", "notes"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        }
        let (status, output) = try Self.backUp(server, to: folder, ["--user", "admin", "--keep", "2"])
        #expect(status == 0, "\(output)")
        #expect(output.contains("500 records") && output.contains("tree root ") && output.contains("2 kept"))
        #expect(output.split(separator: "\n").count == 1)
        let names = try Self.names(folder)
        #expect(names.count == 4)
        #expect(
            names.contains("profiles-mine") && names.contains("notes") && names.contains("profiles-20200102T000000Z")
        )
        let made = try #require(names.first { output.hasPrefix($0) })
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
        #expect(server.stop() == 0)
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
