import LogStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A folder of backups, each a folder with its time for a name. Everything here blocks.
struct BackupShelf: Sendable {
    let path: String
    private static let prefix = "profiles-"
    static let unfinished = ".partial"

    init(path: String) {
        self.path = path
    }

    /// Begins a backup: removes what earlier ones left half done, and makes an empty folder.
    ///
    /// - Throws: ``BackupError`` when another one is under way here, or the folder cannot be had.
    func begin() throws -> BackupWork {
        let fileSystem = PosixFileSystem()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard let lock = try fileSystem.lock("\(path)/.lock") else {
            throw BackupError("another backup into \(path) is under way")
        }
        for name in try fileSystem.entries(of: path) where Self.isBackup(name, ending: Self.unfinished) {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
        let name = Self.name(LogTimestamp.now())
        let work = BackupWork(name: name, shelf: path, lock: lock)
        try fileSystem.makeDirectory(work.directory)
        return work
    }

    /// Removes the oldest backups until there are no more than `count`.
    ///
    /// - Returns: how many there are.
    func prune(keeping count: Int) throws -> Int {
        let names = try PosixFileSystem().entries(of: path).filter { Self.isBackup($0, ending: "") }.sorted()
        for name in names.dropLast(count) { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
        return min(count, names.count)
    }

    /// For example `profiles-20261123T020000Z`.
    private static func name(_ time: LogTimestamp) -> String {
        let seconds = time.rfc3339.prefix { $0 != "." }
        return prefix + seconds.filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// Whether the name is one that this makes: nothing else is ever removed.
    private static func isBackup(_ name: String, ending: String) -> Bool {
        guard name.hasPrefix(prefix), name.hasSuffix("Z\(ending)") else { return false }
        let time = name.dropFirst(prefix.count).dropLast(ending.count + 1)
        return time.utf8.count == 15
            && time.utf8.enumerated().allSatisfy { index, byte in
                index == 8 ? byte == UInt8(ascii: "T") : (0x30...0x39).contains(byte)
            }
    }
}
