import TestSupport

@testable import LogStorage
@testable import UserProfiles

/// Starts a store one of whose files is arbitrary bytes: it must start or refuse, and whatever starts can be read.
enum StoreCheck {
    /// Takes `input` for the only segment.
    static func segment(_ input: [UInt8]) throws {
        for bytes in ChecksumMender.variants(input, ChecksumMender.segment) {
            let disk = try LogCheck.disk(holding: bytes)
            let isClean = try verifiesClean(disk)
            guard let log = try LogCheck.opened(disk) else {
                try FuzzFinding.require(!isClean, "what verifies clean is refused")
                continue
            }
            defer { log.close() }
            do throws(LogError) {
                let loader = IndexLoader(log: log, checkpoints: log, logger: LogCheck.logger)
                read(try loader.load { _ in }.users, from: log)
            } catch {
                try FuzzFinding.require(!isClean, "what verifies clean cannot be replayed: \(error)")
            }
        }
    }

    /// Takes `input` for the newest checkpoint beside a sound log: no checkpoint is ever in the way of a start.
    static func checkpoint(_ input: [UInt8]) throws {
        for bytes in ChecksumMender.variants(input, mend) {
            let disk = try LogCheck.disk(holding: SampleStore.segment)
            disk[SampleStore.checkpointPath] = bytes
            guard let log = try LogCheck.opened(disk) else {
                throw FuzzFinding(description: "a checkpoint is in the way of the start")
            }
            defer { log.close() }
            try FuzzFinding.require(log.last.lsn == SampleStore.lastLSN, "a checkpoint changes where the log ends")
            let users = try IndexLoader(log: log, checkpoints: log, logger: LogCheck.logger).load { _ in }.users
            read(users, from: log)
            // What nobody has made right again is either the checkpoint that was written or none.
            if bytes == input, bytes != SampleStore.checkpoint, !isWhole(bytes) {
                try FuzzFinding.require(users.count == SampleStore.users, "a damaged checkpoint was used")
            }
        }
    }

    /// Makes the sums right, and the checkpoint one of the sample's store.
    private static func mend(_ input: [UInt8], _ extent: ChecksumMender.Extent) -> [UInt8] {
        var bytes = input
        if extent == .structure, bytes.count >= CheckpointHeader.fixedBytes {
            bytes.replaceSubrange(16..<32, with: SampleStore.checkpoint[16..<32])
            bytes.replaceSubrange(40..<48, with: SampleStore.checkpoint[40..<48])
        }
        return ChecksumMender.checkpoint(bytes, extent)
    }

    /// Whether the sums of a checkpoint are right as they are: somebody has guessed them.
    private static func isWhole(_ bytes: [UInt8]) -> Bool { ChecksumMender.checkpoint(bytes, .sums) == bytes }

    private static func verifiesClean(_ disk: MemoryFileSystem) throws -> Bool {
        let archive: LogArchive
        do throws(LogError) {
            archive = try LogArchive.open(LogCheck.directory, fileSystem: disk)
        } catch {
            return false
        }
        var isClean = true
        let verification = ProfileVerification(archive) { finding in
            if finding.kind != .tornTail, finding.kind != .storeDescription { isClean = false }
        } progress: { _, _, _ in
        }
        do {
            let summary = try verification.run(ArchiveVerifier(archive, patience: .none))
            try FuzzFinding.require(summary.records >= summary.soundLSN.rawValue, "more is sound than is there")
        } catch is LogError {
            return false
        }
        return isClean
    }

    /// Reads the newest record of each user, which may be damaged.
    private static func read(_ users: UserTable, from log: WriteAheadLog) {
        for number in 0..<min(users.count, 64) {
            guard let entry = users.entry(UserID(UInt64(number) + 1)), let record = try? log.read(entry.lsn),
                let event = try? ProfileEvent(payload: record.payload, of: entry.lsn)
            else { continue }
            _ = SearchText(event.profile)
            _ = event.profile.attributes.members
        }
    }
}
