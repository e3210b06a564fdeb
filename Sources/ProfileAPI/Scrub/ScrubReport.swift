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
        /// Damaged places of the present pass, or of the last one if that found more.
        var findings = 0
        /// The first of them, in a line each.
        var damage: [String] = []
    }

    /// What the status tells at most; the log has all.
    static let shownFindings = 10

    private struct State: Sendable {
        var known = Progress()
        /// Of the present pass.
        var findings = 0
        var damage: [String] = []
        var passBytes: UInt64 = 0
        var totalBytes: UInt64 = 0
    }

    private let state = Monitor(State())

    var progress: Progress { state.withLock { $0.known } }

    /// A pass over so many bytes begins.
    func begin(totalBytes: UInt64) {
        state.withLock { state in
            state.findings = 0
            state.damage = []
            state.passBytes = 0
            state.totalBytes = totalBytes
            state.known.ratio = totalBytes == 0 ? 1 : 0
        }
    }

    /// A piece was read.
    func note(bytes: UInt64, _ findings: [DamageFinding]) {
        state.withLock { state in
            state.passBytes += bytes
            state.known.readBytes += bytes
            if state.totalBytes > 0 { state.known.ratio = min(1, Double(state.passBytes) / Double(state.totalBytes)) }
            state.findings += findings.count
            state.damage += findings.prefix(Self.shownFindings - min(Self.shownFindings, state.damage.count)).map(
                \.description
            )
            // What an earlier pass found stays until a whole pass has not found it any more.
            if state.findings >= state.known.findings {
                state.known.findings = state.findings
                state.known.damage = state.damage
            }
        }
    }

    /// The pass has come to its end.
    func end() {
        state.withLock { state in
            state.known.passes += 1
            state.known.ratio = 1
            state.known.lastCompleted = .now()
            state.known.findings = state.findings
            state.known.damage = state.damage
        }
    }
}

extension ScrubReport.Progress {
    /// Writes it as the member of the status.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("passes")
        json.number(passes)
        json.key("read_bytes")
        json.number(readBytes)
        json.key("progress")
        json.raw(Array("\((ratio * 1_000).rounded() / 1_000)".utf8))
        json.key("last_completed")
        if let lastCompleted { json.string(lastCompleted.rfc3339) } else { json.null() }
        json.key("findings")
        json.number(findings)
        json.key("damage")
        json.beginArray()
        for line in damage { json.string(line) }
        json.endArray()
        json.endObject()
    }
}
