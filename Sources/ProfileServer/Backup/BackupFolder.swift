import LogStorage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A folder of backups, each a folder whose name holds a time. Everything here blocks.
struct BackupFolder: Sendable {
    /// What ``prune(keeping:made:)`` leaves.
    struct Contents: Sendable {
        /// Backups, the new one included.
        var count: Int
        /// One line for each backup that cannot be read. It is neither counted nor removed.
        var problems: [String]
    }

    let path: String
    private static let prefix = "profiles-"
    static let unfinished = ".partial"

    init(path: String) {
        self.path = path
    }

    /// Begins a backup: removes what earlier ones left half done, and makes an empty folder.
    ///
    /// - Throws: ``BackupError`` when another one is under way here, or the folder cannot be made.
    func begin() throws -> PendingBackup {
        let fileSystem = PosixFileSystem()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard let lock = try fileSystem.lock("\(path)/.lock") else {
            throw BackupError("another backup into \(path) is under way")
        }
        for name in try fileSystem.entries(of: path) where Self.isBackup(name, ending: Self.unfinished) {
            try FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
        let names = try fileSystem.entries(of: path)
        var time = LogTimestamp.now()
        // Of two backups within a second, the later one gets the name of the next.
        while names.contains(Self.name(time)) { time = time.advanced(byMicroseconds: 1_000_000) }
        let pending = PendingBackup(name: Self.name(time), folder: path, lock: lock)
        try fileSystem.makeDirectory(pending.directory)
        return pending
    }

    /// Removes the backups with the fewest records until there are no more than `count`, the new one among them.
    ///
    /// Names are not looked at: a clock may have been wrong. Nothing is removed unless every other backup is a beginning
    /// of the new one.
    ///
    /// - Parameter made: the name of the new backup, which is never removed.
    /// - Throws: ``BackupError`` when the new backup does not continue one of the others.
    func prune(keeping count: Int, made: String) throws -> Contents {
        let new = try StoredBackup(made, in: path)
        var others: [StoredBackup] = []
        var problems: [String] = []
        for name in try PosixFileSystem().entries(of: path).sorted()
        where name != made && Self.isBackup(name, ending: "") {
            do {
                others.append(try StoredBackup(name, in: path))
            } catch {
                problems.append("\(path)/\(name) is no backup that can be read, so it is left alone: \(error)")
            }
        }
        for other in others { try new.checkContinues(other) }
        others.sort { ($0.lastLSN, $0.name) < ($1.lastLSN, $1.name) }
        for old in others.dropLast(count - 1) { try FileManager.default.removeItem(atPath: "\(path)/\(old.name)") }
        return Contents(count: min(count, others.count + 1), problems: problems)
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
