extension LogFiles {
    /// Fixes what a backup consists of: all that is durable now, cut at the end of a frame.
    ///
    /// The files are the same that a copy of the store has: the newest good checkpoint, the segments, `store.json`.
    /// Writers are not held up, now or while the backup is read: the log only grows, and a checkpoint that is open can
    /// be read though its name is gone. Blocks; the checkpoint is read to see whether it is good.
    ///
    /// - Throws: ``LogError/Code/damaged`` for a `store.json` that is not what was written, ``LogError/Code/io``.
    public func backup() throws(LogError) -> LogBackup {
        let description = try attempt { () throws(SystemCallError) in try fileSystem.contents(of: paths.description) }
        let checked = try StoreDescription(decoding: description, file: paths.description)
        // Before the segments are fixed: then these hold all that the checkpoint covers.
        let checkpoint = try newestCheckpoint()
        let segments = segments.withLock { $0 }.map { ($0, $0.currentExtent) }
        guard let (_, end) = segments.last, checked.storeID == "\(storeID)" else {
            throw LogError(.damaged, "the store's description is that of another", file: paths.description)
        }
        var files = checkpoint.map { [$0] } ?? []
        for (segment, extent) in segments {
            files.append(BackupFile(segment, extent, noting: damage))
        }
        files.append(BackupFile(name: "store.json", byteCount: UInt64(description.count), source: .bytes(description)))
        return LogBackup(storeID: storeID, lastLSN: end.lastLSN, lastTime: end.lastTime, files: files)
    }

    /// The newest checkpoint that is good from its first to its last byte.
    private func newestCheckpoint() throws(LogError) -> BackupFile? {
        for checkpoint in try checkpoints.files() {
            do {
                try CheckpointReader(directory: checkpoints).read(checkpoint) { _ in }
                guard let (file, _, _) = try checkpoints.opened(checkpoint) else { continue }
                let size = try attempt { () throws(SystemCallError) in try file.size() }
                let name = "checkpoints/\(SegmentName.numbered(checkpoint.lsn, ending: CheckpointFile.ending))"
                return BackupFile(name: name, byteCount: size, source: .file(file))
            } catch let error as LogError where [.notFound, .damaged, .unsupportedFormat].contains(error.code) {
                // Removed meanwhile, or of no use to anybody: the log is enough.
                continue
            } catch {
                throw error as? LogError ?? LogError(.io, "\(error)", file: checkpoint.path)
            }
        }
        return nil
    }
}
