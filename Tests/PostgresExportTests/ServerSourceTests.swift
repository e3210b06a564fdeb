import Foundation
import LogStorage
import ServerAccess
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("Export from a server")
struct ServerSourceTests {
    @Test("What a server answers becomes the same rows as what its files hold, page after page")
    func sameRows() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        try await run.store.create(0..<2_500)
        try await run.store.create("Nul", "nul@example.com", #"{"a":"\u0000","n":1e400000,"deep":[[[[1]]]]}"#)
        await run.store.store.close()
        let server = try ExportServer(data: run.store.path)
        defer { server.stop() }
        let first = try server.export(to: run.database, "--batch", "1100").finish()
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("exported 2,513 rows"))
        #expect(first.errors.contains("export_substitutions: record 2513"))
        #expect(try run.differences() == [])
        let verified = try server.export(to: run.database, "--verify").finish()
        #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
    }

    @Test("It goes on where it ended, from the server or from the files")
    func resumes() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        await run.store.store.close()
        let server = try ExportServer(data: run.store.path)
        defer { server.stop() }
        #expect(try server.export(to: run.database, "--batch", "5").finish().status == 0)
        for round in 0..<4 {
            let json = #"{"name":"Łucja","email":"l\#(round)@example.com","attributes":{"round":\#(round)}}"#
            #expect(try server.send("POST", "/users", json) == "201")
            if round % 2 == 0 {
                let ended = try server.export(to: run.database).finish()
                #expect(ended.output.contains("exported 1 rows"), "\(ended.errors)")
            } else {
                #expect(try run.export().rows == 1)
            }
        }
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["16|16"])
        #expect(try run.differences() == [])
    }

    @Test("A server's certificate is verified, with an authority of one's own if that is given")
    func tls() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        await run.store.store.close()
        let directory = try TemporaryDirectory()
        let authority = try TestAuthority(in: directory.path)
        let server = try ExportServer(data: run.store.path, certificate: authority.issue("server"))
        defer { server.stop() }
        let trusting = ["--ca-file", authority.certificate]
        let exported = try server.export(to: run.database, trusting[0], trusting[1]).finish()
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(try run.differences() == [])
        let strict = try server.export(to: run.database, "--retry", "0").finish()
        #expect(strict.status == 69, "\(strict.errors)")
        let nowhere = directory.appending("nowhere.pem")
        let wrong = try server.export(to: run.database, trusting[0], nowhere).finish()
        #expect(wrong.status != 0 && wrong.errors.contains(nowhere), "\(wrong.errors)")
    }

    @Test("A job that follows a server writes changes as they come, and goes on after the server was killed or stopped")
    func follows() async throws {
        let run = try ExportRun()
        try await run.store.addSamples()
        await run.store.store.close()
        var server = try ExportServer(data: run.store.path)
        let job = try server.export(to: run.database, "--follow")
        try run.awaitRecord(12)
        var last = 12
        for round in 0..<4 {
            for user in 0..<3 {
                let json = #"{"name":"Łucja","email":"l\#(round)-\#(user)@example.com","attributes":{"n":\#(round)}}"#
                #expect(try server.send("POST", "/users", json) == "201")
                last += 1
            }
            if round == 1 { try run.awaitRecord(last) }
            if round % 2 == 0 { server.kill() } else { server.stop() }
            server = try ExportServer(data: run.store.path, port: server.port)
        }
        defer { server.stop() }
        try run.awaitRecord(last)
        job.send(SIGTERM)
        let ended = job.finish()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try run.rows("SELECT count(*), max(id) FROM user_audit") == ["24|24"])
        #expect(try run.differences() == [])
    }

    @Test("A wrong password, an address without a server and one of something else have their exit codes")
    func failures() async throws {
        let run = try ExportRun()
        await run.store.store.close()
        let server = try ExportServer(data: run.store.path)
        let denied = try server.export(to: run.database, password: "wrong").finish()
        #expect(denied.status == 77, "\(denied.errors)")
        let arguments = ["--user", "admin", "--to", run.database, "--retry", "0", "--server"]
        let environment = ["EXPORT_PASSWORD=x"]
        let nobody = try Programs.export(arguments + ["http://127.0.0.1:1"], environment: environment).finish()
        #expect(nobody.status == 75, "\(nobody.errors)")
        let other = try Programs.export(arguments + ["\(server.address)/base"], environment: environment).finish()
        #expect([69, 77].contains(other.status), "\(other.errors)")
        let wrong = try Programs.export(arguments + ["ftp://example.com"], environment: environment).finish()
        #expect(wrong.status == 64, "\(wrong.errors)")
        server.stop()
    }

    @Test("A server with another store, or one that was set back, is refused")
    func otherStore() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        try await run.store.create("Bo", "bo@example.com")
        try run.export()
        let other = try ExportRun()
        try await other.store.create("Ada", "ada@example.com")
        await other.store.store.close()
        let server = try ExportServer(data: other.store.path)
        defer { server.stop() }
        let ended = try server.export(to: run.database).finish()
        #expect(ended.status == 65, "\(ended.errors)")
        // As if it were the same store with another past.
        let id = try #require(try LogArchive.open(other.store.path).storeID)
        try run.execute("UPDATE export_state SET store_id = '\(id)'")
        let behind = try server.export(to: run.database).finish()
        #expect(behind.status == 65, "\(behind.errors)")
        #expect(behind.errors.contains("ends with record 1"))
        try run.execute("UPDATE export_state SET last_lsn = 1; UPDATE user_audit SET timestamp = now() WHERE id = 1")
        let rewritten = try server.export(to: run.database).finish()
        #expect(rewritten.status == 65, "\(rewritten.errors)")
        #expect(rewritten.errors.contains("another history"))
    }

    @Test("A gap in what a source gives is never passed over")
    func gap() throws {
        for broken in [[1, 2, 4, 5], [1, 2, 2, 3], [2, 3], [1, 2, 3]] as [[UInt64]] {
            var reader = BatchReader(BrokenSource(lsns: broken), size: 10, after: .zero, nil, nil)
            let error = #expect(throws: LogError.self) { try reader.next(to: LogSequenceNumber(5)) }
            #expect(error?.code == .damaged)
        }
    }

    @Test(
        "Addresses are read as people write them",
        arguments: [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("https://example.com/", "https://example.com"),
            ("HTTPS://example.com:443/a/b/", "https://example.com/a/b"), ("http://[::1]:80", "http://[::1]"),
            ("example.com", nil), ("http://", nil), ("http://a:b@example.com", nil),
            ("http://a/b@example.com", nil), ("http://example.com:0", nil),
            ("http://example.com:70000", nil), ("http://example.com/?q=1", nil), ("http://exa mple.com", nil),
            ("http://example.com/\r\nX: y", nil),
        ] as [(String, String?)]
    )
    func addresses(text: String, expected: String?) {
        #expect(ServerAddress(text)?.description == expected)
    }

    @Test("A download may begin late and pause, but not be slower than its least rate for good")
    func pace() {
        let start = ContinuousClock.now
        var pace = DownloadPace(start: start)
        let steps = [(1, 120), (1, 121), (10_000, 121), (10_000, 200)]
        let answers = steps.map { pace.isFastEnough(after: $0.0, at: start + .seconds($0.1)) }
        #expect(answers == [true, false, true, false])
    }

    /// Gives the records that it was told to give, whatever was asked for.
    private struct BrokenSource: RecordSource {
        let lsns: [UInt64]
        let name = "broken"
        let pauseInMilliseconds: Int32 = 1

        func storeID() -> StoreID { StoreID(bytes: Array(repeating: 1, count: 16)) }
        func end() -> LogSequenceNumber { LogSequenceNumber(5) }
        func tree(through lsn: LogSequenceNumber) -> RecordTree? { nil }
        func time(of lsn: LogSequenceNumber) -> LogTimestamp? { nil }
        func makeDurable() {}
        func checkEnd() {}

        func read(
            _ range: ClosedRange<LogSequenceNumber>,
            after: LogTimestamp?,
            into tree: inout RecordTree?,
            _ body: (AuditEntry) throws -> Void
        ) throws {
            for lsn in lsns {
                try body(
                    AuditEntry(
                        lsn: LogSequenceNumber(lsn),
                        userID: UserID(1),
                        version: ProfileVersion(lsn),
                        operation: .update,
                        timestamp: LogTimestamp(microseconds: Int64(lsn)),
                        actor: "a",
                        reason: nil,
                        requestID: "r",
                        sourceIP: nil,
                        profile: try Profile(name: "A", email: "a@example.com"),
                        deleted: false,
                        changes: [],
                        restoredFrom: nil
                    )
                )
            }
        }
    }
}
