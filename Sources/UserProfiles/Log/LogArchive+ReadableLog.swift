package import LogStorage

extension LogArchive: ReadableLog {}

extension LogArchive: CheckpointSource {
    package func storedCheckpoints() throws(LogError) -> [StoredCheckpoint] {
        checkpoints.filter { $0.problem == nil }.map { checkpoint in
            StoredCheckpoint(lsn: checkpoint.lsn, name: checkpoint.file.path) { [self] block in
                try readCheckpoint(checkpoint.file, block: block)
            }
        }
    }
}
