extension FileSystem {
    /// The whole of a small file.
    package func contents(of path: String) throws(SystemCallError) -> [UInt8] {
        let file = try open(path, .read)
        return try file.bytes(in: 0..<file.size())
    }

    /// Makes `path` hold `bytes`, durably and all at once: after a crash it has either its old or its new contents.
    ///
    /// The one place that does so: temporary file, sync, rename, sync of the directory.
    package func replaceDurably(_ path: String, in directory: String, with bytes: [UInt8]) throws(SystemCallError) {
        let temporary = path + ".tmp"
        let file = try open(temporary, .createOrEmpty)
        try file.writeFully(bytes, at: 0)
        try file.syncData()
        try publish(temporary, as: path, in: directory)
    }

    /// Gives a synced file its final name, durably.
    package func publish(_ temporary: String, as path: String, in directory: String) throws(SystemCallError) {
        try rename(temporary, to: path)
        try syncDirectory(directory)
    }
}
