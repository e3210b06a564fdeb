import Foundation
import LogStorage
import PostgresExport

/// A real store, and a database to export it to.
struct ExportRun {
    let store: TestStore
    let database: String

    init(database: String? = nil, segmentBytes: Int = 64 << 10) throws {
        store = try TestStore(segmentBytes: segmentBytes)
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

    func execute(_ sql: String) throws {
        try PostgresConnection(ConnectionTarget(database)).execute(sql)
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
