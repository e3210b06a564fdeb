#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small file that only its owner may read, replaced as a whole or not at all.
struct PrivateFile: Sendable {
    /// The largest file that is read, in bytes.
    static let maximumBytes = 4 << 20

    let path: String

    /// The file's bytes, or nil when there is no such file. Blocks.
    ///
    /// - Throws: ``AccountError`` when the file cannot be read, is too large, or may be changed by every user of the machine.
    func read() throws(AccountError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot be opened")
        }
        defer { close(descriptor) }
        try requireTrustworthy(descriptor)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = systemRead(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 || errno == EINTR else { throw failure("cannot be read") }
            bytes += chunk[..<max(0, count)]
            guard bytes.count <= Self.maximumBytes else { throw AccountError("\(path) is larger than 4 MiB") }
        }
    }

    /// The folder of the file, behind links.
    private var folder: String {
        let target = self.target
        guard let slash = target.lastIndex(of: "/") else { return "." }
        return slash == target.startIndex ? "/" : String(target[..<slash])
    }

    /// Puts `bytes` in the file's place: written aside, synced, renamed, folder synced. Blocks.
    ///
    /// The file behind a link is replaced, not the link. What the superuser writes belongs to whom the old file, or
    /// without one the folder, belongs to: a server without rights has to be able to read it.
    ///
    /// - Throws: ``AccountError``; nothing has changed then, or only the sync of the folder failed.
    func replace(with bytes: [UInt8]) throws(AccountError) {
        let target = self.target
        let aside = target + ".new"
        unlink(aside)
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be written") }
        defer { close(descriptor) }
        do throws(AccountError) {
            try writeAll(bytes, to: descriptor)
            try keepOwner(of: target, descriptor)
            guard fsync(descriptor) == 0 else { throw failure("cannot be synced") }
            guard rename(aside, target) == 0 else { throw failure("cannot be replaced") }
        } catch {
            unlink(aside)
            throw error
        }
        try syncFolder()
    }

    /// Finds out whether ``folder`` is a directory. Blocks.
    func requireDirectory() throws(AccountError) {
        var info = stat()
        let reason: String
        if stat(folder, &info) != 0 {
            reason = errno == ENOENT ? "does not exist" : "cannot be opened: \(String(cString: strerror(errno)))"
        } else if info.st_mode & S_IFMT != S_IFDIR {
            reason = "is not a directory"
        } else {
            return
        }
        throw AccountError(
            """
            the accounts file \(path) cannot be used: the directory \(folder) \(reason); give the server's data directory \
            with --data (DATA_DIRECTORY), or another accounts file with --file
            """
        )
    }

    /// Runs `body` once no other process holds the lock of the file's folder. Blocks.
    ///
    /// - Throws: ``AccountError`` by `body`, or when the folder is not there or cannot be locked.
    func lockingFolder(_ body: () throws(AccountError) -> Void) throws(AccountError) {
        let folder = self.folder
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

    /// Finds out whether ``replace(with:)`` has a chance. Blocks.
    func requireWritable() throws(AccountError) {
        guard access(folder, W_OK) == 0 else { throw failure("cannot be changed") }
    }

    /// The path without links, where there is a file.
    private var target: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func keepOwner(of target: String, _ descriptor: Int32) throws(AccountError) {
        guard geteuid() == 0 else { return }
        var info = stat()
        guard stat(target, &info) == 0 || stat(folder, &info) == 0 else { throw failure("cannot be written") }
        guard fchown(descriptor, info.st_uid, info.st_gid) == 0 else { throw failure("cannot be given its owner") }
    }

    /// What decides who may log in must not be what any user of the machine can write. Group rights are left alone:
    /// Kubernetes gives them to the volumes and Secrets of a pod (`fsGroup`).
    private func requireTrustworthy(_ descriptor: Int32) throws(AccountError) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failure("cannot be read") }
        let (kind, mode) = (info.st_mode & S_IFMT, info.st_mode & 0o7777)
        guard kind == S_IFREG, mode & 0o002 != 0 else { return }
        throw AccountError(
            """
            \(path) has the mode 0\(String(mode, radix: 8)), so that every user of this machine may change it; \
            check its contents, then run: chmod 600 \(path)
            """
        )
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(AccountError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(done)) }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw failure("cannot be written")
            }
        }
    }

    private func syncFolder() throws(AccountError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot be synced") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot be synced") }
    }

    private func failure(_ what: String) -> AccountError {
        let code = errno
        let reason = "\(path) \(what): \(String(cString: strerror(code)))"
        // A mounted Secret is read-only, and a single file that is mounted cannot be replaced.
        guard what != "cannot be opened", [EROFS, EACCES, EPERM, EBUSY].contains(code) else {
            return AccountError(reason)
        }
        return AccountError(
            "\(reason); if it comes from a Secret, change a copy with --file and put that into the Secret"
        )
    }
}

/// The system call, whose name a method here would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

/// What changes when a file is replaced or written to, links on the way to it included.
struct FileStamp: Sendable, Hashable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let changed: [Int]

    /// Looks at the file behind `path`; nil when there is none. Blocks.
    init?(path: String) {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        device = UInt64(info.st_dev)
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        #if canImport(Darwin)
            let times = [info.st_mtimespec, info.st_ctimespec]
        #else
            let times = [info.st_mtim, info.st_ctim]
        #endif
        changed = times.flatMap { [Int($0.tv_sec), Int($0.tv_nsec)] }
    }
}
