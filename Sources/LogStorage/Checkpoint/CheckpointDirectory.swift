import Logging

/// The directory `checkpoints/`.
struct CheckpointDirectory: Sendable {
    let fileSystem: any FileSystem
    let path: String
    let storeID: StoreID

    /// The checkpoints, newest first, by their names.
    func files() throws(LogError) -> [CheckpointFile] {
        let names = try attempt { () throws(SystemCallError) in try fileSystem.entries(of: path) }
        return
            names
            .compactMap { name in
                SegmentName.number(in: name, ending: CheckpointFile.ending).map {
                    CheckpointFile(lsn: $0, path: "\(path)/\(name)")
                }
            }
            .sorted { $0.lsn > $1.lsn }
    }

    /// The headers of the checkpoints that can be read; the others are only worth a warning, since all are derived.
    func goodHeaders(logger: Logger) -> [CheckpointHeader] {
        do throws(LogError) {
            return try files().compactMap { file in goodHeader(of: file, logger: logger) }
        } catch {
            logger.warning("the checkpoints cannot be listed", metadata: ["reason": "\(error)"])
            return []
        }
    }

    private func goodHeader(of file: CheckpointFile, logger: Logger) -> CheckpointHeader? {
        do throws(LogError) {
            if let header = try opened(file)?.header { return header }
            logger.warning("a checkpoint is damaged or of another store", metadata: ["file": "\(file.path)"])
        } catch {
            logger.warning("a checkpoint cannot be read", metadata: ["file": "\(file.path)", "reason": "\(error)"])
        }
        return nil
    }

    /// Opens a checkpoint and reads its header; `nil` if that is damaged or of another store.
    func opened(_ checkpoint: CheckpointFile) throws(LogError) -> (
        file: any File, header: CheckpointHeader, byteCount: Int
    )? {
        let (file, bytes) = try attempt { () throws(SystemCallError) in
            let file = try fileSystem.open(checkpoint.path, .read)
            return (file, try file.bytes(in: 0..<UInt64(CheckpointHeader.maximumBytes)))
        }
        let decoded = bytes.withUnsafeBytes { buffer in
            Result { () throws(LogError) in try CheckpointHeader.decode(buffer, file: checkpoint.path) }
        }
        guard let (header, byteCount) = try decoded.get(), header.storeID == storeID, header.lsn == checkpoint.lsn
        else {
            return nil
        }
        return (file, header, byteCount)
    }

    /// Removes all but the newest `count` checkpoints.
    func prune(keeping count: Int) throws(LogError) {
        for file in try files().dropFirst(max(count, 1)) {
            try attempt { () throws(SystemCallError) in try fileSystem.remove(file.path) }
        }
    }

    /// Removes unfinished checkpoints; nobody else may be writing one.
    func removeTemporaryFiles() throws(LogError) {
        for name in try attempt({ () throws(SystemCallError) in try fileSystem.entries(of: path) })
        where name.hasSuffix(CheckpointFile.temporaryEnding) {
            try attempt { () throws(SystemCallError) in try fileSystem.remove("\(path)/\(name)") }
        }
    }
}
