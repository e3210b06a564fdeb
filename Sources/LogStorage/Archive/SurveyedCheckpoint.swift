/// A checkpoint as it was found: its header, if that can be read.
struct SurveyedCheckpoint {
    let file: CheckpointFile
    private let bytes: UInt64
    private let header: CheckpointHeader?
    private let problem: String?

    /// `nil` if the file is gone.
    init?(_ file: CheckpointFile, _ fileSystem: any FileSystem) {
        self.file = file
        do throws(LogError) {
            let (size, start) = try attempt { () throws(SystemCallError) in
                let opened = try fileSystem.open(file.path, .read)
                return (try opened.size(), try opened.bytes(in: 0..<UInt64(CheckpointHeader.maximumBytes)))
            }
            bytes = size
            let decoded = start.withUnsafeBytes { buffer in
                Result { () throws(LogError) in try CheckpointHeader.decode(buffer, file: file.path)?.header }
            }
            switch decoded {
            case .success(let header):
                self.header = header
                problem = header == nil ? "its header is damaged" : nil
            case .failure(let error):
                header = nil
                problem = error.message
            }
        } catch {
            if error.code == .notFound { return nil }
            bytes = 0
            header = nil
            problem = error.message
        }
    }

    /// - Parameter storeID: the store's; `nil` if nothing says it.
    func summary(for storeID: StoreID?) -> CheckpointSummary {
        var problem = problem
        if let header, let storeID, header.storeID != storeID {
            problem = "it belongs to another store (\(header.storeID))"
        } else if let header, header.lsn != file.lsn {
            problem = "its name does not say the record that it ends with, \(header.lsn)"
        }
        return CheckpointSummary(file: file, bytes: bytes, time: header?.time, tree: header?.tree, problem: problem)
    }
}
