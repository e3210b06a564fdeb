#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The operating system's files. Nothing else in the project makes file system calls for the log.
package struct PosixFileSystem: FileSystem {
    package init() {}

    package func open(_ path: String, _ mode: FileMode) throws(SystemCallError) -> any File {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR
            case .createOrEmpty: O_RDWR | O_CREAT | O_TRUNC
            case .directory: O_RDONLY | O_DIRECTORY
            }
        return try PosixFile(path: path, flags: flags)
    }

    package func entries(of directory: String) throws(SystemCallError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("opendir", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw failure("readdir", directory) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    package func kind(of path: String) throws(SystemCallError) -> FileKind {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT { return .missing }
            throw failure("stat", path)
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    package func identity(of path: String) throws(SystemCallError) -> FileIdentity? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("stat", path)
        }
        return FileIdentity(info)
    }

    package func makeDirectory(_ path: String) throws(SystemCallError) {
        // Profiles are personal data: nobody but the server's user may look in.
        guard mkdir(path, 0o700) == 0 else { throw failure("mkdir", path) }
    }

    package func checkWritable(_ directory: String) throws(SystemCallError) {
        // By the rights with which files are made, not by those of whoever started the process.
        guard faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0 else {
            throw failure("faccessat", directory)
        }
    }

    package func rename(_ path: String, to newPath: String) throws(SystemCallError) {
        #if canImport(Glibc)
            let status = Glibc.rename(path, newPath)
        #elseif canImport(Musl)
            let status = Musl.rename(path, newPath)
        #else
            let status = Darwin.rename(path, newPath)
        #endif
        guard status == 0 else { throw failure("rename", path) }
    }

    package func remove(_ path: String) throws(SystemCallError) {
        guard unlink(path) == 0 else { throw failure("unlink", path) }
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        let directory = try PosixFile(path: path, flags: O_RDONLY | O_DIRECTORY)
        guard fsync(directory.descriptor) == 0 else { throw failure("fsync", path) }
    }

    package func lock(_ path: String) throws(SystemCallError) -> (any DirectoryLock)? {
        try PosixFile(path: path, flags: O_RDWR | O_CREAT).lock()
    }

    private func failure(_ call: String, _ path: String) -> SystemCallError {
        SystemCallError(call: call, path: path, number: errno)
    }
}
