package import LogStorage
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files in memory, with failures on demand: a disk that tests can fill, break, copy and damage.
package final class MemoryFileSystem: FileSystem {
    /// The system calls that change something; what a failure can be attached to.
    package enum Call: Sendable, Hashable {
        case open, write, preallocate, truncate, syncData, rename, remove, syncDirectory
    }

    private struct State {
        var files: [String: [UInt8]] = [:]
        var directories: Set<String> = []
        var locked: Set<String> = []
        var failure: (@Sendable (Call, String) -> Int32?)?
        var writeLimit = Int.max
        var calls: [Call: Int] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Another disk with the same contents and no locks: what a crash of the process leaves.
    package func copy() -> MemoryFileSystem {
        let (files, directories) = state.withLock { ($0.files, $0.directories) }
        let copy = MemoryFileSystem()
        copy.state.withLock {
            $0.files = files
            $0.directories = directories
        }
        return copy
    }

    /// Calls for which `failure` gives an error number fail with it.
    package func fail(_ failure: (@Sendable (Call, String) -> Int32?)?) {
        state.withLock { $0.failure = failure }
    }

    /// The most bytes that one write takes; the rest is a short write.
    package func limitWrites(to bytes: Int) {
        state.withLock { $0.writeLimit = bytes }
    }

    package var paths: [String] { state.withLock { $0.files.keys.sorted() } }

    package subscript(path: String) -> [UInt8]? {
        get { state.withLock { $0.files[path] } }
        set { state.withLock { $0.files[path] = newValue } }
    }

    /// How often a call was made.
    package func count(of call: Call) -> Int { state.withLock { $0.calls[call, default: 0] } }

    private func check(_ call: Call, _ path: String) throws(SystemCallError) {
        let failure = state.withLock { state in
            state.calls[call, default: 0] += 1
            return state.failure
        }
        if let number = failure?(call, path) { throw SystemCallError(call: "\(call)", path: path, number: number) }
    }

    package func open(_ path: String, _ mode: FileMode) throws(SystemCallError) -> any File {
        try check(.open, path)
        let exists = state.withLock { state in
            if mode == .createOrEmpty { state.files[path] = [] }
            return state.files[path] != nil
        }
        guard exists else { throw SystemCallError(call: "open", path: path, number: ENOENT) }
        return MemoryFile(path: path, system: self)
    }

    package func entries(of directory: String) throws(SystemCallError) -> [String] {
        state.withLock { state in
            state.files.keys.compactMap { path in
                guard path.hasPrefix(directory + "/") else { return nil }
                let name = path.dropFirst(directory.count + 1)
                return name.contains("/") ? nil : String(name)
            }
        }
    }

    package func kind(of path: String) throws(SystemCallError) -> FileKind {
        state.withLock { state in
            if state.directories.contains(path) || path == "/" { return .directory }
            return state.files[path] == nil ? .missing : .file
        }
    }

    package func makeDirectory(_ path: String) throws(SystemCallError) {
        state.withLock { _ = $0.directories.insert(path) }
    }

    package func rename(_ path: String, to newPath: String) throws(SystemCallError) {
        try check(.rename, path)
        let found = state.withLock { state -> Bool in
            guard let bytes = state.files.removeValue(forKey: path) else { return false }
            state.files[newPath] = bytes
            return true
        }
        guard found else { throw SystemCallError(call: "rename", path: path, number: ENOENT) }
    }

    package func remove(_ path: String) throws(SystemCallError) {
        try check(.remove, path)
        state.withLock { _ = $0.files.removeValue(forKey: path) }
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        try check(.syncDirectory, path)
    }

    package func lock(_ path: String) throws(SystemCallError) -> (any DirectoryLock)? {
        let isFree = state.withLock { $0.locked.insert(path).inserted }
        return isFree ? MemoryLock(path: path, system: self) : nil
    }

    private final class MemoryLock: DirectoryLock {
        private let path: String
        private let system: MemoryFileSystem

        init(path: String, system: MemoryFileSystem) {
            self.path = path
            self.system = system
        }

        deinit {
            system.state.withLock { _ = $0.locked.remove(path) }
        }
    }

    private final class MemoryFile: File {
        let path: String
        private let system: MemoryFileSystem

        init(path: String, system: MemoryFileSystem) {
            self.path = path
            self.system = system
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
            system.state.withLock { state in
                guard let bytes = state.files[path], offset < UInt64(bytes.count) else { return 0 }
                let part = bytes[Int(offset)..<min(bytes.count, Int(offset) + buffer.count)]
                buffer.copyBytes(from: part)
                return part.count
            }
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
            try system.check(.write, path)
            return system.state.withLock { state in
                let count = min(bytes.count, state.writeLimit)
                let end = Int(offset) + count
                Self.extend(&state.files[path, default: []], to: end)
                state.files[path, default: []].replaceSubrange(Int(offset)..<end, with: bytes[..<count])
                return count
            }
        }

        func preallocate(to size: UInt64) throws(SystemCallError) {
            try system.check(.preallocate, path)
            system.state.withLock { Self.extend(&$0.files[path, default: []], to: Int(size)) }
        }

        func truncate(to size: UInt64) throws(SystemCallError) {
            try system.check(.truncate, path)
            system.state.withLock { state in
                Self.extend(&state.files[path, default: []], to: Int(size))
                let excess = state.files[path, default: []].count - Int(size)
                state.files[path, default: []].removeLast(excess)
            }
        }

        func syncData() throws(SystemCallError) {
            try system.check(.syncData, path)
        }

        func size() throws(SystemCallError) -> UInt64 {
            system.state.withLock { UInt64($0.files[path]?.count ?? 0) }
        }

        private static func extend(_ bytes: inout [UInt8], to count: Int) {
            if bytes.count < count { bytes.append(contentsOf: repeatElement(0, count: count - bytes.count)) }
        }
    }
}
