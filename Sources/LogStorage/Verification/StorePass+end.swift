extension StorePass {
    /// The frames of a segment with a valid footer have been read.
    func finishSealed(_ reading: Reading, _ footer: SegmentFooter, fault: FrameFault?, size: UInt64) throws {
        let path = reading.segment.path
        hasRead(size - min(size, footer.dataEnd))
        var isWhole = reading.isWhole
        if due <= footer.lastLSN {
            let bytes = reading.position..<max(reading.position, footer.dataEnd)
            let gap = FrameGap(fault: fault ?? .truncated, bytes: bytes, lsns: due...footer.lastLSN)
            try found(DamageFinding(gap, in: path))
            try skip(due...footer.lastLSN)
            isWhole = false
        } else if let fault {
            let bytes = reading.position..<max(reading.position, footer.dataEnd)
            try found(DamageFinding(FrameGap(fault: fault, bytes: bytes, lsns: nil), in: path))
            isWhole = false
        }
        try compare(footer, reading, isWhole: isWhole, size: size)
        try finish(reading, isSealed: true)
        tree = footer.tree
    }

    /// Compares a footer with the frames before it, byte by byte where all of them are there.
    private func compare(_ footer: SegmentFooter, _ reading: Reading, isWhole: Bool, size: UInt64) throws {
        let path = reading.segment.path
        if let tree, tree != footer.tree {
            try found(Self.wrongRoot("footer", path, footer.dataEnd, agreedLSN.next...footer.lastLSN))
            endSoundness(at: agreedLSN)
        }
        agreedLSN = footer.lastLSN
        if lastTime != nil, footer.lastTime != lastTime || (isWhole && footer.firstTime != reading.firstTime) {
            try contradiction("times", footer, path)
        } else if isWhole, footer.table != reading.table {
            try contradiction("offsets", footer, path)
        } else {
            let range = footer.dataEnd..<max(footer.dataEnd, size)
            let found = try attempt { () throws(SystemCallError) in try reading.file.bytes(in: range) }
            if found != footer.encoded() { try contradiction("bytes", footer, path) }
        }
    }

    private func contradiction(_ what: String, _ footer: SegmentFooter, _ path: String) throws {
        try found(
            DamageFinding(
                .footer,
                "the footer's \(what) are not those of the frames before it, though its checksum is right",
                file: path,
                offset: footer.dataEnd,
                lsns: footer.firstLSN...footer.lastLSN,
                advice: Self.footerAdvice
            )
        )
    }

    /// A segment in the middle of the log that has no valid footer.
    func finishFooterless(_ reading: Reading, fault: FrameFault?, size: UInt64) throws {
        let path = reading.segment.path
        let limit = reading.segment.limit
        hasRead(size - min(size, reading.position))
        if due <= limit {
            let bytes = reading.position..<max(reading.position, size)
            try found(DamageFinding(FrameGap(fault: fault ?? .truncated, bytes: bytes, lsns: due...limit), in: path))
            try skip(due...limit)
        } else if let expected = footer(of: reading)?.encoded(),
            try bytes(of: reading, expected.count) == expected
        {
            try found(
                DamageFinding(
                    .trailingBytes,
                    "\(size - reading.position - UInt64(expected.count)) bytes stand behind the segment's footer",
                    file: path,
                    offset: reading.position + UInt64(expected.count),
                    lsns: nil,
                    advice: "No record is lost. Copy out the store with the command for repairs"
                )
            )
        } else {
            try found(
                DamageFinding(
                    .footer,
                    "the segment's footer is damaged; no record is lost",
                    file: path,
                    offset: reading.position,
                    lsns: reading.segment.firstLSN...limit,
                    advice: Self.footerAdvice
                )
            )
        }
        try finish(reading, isSealed: true)
    }

    private static let footerAdvice = "It is derived from the frames: a repair makes it anew"

    private func bytes(of reading: Reading, _ count: Int) throws(LogError) -> [UInt8] {
        try attempt { () throws(SystemCallError) in
            try reading.file.bytes(in: reading.position..<(reading.position + UInt64(count)))
        }
    }

    /// The last segment ends in bytes that are no frame, and have not become one while this waited.
    ///
    /// - Returns: false if they have by now.
    func finishTorn(_ reading: Reading, _ fault: FrameFault, size: UInt64) throws -> Bool {
        let path = reading.segment.path
        let vouched = survey.vouched
        let tail = try SegmentTail(
            of: reading.file,
            fault: fault,
            offset: reading.position,
            end: size,
            due: due,
            vouched: vouched
        )
        if case .grown = tail { return false }
        hasRead(size - min(size, reading.position))
        try finish(reading, isSealed: false)
        switch tail {
        case .grown: break
        case .damaged(let proof):
            let lost = due...max(due, vouched)
            try found(DamageFinding(fault, proof, at: reading.position, lsns: lost, in: path))
            try skip(lost)
            witnesses.removeAll()
        case .torn:
            try found(
                DamageFinding(
                    .tornTail,
                    "the log ends in bytes that are no whole frame (\(fault)): most likely a write that a crash cut off; "
                        + "nothing proves that it was acknowledged",
                    file: path,
                    offset: reading.position,
                    lsns: due...due,
                    advice: "The next start of the server moves them to quarantine/"
                )
            )
        }
        return true
    }

    func finish(_ reading: Reading, isSealed: Bool) throws {
        try endCopy(isSealed: isSealed && due > reading.segment.firstLSN)
    }

    /// The footer that the segment's frames lead to; `nil` where some of them are not known.
    private func footer(of reading: Reading) -> SegmentFooter? {
        guard reading.isWhole, let tree, let firstTime = reading.firstTime, let lastTime else { return nil }
        return SegmentFooter(
            firstLSN: reading.segment.firstLSN,
            lastLSN: due.previous,
            firstTime: firstTime,
            lastTime: lastTime,
            dataEnd: reading.position,
            tree: tree,
            table: reading.table
        )
    }
}
