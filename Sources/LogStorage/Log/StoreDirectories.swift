#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The data directory and its `wal/`, held open, to notice when their paths lead to other directories.
///
/// The log opens and renames files by their paths. If a directory is moved while the log is open, its path may lead to
/// another store, in which this log must change nothing.
struct StoreDirectories: Sendable {
    private let fileSystem: any FileSystem
    /// Open, so that the system gives their numbers to no other directory.
    private let data: any File
    private let segments: any File

    init(_ paths: StorePaths, fileSystem: any FileSystem) throws(LogError) {
        self.fileSystem = fileSystem
        (data, segments) = try attempt { () throws(SystemCallError) in
            (try fileSystem.open(paths.directory, .directory), try fileSystem.open(paths.segments, .directory))
        }
    }

    /// - Throws: ``LogError/Code/invalidDirectory`` when a path leads to another directory than at the start;
    ///   ``LogError/Code/io`` when that cannot be found out.
    func check() throws(LogError) {
        for directory in [data, segments] { try check(directory, at: directory.path) }
    }

    /// The same for a file that was opened at `path`.
    func check(_ file: any File, at path: String) throws(LogError) {
        let (opened, named) = try attempt { () throws(SystemCallError) in
            (try file.identity(), try fileSystem.identity(of: path))
        }
        guard opened != named else { return }
        throw LogError(
            .invalidDirectory,
            named == nil
                ? "it was moved or removed while the server was running"
                : "another one was put in its place while the server was running",
            file: path,
            advice: "Stop the server, bring back what stood at this path, and start the server again"
        )
    }

    /// Locks a directory, since another file can be put in the place of `LOCK`; `nil` if another server has it.
    static func lock(_ path: String, _ fileSystem: any FileSystem) throws(LogError) -> [any DirectoryLock]? {
        let directory = try attempt { () throws(SystemCallError) in try fileSystem.open(path, .directory) }
        do throws(SystemCallError) {
            return try directory.lock().map { [$0] }
        } catch {
            // NFS locks only what is open for writing, which no directory is. The locks of `LOCK` and of the last segment
            // are left.
            guard error.isUnsupported || error.number == EBADF else { throw LogError(error) }
            return []
        }
    }
}
