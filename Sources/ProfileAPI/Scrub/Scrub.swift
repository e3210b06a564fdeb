import LogStorage
import Logging
import NIOPosix
import UserProfiles

/// Reads the sealed segments again, slowly and over and over, and says what is damaged before anybody needs it.
///
/// It stops nothing: the server goes on with what it can read, and somebody decides. At most one piece is read at a time,
/// on a thread for long reads.
struct Scrub: Sendable {
    let store: ProfileStore
    let files: LogFiles
    let bytesPerSecond: Int
    /// Between two passes.
    let interval: Duration
    let report: ScrubReport
    let logger: Logger

    /// Goes on until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await pass()
                try await Task.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    private func pass() async throws {
        let pool = NIOThreadPool.singleton
        let segments = files.scrubs()
        report.begin(totalBytes: segments.reduce(0) { $0 + $1.byteCount })
        do {
            try await pool.runIfActive { store.checkEnvironment() }
            for checkpoint in try await pool.runIfActive({ try files.checkpointScrubs() }) {
                try await check(checkpoint, counting: false) { $0.next() }
            }
        } catch let error as LogError {
            logger.error("the scrub cannot look at the checkpoints", metadata: ["reason": "\(error)"])
        }
        for segment in segments {
            try await pool.runIfActive { store.checkEnvironment() }
            try await check(segment, counting: true) { $0.next() }
        }
        report.end()
        let findings = report.progress.found.count
        logger.debug(
            "the scrub has read all sealed segments",
            metadata: ["segments": "\(segments.count)", "findings": "\(findings)"]
        )
    }

    /// Reads a file piece by piece on a thread for long reads, with pauses, and reports what is found.
    ///
    /// - Parameters:
    ///   - counting: whether it is a sealed segment, whose bytes are counted.
    ///   - next: reads a piece; nil behind the end.
    private func check<Work: Sendable>(
        _ work: Work,
        counting: Bool,
        _ next: @escaping @Sendable (inout Work) -> (bytes: UInt64, findings: [DamageFinding])?
    ) async throws {
        let work = Monitor(work)
        while let step = try await NIOThreadPool.singleton.runIfActive({ work.withLock { next(&$0) } }) {
            report.note(bytes: counting ? step.bytes : 0, step.findings)
            for finding in step.findings {
                logger.error("the scrub found damage: \(finding)", metadata: ["kind": "\(finding.kind.rawValue)"])
            }
            try await Task.sleep(for: .seconds(Double(step.bytes) / Double(bytesPerSecond)))
        }
    }
}
