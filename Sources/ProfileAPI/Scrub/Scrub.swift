import Logging
import LogStorage
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

/// How the scrub is doing.
final class ScrubReport: Sendable {
    struct Progress: Sendable {
        /// Passes that came to their end.
        var passes = 0
        /// Bytes read since the start.
        var readBytes: UInt64 = 0
        /// How far the present pass is, 0 to 1; 1 between two.
        var ratio = 0.0
        /// When the last pass ended.
        var lastCompleted: LogTimestamp?
        /// What the present pass found, or the last one if that found more.
        var found = Findings()
    }

    /// What is damaged.
    struct Findings: Sendable {
        /// Damaged places.
        var count = 0
        /// The first of them, in a line each.
        var lines: [String] = []
    }

    /// What the status tells at most; the log has all.
    static let shownFindings = 10

    private struct State: Sendable {
        var known = Progress()
        // Of the present pass.
        var found = Findings()
        var readBytes: UInt64 = 0
        var totalBytes: UInt64 = 0
    }

    private let state = Monitor(State())

    var progress: Progress { state.withLock { $0.known } }

    /// A pass over so many bytes begins.
    func begin(totalBytes: UInt64) {
        state.withLock { state in
            state = State(known: state.known, totalBytes: totalBytes)
            state.known.ratio = totalBytes == 0 ? 1 : 0
        }
    }

    /// A piece was read.
    func note(bytes: UInt64, _ findings: [DamageFinding]) {
        state.withLock { state in
            state.readBytes += bytes
            state.known.readBytes += bytes
            if state.totalBytes > 0 { state.known.ratio = min(1, Double(state.readBytes) / Double(state.totalBytes)) }
            state.found.count += findings.count
            let room = max(0, Self.shownFindings - state.found.lines.count)
            state.found.lines += findings.prefix(room).map(\.description)
            // What an earlier pass found stays until a whole pass has not found it any more.
            if state.found.count >= state.known.found.count { state.known.found = state.found }
        }
    }

    /// The pass has come to its end.
    func end() {
        state.withLock { state in
            state.known.passes += 1
            state.known.ratio = 1
            state.known.lastCompleted = .now()
            state.known.found = state.found
        }
    }
}

extension ScrubReport.Progress {
    /// The member of the status.
    var json: JSONValue {
        [
            "passes": .number(passes),
            "read_bytes": .number(readBytes),
            "progress": JSONNumber("\((ratio * 1_000).rounded() / 1_000)").map { .number($0) } ?? .null,
            "last_completed": .optional(lastCompleted?.rfc3339),
            "findings": .number(found.count),
            "damage": .strings(found.lines),
        ]
    }
}
