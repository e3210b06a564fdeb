import LogStorage

/// One of many that append a record, wait until it is durable, and append the next, until the time is up.
final class Appender: Sendable {
    private struct Outcome {
        var microseconds: [Double] = []
        var hasFailed = false
    }

    private let number: Int
    private let bytes: Int
    private let queue: CommitQueue<Append>
    private let deadline: ContinuousClock.Instant
    /// Whether the record under way is durable; `nil` while that is not known.
    private let verdict = Monitor<Bool?>(nil)
    private let outcome = Monitor(Outcome())

    init(number: Int, bytes: Int, queue: CommitQueue<Append>, deadline: ContinuousClock.Instant) {
        self.number = number
        self.bytes = bytes
        self.queue = queue
        self.deadline = deadline
    }

    /// How long each of its records took from the JSON to the acknowledgement.
    var microseconds: [Double] { outcome.withLock { $0.microseconds } }

    /// Whether a record was refused; it then stopped.
    var hasFailed: Bool { outcome.withLock { $0.hasFailed } }

    /// Appends until the time is up. Blocks.
    func run() {
        var outcome = Outcome()
        let clock = ContinuousClock()
        var start = clock.now
        var round = 0
        while start < deadline, !outcome.hasFailed {
            outcome.hasFailed = !append(round)
            let end = clock.now
            outcome.microseconds.append((end - start) / .microseconds(1))
            start = end
            round += 1
        }
        self.outcome.withLock { $0 = outcome }
    }

    private func append(_ round: Int) -> Bool {
        let append = Append(record: record(round)) { [verdict] isDurable in
            verdict.withLockAndWake { $0 = isDurable }
        }
        do {
            try queue.submit(append, bytes: append.record.payload.storedBytes)
        } catch {
            return false
        }
        return verdict.wait(while: { $0 == nil }) { verdict in
            defer { verdict = nil }
            return verdict == true
        }
    }

    private func record(_ round: Int) -> PreparedRecord {
        PreparedRecord(
            kind: 1,
            subject: UInt64(round * 1_024 + number + 1),
            version: 1,
            previous: nil,
            actorTag: 7,
            key: UInt64(truncatingIfNeeded: round &* 1_024 &+ number) &* 0x9E37_79B9_7F4A_7C15,
            payload: EncodedPayload.encode(json(round))
        )
    }

    /// What a profile change looks like, filled up to the wanted length with text that does not compress to nothing.
    private func json(_ round: Int) -> [UInt8] {
        let start = #"{"actor":"admin","name":"User \#(number)","email":"person\#(round)@example.com","note":""#
        var json = Array(start.utf8)
        var random = UInt64(round * 1_024 + number) | 1
        while json.count < bytes - 2 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            json.append(UInt8(ascii: "a") + UInt8(random >> 33 % 26))
        }
        return json + Array(#""}"#.utf8)
    }
}
