import Foundation
import LogStorage
import PostgresExport
import TestSupport
import Testing

/// A real store, and a database to export it to.
struct ExportRun {
    let store: LiveStore
    let database: String

    init(database: String? = nil, segmentBytes: Int = 64 << 10) throws {
        store = try LiveStore(segmentBytes: segmentBytes)
        self.database = try database ?? TestDatabase.shared().makeDatabase()
    }

    var settings: ExportJob.Settings {
        var settings = ExportJob.Settings(target: ConnectionTarget(database))
        settings.retryLimit = .zero
        return settings
    }

    /// Exports everything there is.
    @discardableResult
    func export(_ adjust: (inout ExportJob.Settings) -> Void = { _ in }) throws -> ExportJob.Summary {
        var settings = settings
        adjust(&settings)
        return try ExportJob(ArchiveSource(store.path), settings, Observer()).run()
    }

    /// What a verification finds.
    func differences() throws -> [String] {
        var found: [String] = []
        let summary = try ExportVerification(ArchiveSource(store.path), settings).run(progress: { _, _ in }) {
            found.append("\($0)")
        }
        precondition(summary.differences == found.count)
        return found
    }

    /// Rows as text, with `|` between the columns.
    func rows(_ sql: String, _ parameters: [String?] = []) throws -> [String] {
        let connection = try PostgresConnection(ConnectionTarget(database))
        return try connection.query(sql, parameters).map { row in row.map { $0 ?? "NULL" }.joined(separator: "|") }
    }

    /// Expects every record up to the one that `export_state` names, each once, and none behind it.
    func expectWhole() throws {
        guard try rows("SELECT to_regclass('export_state')") != ["NULL"] else { return }
        let found = try rows(
            """
            SELECT last_lsn, (SELECT count(*) FROM user_audit), (SELECT coalesce(max(id), 0) FROM user_audit),
                (SELECT coalesce(max(audit_id), 0) FROM users)
            FROM export_state
            """
        )
        let counts = Set(found.first?.split(separator: "|") ?? ["0"])
        #expect(counts.count == 1, "\(found)")
    }

    /// Waits until a job has written so many records.
    func awaitRecord(_ lsn: Int) throws {
        try Command.wait {
            guard try rows("SELECT to_regclass('export_state')") != ["NULL"] else { return false }
            return try rows("SELECT last_lsn FROM export_state") == ["\(lsn)"]
        }
    }

    func execute(_ sql: String) throws {
        try PostgresConnection(ConnectionTarget(database)).execute(sql)
    }

    /// A role that may do nothing yet, not even make tables.
    func makeRole() throws -> String {
        let role = "role_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        try execute("CREATE ROLE \(role) LOGIN; REVOKE CREATE ON SCHEMA public FROM public")
        try execute("GRANT USAGE ON SCHEMA public TO \(role)")
        return role
    }

    /// Lets a role write rows.
    func grant(_ role: String) throws {
        try execute(
            """
            GRANT SELECT, INSERT, UPDATE ON users, user_audit, export_state, export_substitutions TO \(role);
            GRANT SELECT ON export_migrations TO \(role)
            """
        )
    }

    func drop(_ role: String) throws {
        try execute("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
}

/// Takes note of what a job tells.
final class Observer: ExportObserver {
    var ranges: [ClosedRange<UInt64>] = []
    var retries: [String] = []
    /// Called after each batch.
    var afterBatch: () -> Void = {}
    /// Called before each wait.
    var beforeWait: () -> Void = {}
    var isInterrupted = false

    func started(at state: ExportState, end: LogSequenceNumber) {}

    func wrote(_ batch: ExportBatch, of end: LogSequenceNumber, seconds: Double) {
        ranges.append(batch.range.lowerBound.rawValue...batch.range.upperBound.rawValue)
        afterBatch()
    }

    func retries(after pause: Duration, because error: any Error) {
        retries.append("\(error)")
    }

    func wait(milliseconds: Int32) {
        beforeWait()
        Thread.sleep(forTimeInterval: 0.01)
    }
}
