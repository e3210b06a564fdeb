/// Reads a sealed segment again, piece by piece, and checks every byte in it against checksums and against what is
/// known of it in memory.
///
/// It inflates nothing and makes no tree: it costs about what reading costs. ``ArchiveVerifier`` looks at more.
public struct SegmentScrub: Sendable {
    public let path: String
    /// The bytes of the file.
    public let byteCount: UInt64

    private let fileSystem: any FileSystem
    private let header: SegmentHeader
    private let footer: SegmentFooter
    private var file: (any File)?
    private var position: UInt64 = 0
    private var due: LogSequenceNumber
    private var isDone = false

    /// `nil` if the segment is not sealed.
    init?(_ segment: Segment, fileSystem: any FileSystem) {
        guard let footer = segment.currentExtent.footer(firstLSN: segment.firstLSN) else { return nil }
        self.fileSystem = fileSystem
        self.footer = footer
        header = segment.header
        path = segment.file.path
        byteCount = footer.dataEnd + UInt64(footer.encoded().count)
        due = segment.firstLSN
    }

    /// Checks the next piece, about a quarter of a MiB. Blocks.
    ///
    /// What cannot be read is a finding as well, and ends the file.
    ///
    /// - Returns: how many bytes were read, and what is wrong with them; `nil` behind the end.
    public mutating func next() -> (bytes: UInt64, findings: [DamageFinding])? {
        guard !isDone else { return nil }
        let before = position
        do {
            let findings = try check()
            return (position - before, findings)
        } catch {
            isDone = true
            let cause = error as? LogError ?? LogError(.io, "\(error)", file: path)
            var finding = DamageFinding(.segmentHeader, cause, file: path)
            finding.lsns = finding.lsns ?? due...max(due, footer.lastLSN)
            return (0, [finding])
        }
    }

    private mutating func check() throws -> [DamageFinding] {
        guard let file else { return try checkHeader() }
        return position < footer.dataEnd ? try checkFrames(file) : try checkFooter(file)
    }

    /// Opens the file by its name: somebody may have put another one in its place.
    private mutating func checkHeader() throws -> [DamageFinding] {
        let path = path
        let (opened, bytes) = try attempt { () throws(SystemCallError) in
            let file = try fileSystem.open(path, .read)
            return (file, try file.bytes(in: 0..<UInt64(SegmentHeader.byteCount)))
        }
        file = opened
        position = UInt64(SegmentHeader.byteCount)
        guard bytes != header.encoded() else { return [] }
        return [finding(.segmentHeader, "the segment's header is not what was written", at: 0)]
    }

    private mutating func checkFrames(_ file: any File) throws -> [DamageFinding] {
        var findings: [DamageFinding] = []
        // Copies, since the compiler lets no closure change what was lent to this function.
        var (position, due) = (position, due)
        let (start, path) = (position, path)
        let scanner = SalvageScanner(file: file, bufferBytes: VerifiedFrames.pieceBytes)
        let end = try scanner.scan(start..<footer.dataEnd, firstLSN: due, through: footer.lastLSN) { event in
            switch event {
            case .gap(let gap):
                findings.append(DamageFinding(gap, in: path))
                position = gap.bytes.upperBound
                if let lsns = gap.lsns { due = lsns.upperBound.next }
            case .frame(let frame):
                due = frame.header.lastLSN.next
                position = frame.offset + UInt64(frame.header.frameBytes)
            }
            return position - start < UInt64(VerifiedFrames.pieceBytes) ? .next : .stop
        }
        switch end {
        case .stopped, .complete: break
        case .room(let offset): findings.append(lost(.header, from: offset, due))
        case .tail(let fault, let offset): findings.append(lost(fault, from: offset, due))
        }
        self.position = end == .stopped ? position : footer.dataEnd
        self.due = due
        return findings
    }

    private func lost(_ fault: FrameFault, from offset: UInt64, _ due: LogSequenceNumber) -> DamageFinding {
        let lsns = due <= footer.lastLSN ? due...footer.lastLSN : nil
        return DamageFinding(FrameGap(fault: fault, bytes: offset..<footer.dataEnd, lsns: lsns), in: path)
    }

    private mutating func checkFooter(_ file: any File) throws -> [DamageFinding] {
        isDone = true
        let (start, end) = (footer.dataEnd, byteCount)
        let (bytes, size) = try attempt { () throws(SystemCallError) in
            (try file.bytes(in: start..<end), try file.size())
        }
        position = end
        if bytes != footer.encoded() {
            return [finding(.footer, "the segment's footer is not what was written", at: start)]
        }
        guard size == end else { return [finding(.trailingBytes, "the file is longer than it was written", at: end)] }
        return []
    }

    private func finding(_ kind: DamageFinding.Kind, _ message: String, at offset: UInt64) -> DamageFinding {
        DamageFinding(
            kind,
            message,
            file: path,
            offset: offset,
            lsns: footer.firstLSN...footer.lastLSN,
            advice: LogError.restoreAdvice
        )
    }
}

extension LogFiles {
    /// The sealed segments, to be checked one after the other, oldest first.
    public func scrubs() -> [SegmentScrub] {
        segments.withLock { $0 }.compactMap { SegmentScrub($0, fileSystem: fileSystem) }
    }
}
