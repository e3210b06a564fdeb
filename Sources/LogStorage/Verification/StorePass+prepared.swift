extension StorePass {
    /// The prepared next segment holds zeros only, or the header with which it is about to become a segment.
    func verifyPreparedSegment() throws {
        do {
            var offset = try misplacedByte()
            for _ in 1..<max(patience.looks, 2) where offset != nil {
                patience.pause()
                offset = try misplacedByte()
            }
            guard let offset else { return }
            try found(
                DamageFinding(
                    .preparedSegment,
                    "the file for the next segment holds something, though nothing was ever written to it",
                    file: paths.preparedSegment,
                    offset: offset,
                    advice: "No record is concerned; the next start of the server empties it"
                )
            )
        } catch let error as LogError {
            // It became a segment meanwhile, or there is none.
            if error.code == .notFound { return }
            try found(DamageFinding(.unreadable, error, file: paths.preparedSegment))
        }
    }

    private func misplacedByte() throws(LogError) -> UInt64? {
        let (file, size, start) = try attempt { () throws(SystemCallError) in
            let file = try fileSystem.open(paths.preparedSegment, .read)
            return (file, try file.size(), try file.bytes(in: 0..<UInt64(SegmentHeader.byteCount)))
        }
        guard let offset = try file.firstNonZero(in: 0..<size) else { return nil }
        let path = paths.preparedSegment
        let header = start.withUnsafeBytes { bytes in
            Result { () throws(LogError) in try SegmentHeader(decoding: bytes, file: path) }
        }
        // A crash, or this very moment, lies between the writing of the header and the renaming.
        guard case .success(let header) = header, header.storeID == survey.storeID, header.firstLSN >= due else {
            return offset
        }
        let behind = UInt64(SegmentHeader.byteCount)
        return try file.firstNonZero(in: behind..<max(behind, size))
    }
}
