import Foundation
import TestSupport
import Testing
import UserProfiles

/// Kills the real server at random moments and compares what it comes back with to what clients were told.
///
/// `KILL_ROUNDS` says how often (50), `KILL_SEED` which requests and moments (any); the moments are those of a real
/// machine, so that a seed makes a run like another one but not the same.
@Suite("Killed servers", .serialized, .blocking)
struct KillTests {
    private static let variables = ProcessInfo.processInfo.environment
    private static let rounds = variables["KILL_ROUNDS"].flatMap { Int($0) } ?? 50
    private static let clients = 4
    /// Small segments and frequent checkpoints, so that kills also hit rotations and checkpoints.
    private static let environment = ["SEGMENT_BYTES": "65536", "RECORDS_PER_CHECKPOINT": "150"]

    @Test("Killed at any moment, the server comes back with every acknowledged change as it was acknowledged")
    func killAndRestart() throws {
        let seed = Self.variables["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999)
        var chance = SeededGenerator(seed: seed)
        let directory = try TemporaryDirectory()
        let data = directory.appending("data")
        let journal = KillJournal()
        for round in 0..<Self.rounds {
            if chance.next() % 4 == 0 {
                try ServerProcess.startAndKill(
                    data: data,
                    environment: Self.environment,
                    after: Double.random(in: 0...0.25, using: &chance)
                )
            }
            let server = try ServerProcess(data: data, environment: Self.environment)
            let run = "KILL_SEED=\(seed), round \(round)"
            let differences = try KillComparison.changed(journal, with: server)
            #expect(differences == [], "\(run)")
            if round % 10 == 9 { #expect(try KillComparison.all(journal, with: server) == [], "\(run)") }
            try Self.run(round, on: server, journal, &chance)
            if round % 10 == 9 { KillComparison.verify(data, run) }
        }
        let server = try ServerProcess(data: data, environment: Self.environment)
        let run = "KILL_SEED=\(seed), at the end"
        #expect(try KillComparison.changed(journal, with: server) == [], "\(run)")
        #expect(try KillComparison.all(journal, with: server) == [], "\(run)")
        #expect(try KillComparison.histories(journal, with: server) == [], "\(run)")
        #expect(server.stop() == 0)
        KillComparison.verify(data, run)
        let segments = try FileManager.default.contentsOfDirectory(atPath: data + "/wal").filter {
            $0.hasSuffix(".wal")
        }
        let changes = journal.all.users.values.reduce(0) { $0 + $1.versions.count }
        print("Killed \(Self.rounds) times: \(changes) changes in \(segments.count) segments (KILL_SEED=\(seed))")
        #expect(changes > Self.rounds)
    }

    /// Lets the clients work, and checkpoints be made, until the server is killed.
    private static func run(
        _ round: Int,
        on server: ServerProcess,
        _ journal: KillJournal,
        _ chance: inout SeededGenerator
    ) throws {
        let users = journal.all.users.keys.sorted()
        let workers = (0..<clients).map { index in
            let seed = SeededGenerator(seed: chance.next())
            // The newest users only: histories stay short enough to be compared whole.
            let mine = users.filter { $0 % clients == index }.suffix(2)
            return Thread.started {
                var client = KillClient(number: round * clients + index, server: server, journal: journal, chance: seed)
                client.work(on: Array(mine))
            }
        }
        let administrator = Thread.started {
            guard let client = try? server.client() else { return }
            // The answer may be the last thing that never comes.
            while let answer = try? client.send("POST", "/admin/checkpoint") {
                if answer.status != 200 { Issue.record("a checkpoint answers \(answer.status)") }
                Thread.sleep(forTimeInterval: 0.03)
            }
        }
        Thread.sleep(forTimeInterval: Double.random(in: 0.02...0.4, using: &chance))
        server.kill()
        for worker in workers + [administrator] { worker.wait() }
    }
}
