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
        do {
            try await pool.runIfActive { store.checkEnvironment() }
            for checkpoint in try await pool.runIfActive({ try files.checkpointScrubs() }) {
                try await check(checkpoint)
            }
        } catch let error as LogError {
            logger.error("the scrub cannot look at the checkpoints", metadata: ["reason": "\(error)"])
        }
        for segment in segments {
            try await pool.runIfActive { store.checkEnvironment() }
            try await check(segment)
        }
        report.end()
        let progress = report.progress
        logger.debug(
            "the scrub has read all sealed segments",
            metadata: ["segments": "\(segments.count)", "findings": "\(progress.findings)"]
        )
    }

    private func check(_ segment: SegmentScrub) async throws {
        var scrub = segment
        while let bytes = try await step(&scrub, { $0.next() }, counting: true) {
            try await Task.sleep(for: pace.pause(after: bytes))
        }
    }

    private func check(_ checkpoint: CheckpointScrub) async throws {
        var scrub = checkpoint
        while let bytes = try await step(&scrub, { $0.next() }, counting: false) {
            try await Task.sleep(for: pace.pause(after: bytes))
        }
    }

    /// Does a piece of the work on a thread for long reads, and reports what it found.
    ///
    /// - Parameter counting: whether what it read are bytes of sealed segments.
    /// - Returns: how many bytes were read; `nil` behind the end.
    private func step<Work: Sendable>(
        _ work: inout Work,
        _ next: @escaping @Sendable (inout Work) -> (bytes: UInt64, findings: [DamageFinding])?,
        counting: Bool
    ) async throws -> UInt64? {
        let before = work
        let (after, step) = try await pool.runIfActive {
            var work = before
            let step = next(&work)
            return (work, step)
        }
        guard let step else { return nil }
        work = after
        report.note(bytes: counting ? step.bytes : 0, step.findings)
        for finding in step.findings {
            logger.error("the scrub found damage: \(finding)", metadata: ["kind": "\(finding.kind.rawValue)"])
        }
        return step.bytes
    }
}
