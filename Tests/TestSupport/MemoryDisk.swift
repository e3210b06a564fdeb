/// What stands on a simulated disk: as processes see it, and as it would be found after a crash of the machine.
///
/// A file's bytes and size are durable as of its last ``syncData(_:)``; a name is durable as of the last
/// ``syncDirectory(_:)`` of the directory it stands in. Neither implies the other.
struct MemoryDisk: Sendable {
    /// What a name stands for.
    enum Node: Sendable, Hashable {
        case directory
        /// An index of ``files``, so that an open file stays the same one when its name changes.
        case file(Int)
    }

    /// What one call does to the names of a directory; `nil` is a name that goes. A rename is one change of two names,
    /// for file systems keep a journal: after a crash a file has its old name or its new one.
    private struct Change: Sendable {
        let number: Int
        let directory: String
        let names: [String: Node?]
    }

    private(set) var names: [String: Node] = ["/": .directory]
    private var durableNames: [String: Node] = ["/": .directory]
    /// The difference between the two, in the order in which it was made.
    private var unsynced: [Change] = []
    private var files: [MemoryFileContents] = []
    /// How much was done to the disk so far: each thing done gets the next number.
    private var lastNumber = 0

    private mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    // MARK: Names

    mutating func makeDirectory(_ path: String) {
        apply([path: .directory], in: Self.parent(of: path))
    }

    /// The file with that name, made if absent, and empty.
    mutating func createOrEmpty(_ path: String) -> Int {
        if case .file(let file) = names[path] {
            resize(file, to: 0)
            return file
        }
        files.append(MemoryFileContents())
        apply([path: .file(files.count - 1)], in: Self.parent(of: path))
        return files.count - 1
    }

    mutating func rename(_ path: String, to newPath: String) -> Bool {
        guard let node = names[path] else { return false }
        apply([path: nil, newPath: node], in: Self.parent(of: newPath))
        return true
    }

    mutating func remove(_ path: String) {
        apply([path: nil], in: Self.parent(of: path))
    }

    mutating func syncDirectory(_ path: String) {
        for change in unsynced where change.directory == path { Self.merge(change, into: &durableNames) }
        unsynced.removeAll { $0.directory == path }
    }

    private mutating func apply(_ changed: [String: Node?], in directory: String) {
        let change = Change(number: nextNumber(), directory: directory, names: changed)
        Self.merge(change, into: &names)
        unsynced.append(change)
    }

    private static func merge(_ change: Change, into names: inout [String: Node]) {
        for (path, node) in change.names { names[path] = node }
    }

    private static func parent(of path: String) -> String {
        let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        return parent.isEmpty ? "/" : String(parent)
    }

    // MARK: Contents

    subscript(file: Int) -> [UInt8] { files[file].visible }

    /// The file's bytes; setting them is no call of a process but a change of the disk behind its back, and durable.
    subscript(path: String) -> [UInt8]? {
        get {
            guard case .file(let file) = names[path] else { return nil }
            return files[file].visible
        }
        set {
            guard let newValue else {
                remove(path)
                return syncDirectory(Self.parent(of: path))
            }
            if names[path] == nil { _ = createOrEmpty(path) }
            guard case .file(let file) = names[path] else { return }
            files[file] = MemoryFileContents(durable: newValue)
            syncDirectory(Self.parent(of: path))
        }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, to file: Int, at offset: Int) {
        files[file].write(bytes, at: offset, number: nextNumber())
    }

    mutating func resize(_ file: Int, to count: Int) {
        files[file].resize(to: count, number: nextNumber())
    }

    mutating func syncData(_ file: Int) {
        files[file].sync()
    }

    /// A sync that fails: see ``MemoryFileContents/failSync(_:)``. What is lost depends on all that was done before.
    mutating func failSync(_ file: Int) {
        var chance = SeededGenerator(seed: UInt64(lastNumber))
        files[file].failSync(&chance)
    }

    /// Forgets what is in memory only and will never be written.
    mutating func evict() {
        for file in files.indices { files[file].evict() }
    }

    /// The same for disks with the same names and visible bytes.
    var fingerprint: Fingerprint {
        var fingerprint = Fingerprint()
        for (path, node) in names.sorted(by: { $0.key < $1.key }) {
            fingerprint.add(Array(path.utf8))
            if case .file(let file) = node { fingerprint.add(files[file].visible) }
        }
        return fingerprint
    }

    // MARK: Crash

    /// The disk as it is found after the machine crashed; all that is there is durable.
    func afterCrash(_ mode: CrashMode) -> MemoryDisk {
        switch mode {
        case .lost: partial { _ in 0 }
        case .kept: partial { _ in 1 }
        case .mixed(let seed): mixed(seed: seed)
        case .ordered(let seed): cut(seed: seed) { number, cut in number < cut }
        case .reordered(let seed): cut(seed: seed) { number, cut in number > cut }
        }
    }

    /// Whether a crash would find anything else than a process does.
    var isSynced: Bool { unsyncedNumbers.isEmpty }

    private var unsyncedNumbers: [Int] {
        (unsynced.map(\.number) + files.flatMap(\.unsyncedNumbers)).sorted()
    }

    /// One thing that was done is cut short, and all before it survives, or all behind it.
    private func cut(seed: UInt64, survives: (_ number: Int, _ cut: Int) -> Bool) -> MemoryDisk {
        var chance = SeededGenerator(seed: seed)
        guard let cut = unsyncedNumbers.randomElement(using: &chance) else { return partial { _ in 1 } }
        let share = Double.random(in: 0..<1, using: &chance)
        return partial { $0 == cut ? share : survives($0, cut) ? 1 : 0 }
    }

    private func partial(_ survives: (_ number: Int) -> Double) -> MemoryDisk {
        found(names: { survives($0) == 1 }, bytes: { $0.partial(survives) })
    }

    private func mixed(seed: UInt64) -> MemoryDisk {
        var chance = SeededGenerator(seed: seed)
        let surviving = Set(unsynced.map(\.number).filter { _ in Bool.random(using: &chance) })
        return found(names: { surviving.contains($0) }, bytes: { $0.mixed(&chance) })
    }

    private func found(names survives: (Int) -> Bool, bytes: (MemoryFileContents) -> [UInt8]) -> MemoryDisk {
        var found = MemoryDisk()
        found.names = durableNames
        for change in unsynced where survives(change.number) { Self.merge(change, into: &found.names) }
        // What stands in a directory that is gone is gone as well.
        for path in found.names.keys.sorted() where found.names[Self.parent(of: path)] == nil {
            found.names[path] = nil
        }
        found.durableNames = found.names
        found.files = files.map { MemoryFileContents(durable: bytes($0)) }
        return found
    }
}
