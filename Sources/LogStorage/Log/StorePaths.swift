/// Where things stand in a data directory.
struct StorePaths: Sendable {
    let directory: String

    var description: String { "\(directory)/store.json" }
    var lock: String { "\(directory)/LOCK" }
    /// Present from a jump of the clock until a start accepts it. Its text describes the jump.
    var clockJump: String { "\(directory)/clock-jumped" }
    var segments: String { "\(directory)/wal" }
    var checkpoints: String { "\(directory)/checkpoints" }
    var quarantine: String { "\(directory)/quarantine" }
    var preparedSegment: String { "\(segments)/\(SegmentName.prepared)" }

    func segment(_ firstLSN: LogSequenceNumber) -> String {
        "\(segments)/\(SegmentName.of(firstLSN))"
    }
}
