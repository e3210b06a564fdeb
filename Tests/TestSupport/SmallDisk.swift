#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file system in memory with little room, mounted as long as this exists.
package final class SmallDisk: Sendable {
    package let path: String
    private let directory: TemporaryDirectory

    package struct Failure: Error {
        package let number: Int32
    }

    /// Whether this process may mount one.
    package static var isAvailable: Bool {
        (try? SmallDisk(bytes: 1 << 20)) != nil
    }

    package init(bytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("disk")
        guard mkdir(path, 0o700) == 0 else { throw Failure(number: errno) }
        try attach(bytes: bytes)
    }

    deinit {
        #if os(Linux)
            // Lazily: a server that is just ending may still have files open.
            umount2(path, Int32(MNT_DETACH))
        #endif
    }

    package func resize(to bytes: Int) throws {
        try attach(bytes: bytes, again: true)
    }

    /// From now on nothing on it can be changed.
    package func makeReadOnly() throws {
        #if os(Linux)
            guard mount("none", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0 else {
                throw Failure(number: errno)
            }
        #else
            throw Failure(number: ENOSYS)
        #endif
    }

    private func attach(bytes: Int, again: Bool = false) throws(Failure) {
        #if os(Linux)
            let flags = again ? UInt(MS_REMOUNT) : 0
            let result = "size=\(bytes)".withCString { options in mount("none", path, "tmpfs", flags, options) }
            guard result == 0 else { throw Failure(number: errno) }
        #else
            throw Failure(number: ENOSYS)
        #endif
    }
}
