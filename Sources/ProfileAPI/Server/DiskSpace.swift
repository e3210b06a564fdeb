#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much room a disk has.
package struct DiskSpace {
    /// The bytes that this process may still write.
    package let available: UInt64
    /// The bytes of the whole file system.
    package let size: UInt64

    /// Asks about the file system below `path`; `nil` when the system does not tell. Blocks.
    package init?(at path: String) {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { return nil }
        let block = UInt64(info.f_frsize)
        available = UInt64(info.f_bavail).multipliedReportingOverflow(by: block).partialValue
        size = UInt64(info.f_blocks).multipliedReportingOverflow(by: block).partialValue
    }
}
