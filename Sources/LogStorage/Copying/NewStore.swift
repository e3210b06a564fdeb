/// A data directory that is being filled: nobody takes it for a store before all of it is there.
///
/// A marker stands among the segments from the beginning, with which no server starts. `store.json` comes last; then the
/// marker goes.
struct NewStore {
    let fileSystem: any FileSystem
    let paths: StorePaths

    private var marker: String { "\(paths.segments)/\(SegmentName.unfinished)" }

    /// Begins a store in a directory that is missing or empty.
    ///
    /// - Throws: ``LogError/Code/invalidDirectory`` if something stands there.
    init(_ directory: String, fileSystem: any FileSystem) throws(LogError) {
        self.fileSystem = fileSystem
        paths = StorePaths(directory: directory)
        try fileSystem.makeDirectories(directory)
        let names = try attempt { () throws(SystemCallError) in try fileSystem.entries(of: directory) }
        guard names.allSatisfy(NewStorePlace.isOfVolume) else {
            throw LogError(
                .invalidDirectory,
                "the directory for the new store is not empty",
                file: directory,
                advice: "Name one that is, or that does not exist yet"
            )
        }
        try fileSystem.makeDirectories(paths.segments)
        try attempt { () throws(SystemCallError) in
            try fileSystem.open(marker, .createOrEmpty).syncData()
            try fileSystem.syncDirectory(paths.segments)
        }
        try fileSystem.makeDirectories(paths.checkpoints)
    }

    /// Makes the segments' names durable, writes `store.json`, and takes the marker away.
    func finish(_ description: StoreDescription) throws(LogError) {
        try attempt { () throws(SystemCallError) in
            try fileSystem.syncDirectory(paths.segments)
            try fileSystem.syncDirectory(paths.checkpoints)
            try fileSystem.replaceDurably(paths.description, in: paths.directory, with: description.encoded())
            try fileSystem.remove(marker)
            try fileSystem.syncDirectory(paths.segments)
        }
    }

    /// Copies a checkpoint, each block verified; the id may be another.
    func add(_ checkpoint: CheckpointSummary, of source: CheckpointDirectory, as storeID: StoreID) throws -> Bool {
        guard let time = checkpoint.time, let tree = checkpoint.tree else { return false }
        let target = CheckpointDirectory(fileSystem: fileSystem, path: paths.checkpoints, storeID: storeID)
        let header = CheckpointHeader(storeID: storeID, lsn: checkpoint.lsn, time: time, tree: tree)
        var writer = try CheckpointWriter(header, in: target)
        do {
            try CheckpointReader(directory: source).read(checkpoint.file) { try writer.append($0) }
            try writer.finish()
            return true
        } catch let error as LogError where error.code == .notFound {
            // The server has removed it meanwhile; the log is enough.
            try target.removeTemporaryFiles()
            return false
        }
    }
}
