import LogStorage
import ToolConsole
import UserProfiles

/// Writes the rows of changes: made on all cores, written in order. Keeps in mind whether damage was met.
final class EntryPrinter<Layout: EntryLayout> {
    private let archive: LogArchive
    private let console: Console
    private let job: EntryJob<Layout>
    private var lastGap: DamageFinding?
    private var hasHeading = false

    /// ``ToolStatus/damage`` once a gap was met.
    private(set) var status = ToolStatus.good

    /// - Parameter skipsDamage: whether to go on behind damage.
    init(
        _ archive: LogArchive,
        _ filter: EntryFilter,
        _ layout: Layout,
        _ format: RowFormat,
        order: ScanOrder = .ascending,
        skipsDamage: Bool,
        console: Console
    ) {
        self.archive = archive
        self.console = console
        job = EntryJob(
            archive: archive,
            scan: EntryScan(archive, filter: filter, isLenient: skipsDamage),
            order: order,
            skipsDamage: skipsDamage,
            renderer: RowRenderer(layout, format)
        )
    }

    /// Writes what stands above the first row, if the format has something there; otherwise it comes with that row.
    func writeHeading() throws {
        guard !hasHeading else { return }
        hasHeading = true
        try console.write(job.renderer.heading(), job.renderer.format)
    }

    /// Writes at most `limit` rows of the records of `range`.
    ///
    /// - Returns: the rows written.
    /// - Throws: ``LogError`` at the first damage, after all rows before it, unless damage is to be skipped.
    func write(_ range: ClosedRange<LogSequenceNumber>, limit: Int = .max) throws -> Int {
        let chunks = RecordChunks(range, order: job.order)
        let end = archive.last.lsn
        let pipeline = OrderedPipeline(jobs: chunks.count, threads: Processors.count) { [job] number, emit in
            let chunk = chunks[number]
            // Whoever asks for more than there is learns what is wrong behind the last record.
            let last = chunk.upperBound >= end ? LogSequenceNumber(.max) : chunk.upperBound
            try job.run(chunk.lowerBound...last, emit)
        }
        var rest = limit
        try pipeline.run { piece in
            if !piece.ends.isEmpty { try writeHeading() }
            try console.write(piece.prefix(rest), job.renderer.format)
            rest -= min(rest, piece.ends.count)
            for finding in piece.damage { try report(finding) }
            return rest > 0 ? .next : .stop
        }
        return limit - rest
    }

    /// Marks a gap. One that several parts of the log meet is marked once.
    private func report(_ finding: DamageFinding) throws {
        status = .damage
        if let lastGap, lastGap.file == finding.file, lastGap.offset == finding.offset { return }
        lastGap = finding
        try console.message("profile-log: gap: \(finding)")
    }
}
