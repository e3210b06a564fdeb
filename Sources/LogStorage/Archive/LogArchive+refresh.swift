#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension LogArchive {
    /// What is remembered between two looks at the end of the log.
    struct RefreshState: Sendable {
        /// Bytes behind the last frame that were no frame, as they were seen last.
        var stuckBytes: [UInt8] = []
        /// What was found out about them.
        var damage: DamageFinding?
    }

    /// Looks for records and segments that were added since the archive was opened or last refreshed.
    ///
    /// Reads only what is new: nothing but a few bytes when nothing is.
    ///
    /// - Returns: whether there are new records.
    /// - Throws: ``LogError/Code/damaged`` where the log goes on in a way that nothing can be read, ``LogError/Code/io``.
    public func refresh() throws(LogError) -> Bool {
        let before = last.lsn
        try refreshing.withLock { state throws(LogError) in
            while let newest = shelf.newest {
                if newest.currentExtent.sealedTree == nil { try advance(newest, &state) }
                guard shelf.newest?.currentExtent.sealedTree != nil, try appendNext(behind: newest) else { return }
                state = RefreshState()
            }
        }
        return last.lsn > before
    }

    /// Makes sure that no crash of the machine takes back what can be read here.
    ///
    /// A frame can be read a moment before the server has synced it. Whoever carries records to another place calls this
    /// before the records leave, or that place could know of changes that never were. Nothing is written by it: the
    /// system is asked to finish what the server has begun.
    ///
    /// - Throws: ``LogError/Code/io`` where the disk fails.
    package func makeDurable() throws(LogError) {
        // The segments before were synced before the newest one was begun.
        guard let newest = shelf.newest else { return }
        try attempt { () throws(SystemCallError) in
            do throws(SystemCallError) {
                try newest.file.syncData()
            } catch {
                // Of a volume that nobody can write to, nothing can be lost.
                guard error.isUnsupported || error.number == EROFS else { throw error }
            }
        }
    }

    /// Takes in the frames that were added to the last segment, and its footer.
    private func advance(_ newest: Segment, _ state: inout RefreshState) throws(LogError) {
        let start = newest.dataEnd
        let headerEnd = start + UInt64(FrameLayout.headerBytes)
        let bytes = try attempt { () throws(SystemCallError) in try newest.file.bytes(in: start..<headerEnd) }
        guard bytes.contains(where: { $0 != 0 }) else { return }
        try addFrames(to: newest)
        if newest.dataEnd > start { state = RefreshState() }
        if let footer = try SegmentOpener.footer(of: newest.file), footer.firstLSN == newest.firstLSN,
            footer.lastLSN >= newest.lastLSN
        {
            shelf.replaceNewest(Segment(header: newest.header, file: newest.file, extent: SegmentExtent(footer)))
        } else if newest.dataEnd == start {
            try examine(newest, bytes, &state)
        }
    }

    private func addFrames(to segment: Segment) throws(LogError) {
        let size = try attempt { () throws(SystemCallError) in try segment.file.size() }
        do {
            let start = segment.dataEnd
            let scanner = FrameScanner(file: segment.file)
            let end = try scanner.scan(start..<max(start, size), firstLSN: segment.lastLSN.next) { frame in
                guard let lastTime = frame.lastTime else { return .stop }
                segment.add(frame.header, lastTime: lastTime)
                return .next
            }
            // Whatever follows is not there yet, or `examine` looks at it.
            if case .stopped = end { return }
        } catch let error as LogError {
            throw error
        } catch {
            throw LogError(.io, "the segment could not be read: \(error)", file: segment.file.path)
        }
    }

    /// Looks at bytes that are no frame: half a one that will soon be whole, or damage.
    ///
    /// Only when they stand there for the second time, and then no more until they change.
    private func examine(_ newest: Segment, _ bytes: [UInt8], _ state: inout RefreshState) throws(LogError) {
        if state.stuckBytes != bytes {
            state = RefreshState(stuckBytes: bytes)
            return
        }
        if state.damage == nil {
            let due = newest.lastLSN.next
            let size = try attempt { () throws(SystemCallError) in try newest.file.size() }
            let tail = try SegmentTail(
                of: newest.file,
                fault: .header,
                offset: newest.dataEnd,
                end: size,
                due: due,
                vouched: .zero
            )
            guard case .damaged(let proof) = tail else { return }
            let path = newest.file.path
            let finding = DamageFinding(.header, proof, at: newest.dataEnd, lsns: due...due, in: path)
            known.withLock { $0.findings.append(finding) }
            state.damage = finding
        }
        if let damage = state.damage { throw damage.error }
    }

    /// Opens the segment that follows the last one; false if there is none yet.
    private func appendNext(behind newest: Segment) throws(LogError) -> Bool {
        let first = newest.lastLSN.next
        let name = SegmentName.of(first)
        let path = paths.segment(first)
        guard try attempt({ () throws(SystemCallError) in try fileSystem.kind(of: path) }) == .file else {
            return false
        }
        let file = try SurveyedFile(name, in: paths.segments, fileSystem)
        guard let header = file.header, header.firstLSN == first, header.storeID == newest.header.storeID else {
            throw file.headerError
                ?? LogError(.damaged, "the segment does not belong here", file: path, advice: LogError.restoreAdvice)
        }
        let segment = ArchivedSegment(
            path: path,
            header: header,
            isHeaderDamaged: false,
            bytes: file.bytes,
            extent: file.sealed,
            limit: LogSequenceNumber(.max)
        )
        let (opened, findings) = try SegmentLoader(fileSystem: fileSystem).loadLast(segment, vouched: .zero)
        if let finding = findings.first { throw finding.error }
        shelf.append(segment, opened)
        return true
    }
}
