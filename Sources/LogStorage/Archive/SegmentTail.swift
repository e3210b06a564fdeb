/// What stands behind the last frame of the last segment (`LogFormat`, "Torn or damaged?").
enum SegmentTail {
    /// Never acknowledged, as far as anything tells; or just being written.
    case torn
    /// Acknowledged bytes that are not what was written.
    case damaged(proof: String)
    /// A whole frame by now: it was being written when it was looked at first.
    case grown

    /// - Parameters:
    ///   - offset: where a frame is due and none can be read, though not only zeros follow.
    ///   - due: the record that is due there.
    ///   - vouched: the last record that a checkpoint contains.
    init(
        of file: any File,
        fault: FrameFault,
        offset: UInt64,
        end: UInt64,
        due: LogSequenceNumber,
        vouched: LogSequenceNumber
    ) throws(LogError) {
        if due <= vouched {
            self = .damaged(proof: "a checkpoint contains the record that is due")
            return
        }
        switch fault {
        // These frames are whole: no torn write makes a right checksum.
        case .wrongLSN, .timeNotIncreasing, .record, .payload:
            self = .damaged(proof: "yet its checksums are right")
            return
        case .header, .truncated, .body: break
        }
        let witness = try FrameFinder(file: file).candidate(in: (offset + 1)..<max(offset + 1, end)) {
            header,
            _ throws(LogError) in header.syncedOffset > offset
        }
        // What the witness says was there before it; so it can be read now, unless it is damaged.
        let size = try attempt { () throws(SystemCallError) in try file.size() }
        if witness != nil, try FrameFinder(file: file).frame(at: offset, end: size)?.firstLSN == due {
            self = .grown
        } else if let witness {
            self = .damaged(proof: "the frame at offset \(witness.offset) says that it was synced")
        } else {
            self = .torn
        }
    }
}
