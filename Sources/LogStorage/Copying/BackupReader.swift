/// Reads one file of a backup, piece by piece; every frame, header and footer is verified on the way.
public struct BackupReader: Sendable {
    private enum Step: Sendable {
        case bytes([UInt8])
        case file(any File, at: UInt64)
        case header(Segment, SegmentExtent)
        case frames(VerifiedFrames, SegmentExtent)
        case end
    }

    private let file: BackupFile
    private var step: Step

    init(_ file: BackupFile) {
        self.file = file
        step =
            switch file.source {
            case .bytes(let bytes): .bytes(bytes)
            case .file(let file): .file(file, at: 0)
            case .segment(let segment, let extent): .header(segment, extent)
            }
    }

    /// The next bytes, about a quarter of a MiB at most; empty behind the last. Blocks.
    ///
    /// - Throws: ``LogError/Code/damaged`` with file, offset and records; ``LogError/Code/io``. Nothing more can be read
    ///   then.
    public mutating func next() throws(LogError) -> [UInt8] {
        guard let damage = file.damage else { return try nextPiece() }
        return try damage.noting { () throws(LogError) in try nextPiece() }
    }

    private mutating func nextPiece() throws(LogError) -> [UInt8] {
        switch step {
        case .end: return []
        case .bytes(let bytes):
            step = .end
            return bytes
        case .file(let file, let offset): return try next(of: file, at: offset)
        case .header(let segment, let extent):
            step = .frames(VerifiedFrames(segment, extent), extent)
            let expected = segment.header.encoded()
            return try verified(expected, at: 0, segment, segment.firstLSN...max(segment.firstLSN, extent.lastLSN))
        case .frames(var frames, let extent):
            let piece = try frames.next()
            step = .frames(frames, extent)
            if !piece.isEmpty { return piece }
            step = .end
            guard let footer = extent.footer(firstLSN: frames.segment.firstLSN) else { return [] }
            let lsns = footer.firstLSN...footer.lastLSN
            return try verified(footer.encoded(), at: footer.dataEnd, frames.segment, lsns)
        }
    }

    private mutating func next(of open: any File, at offset: UInt64) throws(LogError) -> [UInt8] {
        let end = min(offset + UInt64(VerifiedFrames.pieceBytes), file.byteCount)
        guard offset < end else {
            step = .end
            return []
        }
        let bytes = try attempt { () throws(SystemCallError) in try open.bytes(in: offset..<end) }
        guard bytes.count == Int(end - offset) else {
            throw LogError(.damaged, "the file became shorter", file: open.path, offset: offset)
        }
        step = .file(open, at: end)
        return bytes
    }

    /// The bytes that stand in the file, if they are the ones that must.
    private func verified(
        _ expected: [UInt8],
        at offset: UInt64,
        _ segment: Segment,
        _ lsns: ClosedRange<LogSequenceNumber>
    ) throws(LogError) -> [UInt8] {
        let range = offset..<(offset + UInt64(expected.count))
        let bytes = try attempt { () throws(SystemCallError) in try segment.file.bytes(in: range) }
        guard bytes == expected else {
            throw LogError(
                .damaged,
                "the segment's \(offset == 0 ? "header" : "footer") is not what was written",
                file: segment.file.path,
                offset: offset,
                lsns: lsns,
                advice: LogError.restoreAdvice
            )
        }
        return bytes
    }
}
