/// A file of `wal/` as it was found, before anything in it is believed.
struct SurveyedFile: Sendable {
    let path: String
    let bytes: UInt64
    /// What the name says; `nil` if it is not a segment's name.
    let nameLSN: LogSequenceNumber?
    /// What the header says; `nil` if it cannot be read.
    let header: SegmentHeader?
    /// Why the header cannot be read.
    let headerError: LogError?
    /// What the frame behind the header begins with, if one stands there.
    let frameLSN: LogSequenceNumber?
    /// What the footer says, without its table; `nil` if there is no valid one.
    let sealed: SegmentExtent?
    /// The record with which the segment begins, as the footer says.
    let footerLSN: LogSequenceNumber?

    /// The record with which the segment seems to begin.
    var firstLSN: LogSequenceNumber? { header?.firstLSN ?? footerLSN ?? frameLSN ?? nameLSN }

    /// How much speaks for it where two files claim the same records.
    var credit: Int {
        (header != nil ? 4 : 0) + (nameLSN == firstLSN ? 2 : 0) + (sealed != nil ? 1 : 0)
    }

    /// Looks at a file; only its beginning and its end are read.
    ///
    /// - Throws: ``LogError/Code/unsupportedFormat`` for a segment of a newer format. What cannot be read at all is taken
    ///   for damaged: other segments may be fine.
    static func look(
        at name: String,
        in directory: String,
        _ fileSystem: any FileSystem
    ) throws(LogError) -> SurveyedFile {
        do throws(LogError) {
            return try SurveyedFile(name, in: directory, fileSystem)
        } catch {
            guard error.code == .io else { throw error }
            return SurveyedFile(unreadable: name, in: directory, error)
        }
    }

    private init(unreadable name: String, in directory: String, _ error: LogError) {
        path = "\(directory)/\(name)"
        bytes = 0
        nameLSN = SegmentName.firstLSN(in: name)
        header = nil
        headerError = error
        frameLSN = nil
        sealed = nil
        footerLSN = nil
    }

    /// - Throws: ``LogError/Code/io``, and ``LogError/Code/unsupportedFormat`` for a segment of a newer format.
    init(_ name: String, in directory: String, _ fileSystem: any FileSystem) throws(LogError) {
        let path = "\(directory)/\(name)"
        self.path = path
        nameLSN = SegmentName.firstLSN(in: name)
        let (file, size, start) = try attempt { () throws(SystemCallError) in
            let file = try fileSystem.open(path, .read)
            let headers = UInt64(SegmentHeader.byteCount + FrameLayout.headerBytes)
            return (file, try file.size(), try file.bytes(in: 0..<headers))
        }
        bytes = size
        let decoded = start.withUnsafeBytes { buffer in
            Result { () throws(LogError) in try SegmentHeader(decoding: buffer, file: path) }
        }
        switch decoded {
        case .success(let header):
            self.header = header
            headerError = nil
        case .failure(let error) where error.code == .unsupportedFormat: throw error
        case .failure(let error):
            header = nil
            headerError = error
        }
        let behind = Array(start.dropFirst(SegmentHeader.byteCount))
        frameLSN = behind.withUnsafeBytes { FrameHeader(decoding: $0) }?.firstLSN
        let footer = try SegmentOpener.footer(of: file)
        footerLSN = footer?.firstLSN
        var extent = footer.map { SegmentExtent($0) }
        extent?.table = SparseTable()
        sealed = extent
    }
}
