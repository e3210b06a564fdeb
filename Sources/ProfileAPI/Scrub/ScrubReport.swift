import LogStorage
import UserProfiles

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
