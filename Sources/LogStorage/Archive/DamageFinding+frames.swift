extension DamageFinding {
    /// Frames that were left out between others.
    init(_ gap: FrameGap, in file: String) {
        let loss =
            switch gap.lsns {
            case .some: "the records are lost"
            case .none: "no record is lost"
            }
        self.init(
            gap.fault.isOfOrder ? .lsnOrder : .frame,
            "the log is damaged: \(gap.fault); \(gap.bytes.count) bytes cannot be read, \(loss)",
            file: file,
            offset: gap.bytes.lowerBound,
            lsns: gap.lsns,
            advice: LogError.restoreAdvice
        )
    }

    /// The end of the log, where bytes were acknowledged that are no frame.
    init(
        _ fault: FrameFault,
        _ proof: String,
        at offset: UInt64,
        lsns: ClosedRange<LogSequenceNumber>,
        in file: String
    ) {
        self.init(
            fault.isOfOrder ? .lsnOrder : .frame,
            "the log is damaged: \(fault); \(proof)",
            file: file,
            offset: offset,
            lsns: lsns,
            advice: LogError.restoreAdvice
        )
    }

    /// Records that a checkpoint knows of and the log does not have.
    init(missing lsns: ClosedRange<LogSequenceNumber>, at offset: UInt64?, in file: String) {
        self.init(
            .recordsMissing,
            "records that were acknowledged are missing: a checkpoint contains them",
            file: file,
            offset: offset,
            lsns: lsns,
            advice: LogError.restoreAdvice
        )
    }
}

extension FrameFault {
    /// Whether the frame is whole, but not the one that is due.
    var isOfOrder: Bool {
        switch self {
        case .wrongLSN, .timeNotIncreasing: true
        case .header, .truncated, .body, .record, .payload: false
        }
    }
}
