import Foundation
import TestSupport
import Testing

@testable import PostgresExport

@Suite(
    "A full disk of PostgreSQL",
    .enabled("mounting a file system needs a right that this process has not") { SmallDisk.isAvailable }
)
struct FullDiskTests {
    @Test("Without room for the tables the job ends with one line; with room again it goes on, without gap or double")
    func tables() async throws {
        let disk = try Disk(bytes: 12 << 20)
        let cluster = try TestDatabase()
        try cluster.execute("CREATE TABLESPACE small LOCATION '\(disk.path)'")
        let run = try await Self.filled(cluster.makeDatabase(options: "TABLESPACE small"))
        let arguments = ["--data", run.store.path, "--to", run.database, "--batch", "50"]
        let ended = try Programs.export(arguments).finish()
        #expect(ended.status == 69, "\(ended.errors)")
        let lines = ended.errors.split(separator: "\n").filter { !$0.contains(": wrote records") }
        #expect(lines.count == 1, "\(ended.errors)")
        #expect(lines.last?.contains("No space left on device") == true, "\(ended.errors)")
        try run.expectWhole()
        #expect(try run.rows("SELECT last_lsn > 0 AND last_lsn < 2000 FROM export_state") == ["t"])
        try disk.resize(to: 256 << 20)
        #expect(try Programs.export(arguments).finish().status == 0)
        #expect(try run.differences() == [])
    }

    @Test("Without room for PostgreSQL's own log the job ends, too; with room again nothing is missing or doubled")
    func log() async throws {
        let disk = try Disk(bytes: 64 << 20)
        let cluster = try TestDatabase(
            settings: ["min_wal_size = 2MB", "max_wal_size = 2MB"],
            options: ["--wal-segsize=1", "-X", "\(disk.path)/wal"]
        )
        let run = try await Self.filled(cluster.makeDatabase())
        let arguments = ["--data", run.store.path, "--to", run.database, "--retry", "1"]
        try cluster.execute("CHECKPOINT")
        try disk.fill(leaving: 1 << 20)
        let ended = try Programs.export(arguments).finish()
        // It may stop over it, or not.
        let says = ended.errors.contains("No space left on device")
        #expect((ended.status == 69 && says) || ended.status == 75, "\(ended.status): \(ended.errors)")
        disk.free()
        try? cluster.crash()
        try cluster.start()
        try run.expectWhole()
        #expect(try Programs.export(arguments).finish().status == 0)
        #expect(try run.differences() == [])
    }

    /// More than either disk has room for.
    private static func filled(_ database: String) async throws -> ExportRun {
        let run = try ExportRun(database: database, segmentBytes: 4 << 20)
        // What cannot be compressed.
        var chance = SeededGenerator(seed: 53_100)
        let notes = (0..<20).map { _ in (0..<80).map { _ in String(chance.next(), radix: 36) }.joined() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<notes.count {
                group.addTask {
                    for index in 0..<100 {
                        let email = "u\(client)-\(index)@example.com"
                        try await run.store.create("User", email, "{\"note\":\"\(notes[client])\"}")
                    }
                }
            }
            try await group.waitForAll()
        }
        return run
    }

    /// A small disk that PostgreSQL may write to.
    private final class Disk {
        private let disk: SmallDisk
        private var ballast: String { "\(disk.path)/ballast" }

        init(bytes: Int) throws {
            disk = try SmallDisk(bytes: bytes)
            guard let user = TestDatabase.user, let entry = getpwnam(user) else { return }
            chown(disk.path, entry.pointee.pw_uid, entry.pointee.pw_gid)
            // The folder around it is the tests' own.
            chmod(URL(filePath: disk.path).deletingLastPathComponent().path, 0o755)
        }

        var path: String { disk.path }

        func resize(to bytes: Int) throws { try disk.resize(to: bytes) }

        /// Takes the room but so many bytes.
        func fill(leaving bytes: Int) throws {
            let values = try FileManager.default.attributesOfFileSystem(forPath: path)
            let free = (values[.systemFreeSize] as? NSNumber)?.intValue ?? 0
            try Data(count: max(0, free - bytes)).write(to: URL(filePath: ballast))
        }

        func free() {
            unlink(ballast)
        }
    }
}
