/// Puts the files of `wal/` into the order of their records, whatever their names are, and says what is wrong with them.
struct SegmentCatalog {
    /// In LSN order, none overlapping another.
    private(set) var segments: [ArchivedSegment] = []
    private(set) var findings: [DamageFinding] = []

    /// - Parameter storeID: the store's; `nil` if nothing says it.
    init(_ files: [SurveyedFile], storeID: StoreID?) {
        var candidates: [(file: SurveyedFile, firstLSN: LogSequenceNumber)] = []
        for file in files {
            if let storeID, let header = file.header, header.storeID != storeID {
                foreign(file, header.storeID)
            } else if let firstLSN = file.firstLSN, file.nameLSN != nil || file.header != nil {
                candidates.append((file, firstLSN))
            } else {
                stranger(file)
            }
        }
        candidates.sort { ($0.firstLSN, $1.file.credit) < ($1.firstLSN, $0.file.credit) }
        for (index, candidate) in candidates.enumerated() {
            let next = candidates[(index + 1)...].first { $0.firstLSN > candidate.firstLSN }
            add(candidate.file, candidate.firstLSN, next: next?.firstLSN, storeID)
        }
    }

    private mutating func add(
        _ file: SurveyedFile,
        _ firstLSN: LogSequenceNumber,
        next: LogSequenceNumber?,
        _ storeID: StoreID?
    ) {
        let due = segments.last.map(\.lastLSN.next) ?? LogSequenceNumber(1)
        if firstLSN < due { return doubled(file, firstLSN, due) }
        if file.nameLSN != firstLSN { misnamed(file, firstLSN) }
        if firstLSN > due { missing(due...firstLSN.previous, before: file) }
        let before = segments.last
        let previousTime = before?.extent?.lastTime ?? before?.header.previousTime
        let header =
            file.header
            ?? SegmentHeader(
                dictionaryID: before?.header.dictionaryID ?? PresetDictionary.currentID,
                storeID: storeID ?? StoreID(bytes: Array(repeating: 0, count: StoreID.byteCount)),
                firstLSN: firstLSN,
                previousTime: previousTime ?? LogTimestamp(microseconds: 0)
            )
        check(file, header, behind: firstLSN == due ? before : nil)
        let limit = next?.previous ?? LogSequenceNumber(.max)
        let extent = usableExtent(file, header, limit, isLast: next == nil)
        segments.append(
            ArchivedSegment(
                path: file.path,
                header: header,
                isHeaderDamaged: file.header == nil,
                bytes: file.bytes,
                extent: extent,
                limit: limit
            )
        )
    }

    /// What the footer says, if it speaks of this segment.
    private mutating func usableExtent(
        _ file: SurveyedFile,
        _ header: SegmentHeader,
        _ limit: LogSequenceNumber,
        isLast: Bool
    ) -> SegmentExtent? {
        guard let sealed = file.sealed else {
            // Of a file that cannot be read nothing more is to be said.
            if !isLast, file.headerError?.code != .io {
                find(
                    .footer,
                    "the segment has no valid footer, though another follows it; its records may still be whole",
                    file,
                    lsns: header.firstLSN...limit
                )
            }
            return nil
        }
        guard file.footerLSN == header.firstLSN, sealed.lastLSN <= limit else {
            find(.footer, "the segment's footer speaks of other records than its header", file)
            return nil
        }
        return sealed
    }

    private mutating func check(_ file: SurveyedFile, _ header: SegmentHeader, behind before: ArchivedSegment?) {
        if let error = file.headerError {
            var finding = DamageFinding(.segmentHeader, error, file: file.path)
            if finding.kind == .segmentHeader { finding.message += "; the records behind it may still be whole" }
            findings.append(finding)
        } else if let extent = before?.extent, header.previousTime != extent.lastTime {
            find(.timeOrder, "the segment's header and the segment before it disagree about the time", file)
        }
    }

    // MARK: Findings

    private mutating func find(
        _ kind: DamageFinding.Kind,
        _ message: String,
        _ file: SurveyedFile,
        lsns: ClosedRange<LogSequenceNumber>? = nil,
        advice: String = LogError.restoreAdvice
    ) {
        findings.append(DamageFinding(kind, message, file: file.path, lsns: lsns, advice: advice))
    }

    private mutating func stranger(_ file: SurveyedFile) {
        find(.stranger, "a file that is no segment stands among the segments", file, advice: "Move it elsewhere")
    }

    private mutating func foreign(_ file: SurveyedFile, _ id: StoreID) {
        find(
            .foreignFile,
            "the segment belongs to another store (\(id))",
            file,
            advice: "Move it to the store that it belongs to"
        )
    }

    private mutating func misnamed(_ file: SurveyedFile, _ firstLSN: LogSequenceNumber) {
        find(
            .segmentName,
            "the segment's name does not say the record with which it begins",
            file,
            lsns: firstLSN...firstLSN,
            advice: "Rename it to \(SegmentName.of(firstLSN))"
        )
    }

    private mutating func doubled(_ file: SurveyedFile, _ firstLSN: LogSequenceNumber, _ due: LogSequenceNumber) {
        find(
            .segmentDoubled,
            "two segments hold the same records; this one is left out",
            file,
            lsns: firstLSN...due.previous,
            advice: "Keep both files elsewhere, compare them, and leave only the right one here"
        )
    }

    private mutating func missing(_ lsns: ClosedRange<LogSequenceNumber>, before file: SurveyedFile) {
        findings.append(
            DamageFinding(
                .segmentMissing,
                "a segment of the log is missing",
                file: file.path.replacingName(SegmentName.of(lsns.lowerBound)),
                lsns: lsns,
                advice: LogError.restoreAdvice
            )
        )
    }
}

extension String {
    /// The path of another file in the same directory.
    func replacingName(_ name: String) -> String {
        split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
    }
}
