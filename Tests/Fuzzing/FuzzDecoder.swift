/// A decoder of bytes from the disk that is given arbitrary ones; the raw value is the name of its folder in `Corpus`.
enum FuzzDecoder: String, CaseIterable, Sendable {
    case segmentHeader = "segment-header"
    case frame
    case record
    case footer
    case checkpoint
    case log
    case indexCheckpoint = "index-checkpoint"
    case event
    case json
    case store
    case storeCheckpoint = "store-checkpoint"

    /// Whether one input takes milliseconds, not microseconds.
    var opensStores: Bool { self == .log || self == .store || self == .storeCheckpoint }

    /// Decodes `input` in every way that the decoder offers.
    ///
    /// - Throws: ``FuzzFinding`` where the outcome is not one that it may have.
    func run(_ input: [UInt8]) throws {
        switch self {
        case .segmentHeader: try SegmentHeaderCheck.run(input)
        case .frame: try FrameCheck.run(input)
        case .record: try RecordCheck.run(input)
        case .footer: try FooterCheck.run(input)
        case .checkpoint: try CheckpointCheck.run(input)
        case .log: try LogCheck.run(input)
        case .indexCheckpoint: try IndexCheckpointCheck.run(input)
        case .event: try EventCheck.run(input)
        case .json: try JSONCheck.run(input)
        case .store: try StoreCheck.segment(input)
        case .storeCheckpoint: try StoreCheck.checkpoint(input)
        }
    }
}
