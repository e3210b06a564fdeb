import Foundation
import TestSupport
import Testing

@testable import PostgresExport

@Suite("A job that is asked to end while it waits")
struct SignalTests {
    /// What a signal may take, and some more for a machine that is busy.
    private static let limit = 1.5

    /// The exit status, and the seconds that it took to end.
    private static func end(_ job: Command, _ signal: Int32) -> (ending: Command.Ending, seconds: Double) {
        let start = Date()
        job.send(signal)
        let ending = job.finish()
        return (ending, Date().timeIntervalSince(start))
    }

    private static let waiting = """
        SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()
        """

    /// A job whose batch waits for a lock that the connection has.
    private static func waitingJob(_ run: ExportRun) async throws -> (job: Command, holder: PostgresConnection) {
        try await run.store.addSamples()
        try run.export()
        try await run.store.create(0..<20)
        let holder = try PostgresConnection(ConnectionTarget(run.database))
        try holder.execute("BEGIN; LOCK TABLE users")
        let job = try Programs.export(["--data", run.store.path, "--to", run.database, "--batch", "10"])
        try Command.wait { try run.rows(Self.waiting) == ["1"] }
        return (job, holder)
    }

    @Test("It ends cleanly within a second though a statement waits for a lock, and the batch is taken back")
    func lock() async throws {
        for signal in [SIGTERM, SIGINT] {
            let run = try ExportRun()
            let (job, holder) = try await Self.waitingJob(run)
            let (ending, seconds) = Self.end(job, signal)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.output.contains("up to record 12"), "\(ending.output)")
            #expect(seconds < Self.limit)
            try Command.wait(seconds: 5) { try run.rows(Self.waiting) == ["0"] }
            try holder.execute("COMMIT")
            try run.export()
            #expect(try run.differences() == [])
        }
    }

    @Test("The session of a job that was killed while it waits for a lock ends soon, and keeps no lock")
    func killed() async throws {
        let run = try ExportRun()
        let (job, holder) = try await Self.waitingJob(run)
        _ = Self.end(job, SIGKILL)
        try Command.wait(seconds: 10) { try run.rows(Self.waiting) == ["0"] }
        try holder.execute("COMMIT")
        try run.export()
        #expect(try run.differences() == [])
    }

    @Test("It ends within a second though nobody answers, neither PostgreSQL nor the server")
    func silence() async throws {
        let run = try ExportRun()
        try await run.store.create("Ada", "ada@example.com")
        let listener = try SilentListener()
        let address = "http://127.0.0.1:\(listener.port)"
        for arguments in [
            [
                "--data", run.store.path, "--to",
                "host=127.0.0.1 port=\(listener.port) user=x dbname=x connect_timeout=0",
            ],
            ["--server", address, "--user", "admin", "--to", run.database],
        ] {
            let job = try Programs.export(arguments, environment: ["EXPORT_PASSWORD=x"])
            try Command.wait { listener.hasConnection() }
            try await Task.sleep(for: .milliseconds(200))
            let (ending, seconds) = Self.end(job, SIGTERM)
            #expect(ending.status == 75, "\(ending.errors)")
            #expect(ending.errors.contains("ended by a signal while it waited"), "\(ending.errors)")
            #expect(seconds < Self.limit)
        }
    }
}

/// Takes connections on a port of this machine and says nothing.
private final class SilentListener {
    let port: Int
    private let descriptor: Int32
    private var connections: [Int32] = []

    struct Failure: Error {}

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isGood = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isGood else { throw Failure() }
    }

    deinit {
        for descriptor in connections + [descriptor] { close(descriptor) }
    }

    /// Whether somebody has connected since the last call.
    func hasConnection() -> Bool {
        let connection = accept(descriptor, nil, nil)
        if connection >= 0 { connections.append(connection) }
        return connection >= 0
    }
}
