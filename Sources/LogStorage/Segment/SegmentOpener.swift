/// Opens the segments of a directory for reading and looks at what can be known without reading all of them.
///
/// It reports and repairs nothing.
struct SegmentOpener {
    let fileSystem: any FileSystem
    /// The path of `wal/`.
    let directory: String
    let storeID: StoreID?

    /// The numbers of the segments in the directory, in order.
    ///
    /// - Throws: ``LogError/Code/invalidDirectory`` for a file that does not belong there.
    func numbers() throws(LogError) -> [LogSequenceNumber] {
        var numbers: [LogSequenceNumber] = []
        for name in try attempt({ () throws(SystemCallError) in try fileSystem.entries(of: directory) }) {
            if let number = SegmentName.firstLSN(in: name) {
                numbers.append(number)
            } else if name == SegmentName.unfinished {
                throw LogError(
                    .invalidDirectory,
                    SegmentName.unfinishedMessage,
                    file: "\(directory)/\(name)",
                    advice: SegmentName.unfinishedAdvice
                )
            } else if name != SegmentName.prepared {
                throw LogError(
                    .invalidDirectory,
                    "a file that is no segment stands among the segments",
                    file: "\(directory)/\(name)",
                    advice: "Move it elsewhere"
                )
            }
        }
        return numbers.sorted()
    }

    /// Opens one segment and reads its header.
    func open(_ number: LogSequenceNumber, _ mode: FileMode) throws(LogError) -> (file: any File, header: SegmentHeader)
    {
        let path = "\(directory)/\(SegmentName.of(number))"
        let file = try attempt { () throws(SystemCallError) in try fileSystem.open(path, mode) }
        let bytes = try attempt { () throws(SystemCallError) in
            try file.bytes(in: 0..<UInt64(SegmentHeader.byteCount))
        }
        let header = try Self.header(bytes, path: path)
        guard header.firstLSN == number else {
            throw LogError(
                .damaged,
                "the segment's name and its header disagree: the header says LSN \(header.firstLSN)",
                file: path,
                advice: "Give the file back its name"
            )
        }
        if let storeID, header.storeID != storeID {
            throw LogError(
                .damaged,
                "the segment belongs to another store (\(header.storeID), not \(storeID))",
                file: path,
                advice: "Move it to the store that it belongs to"
            )
        }
        return (file, header)
    }

    private static func header(_ bytes: [UInt8], path: String) throws(LogError) -> SegmentHeader {
        let result = bytes.withUnsafeBytes { buffer -> Result<SegmentHeader, LogError> in
            Result { () throws(LogError) in try SegmentHeader(decoding: buffer, file: path) }
        }
        return try result.get()
    }

    /// The footer of a sealed segment; `nil` if the file does not end with a valid one.
    static func footer(of file: any File) throws(LogError) -> SegmentFooter? {
        try attempt { () throws(SystemCallError) in
            let size = try file.size()
            guard size >= UInt64(SegmentHeader.byteCount + SegmentFooter.trailerBytes) else { return nil }
            let trailer = try file.bytes(in: (size - UInt64(SegmentFooter.trailerBytes))..<size)
            guard let range = trailer.withUnsafeBytes({ SegmentFooter.footerRange(trailer: $0, fileBytes: size) })
            else {
                return nil
            }
            let bytes = try file.bytes(in: range)
            return bytes.withUnsafeBytes { SegmentFooter(decoding: $0, at: range.lowerBound) }
        }
    }
}

/// Runs file system calls and turns their failure into the log's error.
func attempt<Result>(_ body: () throws(SystemCallError) -> Result) throws(LogError) -> Result {
    do throws(SystemCallError) {
        return try body()
    } catch {
        throw LogError(error)
    }
}
