import LogStorage
import ToolConsole
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A backup that is being made, in a folder whose name says so. Everything here blocks.
struct PendingBackup: Sendable {
    /// What it will be called.
    let name: String
    /// Where the backups are.
    let folder: String
    /// Keeps others from making one in the same place.
    let lock: any DirectoryLock

    var directory: String { "\(folder)/\(name)\(BackupFolder.unfinished)" }

    func unpacker() -> TarUnpacker { TarUnpacker(directory: directory) }

    /// Verifies the store in it, as `profile-log verify` does.
    ///
    /// - Returns: what it holds, in a line.
    /// - Throws: ``BackupError`` with the first thing that is wrong.
    func verify() throws -> String {
        let archive = try LogArchive.open(directory)
        let verification = ProfileVerification(
            archive,
            report: { throw BackupError("the backup is not good: \($0)") },
            progress: { _, _, _ in }
        )
        let summary = try verification.run(ArchiveVerifier(archive))
        let root = summary.tree.map { "; tree root \($0.head)" } ?? ""
        return "\(Amount.text(summary.records)) records, \(Amount.bytes(summary.bytes)), verified\(root)"
    }

    /// Gives it its name, durably.
    func publish() throws {
        try PosixFileSystem().publish(directory, as: "\(folder)/\(name)", in: folder)
    }

    func discard() {
        try? FileManager.default.removeItem(atPath: directory)
    }
}
