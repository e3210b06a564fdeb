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

    /// Reads and verifies a checkpoint's header; `nil` if it is damaged or of another store.
    func header(of file: CheckpointFile) throws(LogError) -> CheckpointHeader? {
        try opened(file)?.header
    }

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

    /// Removes what crashes left behind, and all but the newest `count` checkpoints.
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
