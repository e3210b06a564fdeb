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

    struct Contents: Sendable {
        var visible: [UInt8] = []
        var durable: [UInt8] = []
    }

    /// What one call does to the names of a directory; `nil` is a name that goes. A rename is one change of two names,
    /// for file systems keep a journal: after a crash a file has its old name or its new one.
    private struct Change: Sendable {
        let directory: String
        let names: [String: Node?]
    }

    private(set) var names: [String: Node] = ["/": .directory]
    private var durableNames: [String: Node] = ["/": .directory]
    /// The difference between the two, in the order in which it was made.
    private var unsynced: [Change] = []
    private var files: [Contents] = []

    static let sectorBytes = 512

    // MARK: Names

    mutating func makeDirectory(_ path: String) {
        apply([path: .directory], in: Self.parent(of: path))
    }

    /// The file with that name, made if absent, and empty.
    mutating func createOrEmpty(_ path: String) -> Int {
        if case .file(let file) = names[path] {
            files[file].visible = []
            return file
        }
        files.append(Contents())
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
        let change = Change(directory: directory, names: changed)
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
            files[file] = Contents(visible: newValue, durable: newValue)
            syncDirectory(Self.parent(of: path))
        }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, to file: Int, at offset: Int) {
        if files[file].visible.count < offset + bytes.count { resize(file, to: offset + bytes.count) }
        files[file].visible.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }

    mutating func resize(_ file: Int, to count: Int) {
        let missing = count - files[file].visible.count
        if missing > 0 {
            files[file].visible.append(contentsOf: repeatElement(0, count: missing))
        } else {
            files[file].visible.removeLast(-missing)
        }
    }

    mutating func syncData(_ file: Int) {
        files[file].durable = files[file].visible
    }

    // MARK: Crash

    /// The disk as it is found after the machine crashed; all that is there is durable.
    func afterCrash(_ mode: CrashMode) -> MemoryDisk {
        var chance = SeededGenerator(seed: 0)
        if case .mixed(let seed) = mode { chance = SeededGenerator(seed: seed) }
        func survives() -> Bool {
            switch mode {
            case .lost: false
            case .kept: true
            case .mixed: Bool.random(using: &chance)
            }
        }
        var found = MemoryDisk()
        found.names = durableNames
        for change in unsynced where survives() { Self.merge(change, into: &found.names) }
        // What stands in a directory that is gone is gone as well.
        for path in found.names.keys.sorted() where found.names[Self.parent(of: path)] == nil {
            found.names[path] = nil
        }
        found.durableNames = found.names
        found.files = files.map { contents in
            let bytes = Self.mix(contents, survives)
            return Contents(visible: bytes, durable: bytes)
        }
        return found
    }

    private static func mix(_ contents: Contents, _ survives: () -> Bool) -> [UInt8] {
        let (old, new) = (contents.durable, contents.visible)
        if old == new { return old }
        var mixed = Array(repeating: UInt8(0), count: survives() ? new.count : old.count)
        for start in stride(from: 0, to: mixed.count, by: sectorBytes) {
            let sector = start..<min(start + sectorBytes, mixed.count)
            // Beyond the end of either, its bytes are zero.
            let before = old[sector.clamped(to: old.indices)]
            let after = new[sector.clamped(to: new.indices)]
            let chosen = before == after || survives() ? after : before
            mixed.replaceSubrange(start..<(start + chosen.count), with: chosen)
        }
        return mixed
    }
}
