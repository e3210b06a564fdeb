#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension LogError {
    /// The failure of a system call in the log's terms: no room is ``Code/diskFull``, all else ``Code/io``.
    package init(_ failure: SystemCallError) {
        switch failure.number {
        case ENOSPC, EDQUOT, EFBIG:
            self.init(
                .diskFull,
                "no room left: \(failure.call) failed",
                file: failure.path,
                errno: failure.number,
                advice: "Make room or enlarge the volume; writes resume by themselves"
            )
        case ENOENT:
            self.init(.notFound, "\(failure.call) failed", file: failure.path, errno: failure.number)
        case EACCES, EPERM, EROFS:
            self.init(
                .io,
                "\(failure.call) was refused",
                file: failure.path,
                errno: failure.number,
                advice: "Give the server's user the right to read and write the data directory"
            )
        default:
            self.init(.io, "\(failure.call) failed", file: failure.path, errno: failure.number)
        }
    }
}

extension SystemCallError {
    /// Whether the file system does not offer the call.
    var isUnsupported: Bool { number == EOPNOTSUPP || number == ENOSYS || number == EINVAL }
}
