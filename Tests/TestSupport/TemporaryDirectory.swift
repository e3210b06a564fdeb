#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A directory of its own for one test, removed with everything in it when the last reference goes.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/profile-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemFailure(number: errno) }
        path = template.withUnsafeBytes { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }

    deinit {
        Self.remove(path)
    }

    /// A path in the directory.
    package func appending(_ name: String) -> String { "\(path)/\(name)" }

    /// Why the system gave no directory.
    package struct SystemFailure: Error {
        package let number: Int32
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(stream)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
