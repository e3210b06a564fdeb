import Logging

/// Finds the end of the last segment, which a crash may have left in any state (`LogFormat`, "Torn or damaged?").
struct TailRecovery {
    let fileSystem: any FileSystem
    let paths: StorePaths
    let segmentBytes: UInt64
    /// The last record that a checkpoint contains: up to it, all was acknowledged.
    let vouched: LogSequenceNumber
    let now: @Sendable () -> LogTimestamp
    let logger: Logger

    /// Reads all frames, repairs a torn tail, and makes what is left durable.
    ///
    /// - Throws: ``LogError/Code/damaged`` where acknowledged bytes are not what was written.
    func recover(_ file: any File, _ header: SegmentHeader) throws(LogError) -> SegmentExtent {
        let size = try attempt { () throws(SystemCallError) in try file.size() }
        let (extent, synced, fault) = try scan(file, header, size: size)
        if let fault {
            try repair(file, extent, fault, size: size)
        }
        // A crash of the process alone leaves frames that are in the file but perhaps not yet on the disk.
        try attempt { () throws(SystemCallError) in try file.writeAgain(min(synced, extent.dataEnd)..<extent.dataEnd) }
        return extent
    }

    /// - Returns: what whole frames there are, the offset up to which the last of them says that all was synced, and
    ///   what is wrong behind them.
    private func scan(
        _ file: any File,
        _ header: SegmentHeader,
        size: UInt64
    ) throws(LogError) -> (SegmentExtent, synced: UInt64, FrameFault?) {
        var extent = SegmentExtent(emptyBehind: header)
        var synced = extent.dataEnd
        let start = extent.dataEnd
        do {
            let scanner = FrameScanner(file: file, bufferBytes: 1 << 20)
            let end = try scanner.scan(
                start..<max(size, start),
                firstLSN: header.firstLSN,
                after: header.firstLSN.rawValue == 1 ? nil : header.previousTime
            ) { frame in
                extent.add(frame.header, lastTime: try Self.lastTime(of: frame, path: file.path))
                synced = frame.header.syncedOffset
                return .next
            }
            guard case .fault(let fault, _) = end else { return (extent, synced, nil) }
            return (extent, synced, fault)
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.io, "the segment could not be read: \(error)", file: file.path)
        }
    }

    private static func lastTime(of frame: FrameView, path: String) throws(LogError) -> LogTimestamp {
        var records = frame.records
        var last = frame.header.baseTime
        for _ in 0..<frame.header.recordCount {
            guard let record = records.next() else {
                throw LogError(
                    .damaged,
                    "the log is damaged: \(FrameFault.record)",
                    file: path,
                    offset: frame.offset,
                    lsns: frame.header.firstLSN...frame.header.lastLSN,
                    advice: LogError.restoreAdvice
                )
            }
            last = record.header.time
        }
        return last
    }

    private func repair(_ file: any File, _ extent: SegmentExtent, _ fault: FrameFault, size: UInt64) throws(LogError) {
        let position = extent.dataEnd
        if try file.firstNonZero(in: position..<size) == nil { return }
        let tail = try attempt { () throws(SystemCallError) in try file.bytes(in: position..<size) }
        guard let lastUsed = tail.lastIndex(where: { $0 != 0 }) else { return }
        let due = extent.lastLSN.next
        let reason =
            due <= vouched
            ? "a checkpoint contains the record that is due" : Self.proofOfDamage(tail, from: position, fault)
        if let reason {
            throw LogError(
                .damaged,
                "the log is damaged: \(fault); \(reason)",
                file: file.path,
                offset: position,
                lsns: due...max(due, vouched),
                advice: LogError.restoreAdvice
            )
        }
        try quarantine(Array(tail[...lastUsed]), of: file, extent)
        // The rest of the segment must read as zeros again, or old bytes could later be taken for frames.
        try attempt { () throws(SystemCallError) in
            try file.truncateFully(to: position)
            try file.syncData()
        }
        try attemptIfRoom { () throws(SystemCallError) in try file.preallocateFully(to: segmentBytes) }
    }

    /// Why the bytes from `position` on, which are no frame, must have been acknowledged; `nil` if nothing says so.
    static func proofOfDamage(_ tail: [UInt8], from position: UInt64, _ fault: FrameFault) -> String? {
        // These frames are whole: no torn write makes a right checksum.
        switch fault {
        case .wrongLSN, .timeNotIncreasing, .record, .payload: return "yet its checksums are right"
        case .header, .truncated, .body: break
        }
        return tail.withUnsafeBytes { bytes in
            let low = UInt8(truncatingIfNeeded: FrameLayout.marker)
            let high = UInt8(truncatingIfNeeded: FrameLayout.marker >> 8)
            var index = 1
            while index + FrameLayout.headerBytes <= bytes.count {
                if bytes[index] == low, bytes[index + 1] == high,
                    let header = FrameHeader(decoding: UnsafeRawBufferPointer(rebasing: bytes[index...])),
                    header.syncedOffset > position
                {
                    return "the frame at offset \(position + UInt64(index)) says that it was synced"
                }
                index += 1
            }
            return nil
        }
    }

    private func quarantine(_ bytes: [UInt8], of file: any File, _ extent: SegmentExtent) throws(LogError) {
        let name = file.path.split(separator: "/").last.map(String.init) ?? "segment"
        let time = now().rfc3339.filter { $0 != ":" }
        let path = "\(paths.quarantine)/\(name)-\(extent.dataEnd)-\(time).torn"
        do throws(SystemCallError) {
            try fileSystem.replaceDurably(path, in: paths.quarantine, with: bytes)
        } catch {
            var failure = LogError(error)
            failure.message = "the torn tail of the log could not be saved before cutting it off: \(failure.message)"
            throw failure
        }
        logger.warning(
            "the log's tail was torn by a crash; what was never acknowledged was moved aside",
            metadata: [
                "file": "\(file.path)", "offset": "\(extent.dataEnd)", "bytes": "\(bytes.count)",
                "last_lsn": "\(extent.lastLSN)", "quarantine": "\(path)",
            ]
        )
    }
}

/// Runs a reservation of room, for which a full disk or a file system without the call is no failure.
func attemptIfRoom(_ body: () throws(SystemCallError) -> Void) throws(LogError) {
    do throws(SystemCallError) {
        try body()
    } catch {
        let failure = LogError(error)
        guard failure.code == .diskFull || error.isUnsupported else { throw failure }
    }
}
