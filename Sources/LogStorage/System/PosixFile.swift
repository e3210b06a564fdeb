#if os(Linux)
    import CPlatform
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file of the operating system, read and written by position so that threads need no common cursor.
final class PosixFile: File {
    let path: String
    let descriptor: Int32

    init(path: String, flags: Int32) throws(SystemCallError) {
        self.path = path
        self.descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemCallError(call: "open", path: path, number: errno) }
    }

    deinit {
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
        let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset))
        guard count >= 0 else { throw failure("pread") }
        return count
    }

    #if os(Linux)
        func readCached(
            into buffer: UnsafeMutableRawBufferPointer,
            at offset: UInt64
        ) throws(SystemCallError) -> Int? {
            let count = CPlatform_readCached(descriptor, buffer.baseAddress, buffer.count, offset)
            if count >= 0 { return count }
            // Not in memory, or a file system or kernel without such reads: whoever asks can wait instead.
            if [EAGAIN, EOPNOTSUPP, ENOSYS, EINVAL, EINTR].contains(errno) { return nil }
            throw failure("preadv2")
        }
    #endif

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
        let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(clamping: offset))
        guard count >= 0 else { throw failure("pwrite") }
        return count
    }

    func preallocate(to size: UInt64) throws(SystemCallError) {
        // The call returns the error instead of setting errno.
        let number = posix_fallocate(descriptor, 0, off_t(clamping: size))
        guard number == 0 else { throw SystemCallError(call: "posix_fallocate", path: path, number: number) }
    }

    func truncate(to size: UInt64) throws(SystemCallError) {
        guard ftruncate(descriptor, off_t(clamping: size)) == 0 else { throw failure("ftruncate") }
    }

    func syncData() throws(SystemCallError) {
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync") }
    }

    func size() throws(SystemCallError) -> UInt64 {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failure("fstat") }
        return UInt64(clamping: info.st_size)
    }

    func identity() throws(SystemCallError) -> FileIdentity {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failure("fstat") }
        return FileIdentity(info)
    }

    func lock() throws(SystemCallError) -> (any DirectoryLock)? {
        // Not fcntl: its locks fall when any descriptor of the file is closed.
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return PosixLock(file: self) }
        if errno == EWOULDBLOCK { return nil }
        throw failure("flock")
    }

    private final class PosixLock: DirectoryLock {
        private let file: PosixFile

        init(file: PosixFile) {
            self.file = file
        }

        deinit {
            // Closing alone keeps the lock as long as a process that is just being started still has a copy of the
            // descriptor.
            flock(file.descriptor, LOCK_UN)
        }
    }

    private func failure(_ call: String) -> SystemCallError {
        SystemCallError(call: call, path: path, number: errno)
    }
}

extension FileIdentity {
    init(_ info: stat) {
        self.init(device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(truncatingIfNeeded: info.st_ino))
    }
}
