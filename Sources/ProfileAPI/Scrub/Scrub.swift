import LogStorage
import Logging
import NIOPosix

/// Reads the sealed segments again, slowly and over and over, and says what is damaged before anybody needs it.
///
/// It stops nothing: the server goes on with what it can read, and somebody decides. At most one piece is read at a time,
/// on a thread for long reads.
struct Scrub: Sendable {
    let files: LogFiles
    let pace: ScrubPace
    let pool: NIOThreadPool
    let report: ScrubReport
    let logger: Logger

    /// Goes on until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await pass()
                try await Task.sleep(for: pace.interval)
            } catch {
                return
            }
        }
    }

    private func pass() async throws {
        let segments = files.scrubs()
        report.begin(totalBytes: segments.reduce(0) { $0 + $1.byteCount })
        for segment in segments { try await check(segment) }
        report.end()
        let progress = report.progress
        logger.debug(
            "the scrub has read all sealed segments",
            metadata: ["segments": "\(segments.count)", "findings": "\(progress.findings)"]
        )
    }

    private func check(_ segment: SegmentScrub) async throws {
        var scrub = segment
        while true {
            let before = scrub
            let (after, step) = try await pool.runIfActive {
                var scrub = before
                let step = scrub.next()
                return (scrub, step)
            }
            guard let step else { return }
            scrub = after
            report.note(bytes: step.bytes, step.findings)
            for finding in step.findings {
                logger.error("the scrub found damage: \(finding)", metadata: ["kind": "\(finding.kind.rawValue)"])
            }
            try await Task.sleep(for: pace.pause(after: step.bytes))
        }
    }
}
