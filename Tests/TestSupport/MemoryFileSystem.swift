package import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files in memory, with failures on demand: a disk that tests can fill, break, copy and damage, and that forgets in a
/// crash what was not synced.
package final class MemoryFileSystem: FileSystem {
    /// The system calls that a failure can be attached to: all that change something, and every opening of a file.
    package enum Call: Sendable, Hashable {
        case open, write, preallocate, truncate, syncData, makeDirectory, rename, remove, syncDirectory
    }

    /// What happens at a numbered call.
    private struct Trouble: Sendable {
        let call: Int
        let fault: CallFault
        /// Whether every later call fails as well.
        let isLasting: Bool

        /// The error number with which the call of that number fails.
        func error(at number: Int) -> Int32? {
            switch fault {
            case .error(let error): isLasting && number > call || number == call ? error : nil
            case .short: nil
            case .shortThenError(let error): isLasting && number > call || number == call + 1 ? error : nil
            }
        }

        /// Whether the call of that number, if it is a write, takes a part only.
        func isShort(at number: Int) -> Bool {
            switch fault {
            case .error: false
            case .short: isLasting && number > call || number == call
            case .shortThenError: number == call
            }
        }
    }

    private struct State: Sendable {
        var disk = MemoryDisk()
        var locked: Set<String> = []
        var failure: (@Sendable (Call, String) -> Int32?)?
        var writeLimit = Int.max
        var calls: [Call: Int] = [:]
        var callCount = 0
        var trouble: Trouble?
        var readCount = 0
        var readBytes = 0
        var failingRead: (read: Int, number: Int32, isLasting: Bool)?
        var observer: (@Sendable (Call) -> Void)?
        var openedForWriting: [String] = []
        var ignored: Call?
        var readOnly: Set<String> = []

        /// Whether the call would make or take away a name in a directory that may not be written to.
        func refuses(_ call: Call, _ path: String) -> Bool {
            guard let slash = path.lastIndex(of: "/"), readOnly.contains(String(path[..<slash])) else { return false }
            return switch call {
            case .makeDirectory, .rename, .remove: true
            case .open: disk.names[path] == nil
            case .write, .preallocate, .truncate, .syncData, .syncDirectory: false
            }
        }

        var writeShare: Int { trouble.map { $0.isShort(at: callCount) } == true ? 2 : 1 }
    }

    private let state: Monitor<State>

    package convenience init() {
        self.init(MemoryDisk())
    }

    private init(_ disk: MemoryDisk, ignoring ignored: Call? = nil) {
        state = Monitor(State(disk: disk, ignored: ignored))
    }

    // MARK: What tests do to it

    /// Another disk with the same contents and no locks: what a crash of the process leaves, while the machine runs on.
    ///
    /// What was not synced can be read, and the next crash of the machine can still take it.
    package func copy() -> MemoryFileSystem {
        MemoryFileSystem(state.withLock { $0.disk }, ignoring: state.withLock { $0.ignored })
    }

    /// The same, some time later: what a failed sync left in memory only is no longer there.
    package func copyWithoutCache() -> MemoryFileSystem {
        var disk = state.withLock { $0.disk }
        disk.evict()
        return MemoryFileSystem(disk)
    }

    /// Whether a crash of the machine would find anything else than a process does.
    package var isSynced: Bool { state.withLock { $0.disk.isSynced } }

    /// Another disk as it is found after a crash of the machine.
    package func afterCrash(_ mode: CrashMode) -> MemoryFileSystem {
        MemoryFileSystem(state.withLock { $0.disk }.afterCrash(mode))
    }

    /// The same for disks that look the same to a process, but for rare accidents.
    package var fingerprint: Fingerprint { state.withLock { $0.disk.fingerprint } }

    /// Calls for which `failure` gives an error number fail with it.
    package func fail(_ failure: (@Sendable (Call, String) -> Int32?)?) {
        state.withLock { $0.failure = failure }
    }

    /// The `call`th call from now on, counted from 1, fails, and none after it.
    package func fail(call: Int, with number: Int32) {
        fail(call: call, with: .error(number), isLasting: false)
    }

    /// The `call`th call from now on, counted from 1, has the fault, or that call and all after it.
    package func fail(call: Int, with fault: CallFault, isLasting: Bool) {
        state.withLock { $0.trouble = Trouble(call: $0.callCount + call, fault: fault, isLasting: isLasting) }
    }

    /// The `read`th read from now on, counted from 1, fails, or that one and all after it. Listing a directory and
    /// asking what stands at a path are reads as well.
    package func fail(read: Int, with number: Int32, isLasting: Bool) {
        state.withLock { $0.failingRead = ($0.readCount + read, number, isLasting) }
    }

    /// From now on nobody may make, rename or remove anything in a directory; the files in it can be written to.
    package func makeReadOnly(_ directory: String) {
        state.withLock { _ = $0.readOnly.insert(directory) }
    }

    /// From now on calls of that kind say that they have worked and do nothing: a disk that lies.
    package func ignore(_ call: Call) {
        state.withLock { $0.ignored = call }
    }

    /// Tells `observer` of each call before it is made, on the thread that makes it; it may use the file system.
    package func observe(_ observer: (@Sendable (Call) -> Void)?) {
        state.withLock { $0.observer = observer }
    }

    /// The `call`th call from now on, counted from 1, and all after it fail: the disk stays as it was before.
    package func crash(atCall call: Int) {
        fail(call: call, with: .error(EIO), isLasting: true)
    }

    /// No call fails any longer.
    package func heal() {
        state.withLock { state in
            state.failure = nil
            state.trouble = nil
            state.failingRead = nil
        }
    }

    /// Whether the call has been made that was to fail.
    package var isTroubled: Bool {
        state.withLock { state in
            state.trouble.map { $0.call <= state.callCount } ?? false
                || state.failingRead.map { $0.read <= state.readCount } ?? false
        }
    }

    /// The most bytes that one write takes; the rest is a short write.
    package func limitWrites(to bytes: Int) {
        state.withLock { $0.writeLimit = bytes }
    }

    /// The files.
    package var paths: [String] {
        state.withLock { state in state.disk.names.filter { $0.value != .directory }.keys.sorted() }
    }

    package subscript(path: String) -> [UInt8]? {
        get { state.withLock { $0.disk[path] } }
        set { state.withLock { $0.disk[path] = newValue } }
    }

    /// How often a call was made.
    package func count(of call: Call) -> Int { state.withLock { $0.calls[call, default: 0] } }

    /// The files that were opened or locked in a way that allows writing, in the order of it.
    package var openedForWriting: [String] { state.withLock { $0.openedForWriting } }

    // MARK: FileSystem

    /// Counts a call and makes it, unless it is to fail.
    private func make<Result>(
        _ call: Call,
        _ path: String,
        failing: (inout State) -> Void = { _ in },
        _ body: (inout State) -> Result
    ) throws(SystemCallError) -> Result {
        // Asked outside the lock: they may have locks of their own, or wait.
        let (observer, ask) = state.withLock { ($0.observer, $0.failure) }
        observer?(call)
        let failure = ask?(call, path)
        return try state.withLock { state throws(SystemCallError) in
            state.calls[call, default: 0] += 1
            state.callCount += 1
            let refusal = state.refuses(call, path) ? EACCES : nil
            if let number = failure ?? state.trouble?.error(at: state.callCount) ?? refusal {
                failing(&state)
                throw SystemCallError(call: "\(call)", path: path, number: number)
            }
            return body(&state)
        }
    }

    /// The bytes of files that were read.
    package var readBytes: Int { state.withLock { $0.readBytes } }

    /// Counts a read and makes it, unless it is to fail.
    private func read<Result>(_ path: String, _ body: (inout State) -> Result) throws(SystemCallError) -> Result {
        try state.withLock { state throws(SystemCallError) in
            state.readCount += 1
            if let failing = state.failingRead,
                failing.isLasting ? failing.read <= state.readCount : failing.read == state.readCount
            {
                throw SystemCallError(call: "read", path: path, number: failing.number)
            }
            return body(&state)
        }
    }

    package func open(_ path: String, _ mode: FileMode) throws(SystemCallError) -> any File {
        let file = try make(.open, path) { state -> Int? in
            if mode == .directory { return state.disk.names[path] == .directory ? MemoryFile.directory : nil }
            if mode != .read { state.openedForWriting.append(path) }
            if mode == .createOrEmpty { return state.disk.createOrEmpty(path) }
            guard case .file(let file) = state.disk.names[path] else { return nil }
            return file
        }
        guard let file else { throw SystemCallError(call: "open", path: path, number: ENOENT) }
        return MemoryFile(path: path, file: file, system: self)
    }

    package func entries(of directory: String) throws(SystemCallError) -> [String] {
        try read(directory) { state in
            state.disk.names.keys.compactMap { path in
                guard path.hasPrefix(directory + "/") else { return nil }
                let name = path.dropFirst(directory.count + 1)
                return name.contains("/") ? nil : String(name)
            }
            .sorted()
        }
    }

    package func kind(of path: String) throws(SystemCallError) -> FileKind {
        switch try read(path, { $0.disk.names[path] }) {
        case .directory: .directory
        case .file: .file
        case nil: .missing
        }
    }

    package func identity(of path: String) throws(SystemCallError) -> FileIdentity? {
        switch try read(path, { $0.disk.names[path] }) {
        case .directory: MemoryFile.identity(MemoryFile.directory, path)
        case .file(let file): MemoryFile.identity(file, path)
        case nil: nil
        }
    }

    package func makeDirectory(_ path: String) throws(SystemCallError) {
        try make(.makeDirectory, path) { $0.disk.makeDirectory(path) }
    }

    package func checkWritable(_ directory: String) throws(SystemCallError) {
        guard try read(directory, { !$0.readOnly.contains(directory) }) else {
            throw SystemCallError(call: "faccessat", path: directory, number: EACCES)
        }
    }

    package func rename(_ path: String, to newPath: String) throws(SystemCallError) {
        let found = try make(.rename, path) { $0.disk.rename(path, to: newPath) }
        guard found else { throw SystemCallError(call: "rename", path: path, number: ENOENT) }
    }

    package func remove(_ path: String) throws(SystemCallError) {
        try make(.remove, path) { $0.disk.remove(path) }
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        try make(.syncDirectory, path) { state in
            if state.ignored != .syncDirectory { state.disk.syncDirectory(path) }
        }
    }

    package func lock(_ path: String) throws(SystemCallError) -> (any DirectoryLock)? {
        state.withLock { $0.openedForWriting.append(path) }
        return takeLock(path)
    }

    /// The lock of that name; `nil` if somebody has it.
    private func takeLock(_ name: String) -> (any DirectoryLock)? {
        state.withLock { $0.locked.insert(name).inserted } ? MemoryLock(name: name, system: self) : nil
    }

    private final class MemoryLock: DirectoryLock {
        private let name: String
        private let system: MemoryFileSystem

        init(name: String, system: MemoryFileSystem) {
            self.name = name
            self.system = system
        }

        deinit {
            system.state.withLock { _ = $0.locked.remove(name) }
        }
    }

    private final class MemoryFile: File {
        let path: String
        private let file: Int
        private let system: MemoryFileSystem

        init(path: String, file: Int, system: MemoryFileSystem) {
            self.path = path
            self.file = file
            self.system = system
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
            try system.read(path) { state in
                let bytes = state.disk[file]
                guard offset < UInt64(bytes.count) else { return 0 }
                let part = bytes[Int(offset)..<min(bytes.count, Int(offset) + buffer.count)]
                buffer.copyBytes(from: part)
                state.readBytes += part.count
                return part.count
            }
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int {
            try system.make(.write, path) { state in
                let part = UnsafeRawBufferPointer(
                    rebasing: bytes.prefix(state.writeLimit).prefix((bytes.count + 1) / state.writeShare)
                )
                state.disk.write(part, to: file, at: Int(offset))
                return part.count
            }
        }

        func preallocate(to size: UInt64) throws(SystemCallError) {
            try system.make(.preallocate, path) { state in
                state.disk.resize(file, to: max(Int(size), state.disk[file].count))
            }
        }

        func truncate(to size: UInt64) throws(SystemCallError) {
            try system.make(.truncate, path) { $0.disk.resize(file, to: Int(size)) }
        }

        func syncData() throws(SystemCallError) {
            try system.make(.syncData, path, failing: { $0.disk.failSync(file) }) { state in
                if state.ignored != .syncData { state.disk.syncData(file) }
            }
        }

        /// What stands for the number of a file where a directory is open.
        static let directory = -1

        /// Directories are not renamed on this disk, so their path identifies them.
        static func identity(_ file: Int, _ path: String) -> FileIdentity {
            if file != directory { return FileIdentity(device: 0, inode: UInt64(file)) }
            return FileIdentity(device: 1, inode: path.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        }

        func identity() throws(SystemCallError) -> FileIdentity { Self.identity(file, path) }

        func lock() throws(SystemCallError) -> (any DirectoryLock)? {
            system.takeLock(file == Self.directory ? path + "/" : "file \(file)")
        }

        func size() throws(SystemCallError) -> UInt64 {
            try system.read(path) { UInt64($0.disk[file].count) }
        }
    }
}
