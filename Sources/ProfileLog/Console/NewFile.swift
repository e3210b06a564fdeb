import LogStorage
import ToolConsole

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file that did not exist before, beside a repaired store.
final class NewFile {
    private let path: String
    private let directory: String
    private let descriptor: Int32

    init(_ directory: String, _ name: String) throws(ToolFailure) {
        path = "\(directory)/\(name)"
        self.directory = directory
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.failure("the file cannot be made", path) }
    }

    deinit {
        close(descriptor)
    }

    /// Writes a whole file, durably.
    static func write(_ text: String, in directory: String, name: String) throws(ToolFailure) {
        let file = try NewFile(directory, name)
        try file.append(Array(text.utf8))
        try file.sync()
    }

    func append(_ bytes: [UInt8]) throws(ToolFailure) {
        do throws(OutputError) {
            let writer = OutputWriter(descriptor: descriptor)
            try writer.write(bytes)
            try writer.flush()
        } catch {
            throw Self.failure("the file cannot be written", path)
        }
    }

    /// Makes contents and name durable.
    func sync() throws(ToolFailure) {
        guard fsync(descriptor) == 0 else { throw Self.failure("the file cannot be made durable", path) }
        let folder = open(directory, O_RDONLY | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        guard folder >= 0, fsync(folder) == 0 else {
            throw Self.failure("the directory cannot be made durable", directory)
        }
    }

    private static func failure(_ what: String, _ path: String) -> ToolFailure {
        ToolFailure(LogError(.io, what, file: path, errno: errno))
    }
}
