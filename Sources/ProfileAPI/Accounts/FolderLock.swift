#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Keeps other processes from changing a small file of a folder at the same time.
enum FolderLock {
    /// Runs `body` once nobody else has the lock. Blocks.
    ///
    /// - Throws: ``AccountError`` by `body`, or when the folder is not there or cannot be locked.
    static func hold(_ folder: String, _ body: () throws(AccountError) -> Void) throws(AccountError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AccountError("\(folder): \(String(cString: strerror(errno)))") }
        // Closing ends the lock, and so does the end of the process.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw AccountError("\(folder) cannot be locked: \(String(cString: strerror(errno)))")
            }
        }
        try body()
    }
}
