extension StorePass {
    /// Verifies the records of a frame whose checksums are right.
    ///
    /// - Returns: whether all of them are good.
    func verifyRecords(of frame: FrameView, _ reading: Reading) throws -> Bool {
        let place = RecordPlace(file: reading.segment.path, offset: frame.offset)
        let last = frame.header.lastLSN
        var isGood = true
        if let lastTime, frame.header.baseTime <= lastTime {
            endSoundness(at: frame.header.firstLSN.previous)
            try report(.timeOrder, .timeNotIncreasing, frame.header.firstLSN...last, place)
            isGood = false
        }
        var records = frame.records
        while due <= last, let record = records.next() {
            guard let json = record.payload(with: reading.inflater) else {
                // A frame is taken as a whole or not at all.
                endSoundness(at: frame.header.firstLSN.previous)
                try report(.payload, .payload, due...due, place)
                try skip(due...due)
                isGood = false
                continue
            }
            try take(record.header, json, place)
        }
        if due <= last || !records.isAtEnd {
            let lost = min(due, last)...last
            endSoundness(at: frame.header.firstLSN.previous)
            try report(.record, .record, lost, place)
            if due <= last { try skip(lost) }
            isGood = false
        }
        return isGood
    }

    private func take(_ header: RecordHeader, _ json: [UInt8], _ place: RecordPlace) throws {
        tree?.append(.leaf(header, json: json, scratch: &scratch))
        due = header.lsn.next
        lastTime = header.time
        summary.records += 1
        summary.lastLSN = header.lsn
        summary.lastTime = header.time
        do {
            try visitor.visit(header, json, at: place)
        } catch {
            try tell { throw error }
        }
        if let witness = witnesses.last, witness.lsn <= header.lsn { try consultWitnesses(at: header.lsn, header.time) }
    }

    private func report(
        _ kind: DamageFinding.Kind,
        _ fault: FrameFault,
        _ lsns: ClosedRange<LogSequenceNumber>,
        _ place: RecordPlace
    ) throws {
        try found(
            DamageFinding(
                kind,
                "the log is damaged: \(fault), though its checksums are right",
                file: place.file,
                offset: place.offset,
                lsns: lsns,
                advice: LogError.restoreAdvice
            )
        )
    }
}
