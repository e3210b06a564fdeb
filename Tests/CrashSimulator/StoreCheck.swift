import LogStorage
import TestSupport
import UserProfiles

/// Opens what a crash left, and holds the store to its promises.
struct StoreCheck {
    let settings: SimulationSettings
    /// What was handed to the log before the crash.
    let journal: Journal
    var chance: SeededGenerator

    /// Checks everything; writes to `disk`.
    mutating func run(_ disk: MemoryFileSystem) throws {
        let after = Monitor(journal)
        let found: Int
        do {
            let driver = try open(disk, after)
            found = try checkContents(driver, journal)
            // The opening has decided about the frame that was uncertain.
            var expected = journal
            expected.end(found > journal.acknowledged.count ? .acknowledged : .refused)
            after.withLock { $0 = expected }
            try checkCheckpoints(driver)
            driver.log.prepareNextSegment()
            try verify(disk)
            // What can be read is durable, also what the process before had written and not synced.
            let lost = try StoreCheck.reopened(disk.afterCrash(.lost), settings)
            try require(lost == found, "\(found) records could be read, and a crash left \(lost) of them")
            try write(driver)
        }
        // The process is gone; so are all changes that were not synced.
        let again = disk.afterCrash(.lost)
        let driver = try open(again, after)
        let expected = after.withLock { $0 }
        let second = try checkContents(driver, expected)
        try require(second == expected.acknowledged.count, "what was written after the crash is gone")
        driver.log.prepareNextSegment()
        try verify(again)
    }

    private func open(_ disk: MemoryFileSystem, _ journal: Monitor<Journal>) throws -> StoreDriver {
        do throws(LogError) {
            return try StoreDriver(settings, disk: disk, journal: journal)
        } catch {
            throw SimulationFailure("the store does not open: \(error)")
        }
    }

    /// How many records a store has that is opened on `disk`.
    private static func reopened(_ disk: MemoryFileSystem, _ settings: SimulationSettings) throws -> Int {
        do throws(LogError) {
            let driver = try StoreDriver(settings, disk: disk, journal: Monitor(Journal()))
            return Int(driver.store.status.records)
        } catch {
            throw SimulationFailure("after a second crash the store does not open: \(error)")
        }
    }

    // MARK: What is there

    /// - Returns: how many records there are.
    mutating func checkContents(_ driver: StoreDriver, _ journal: Journal) throws -> Int {
        let count = Int(driver.store.status.records)
        let certain = journal.acknowledged.count
        try require(
            count == certain || count == certain + journal.uncertain.count,
            "\(count) records, not \(certain) or \(certain + journal.uncertain.count)"
        )
        let records = Array((journal.acknowledged + journal.uncertain).prefix(count))
        let times = try checkRecords(driver.log, records)
        try checkUsers(driver.store, try ExpectedDirectory(records), times)
        return count
    }

    /// - Returns: the times of the records.
    private func checkRecords(_ log: WriteAheadLog, _ records: [PreparedRecord]) throws -> [LogTimestamp] {
        var times: [LogTimestamp] = []
        try log.scan(from: LogSequenceNumber(1), through: LogSequenceNumber(.max), order: .ascending) {
            header,
            payload in
            let number = times.count
            try require(number < records.count, "the log has more than \(records.count) records")
            let record = records[number]
            try require(header.lsn.rawValue == UInt64(number) + 1, "record \(header.lsn) stands at \(number + 1)")
            try require(times.last.map { $0 < header.time } ?? true, "time stands still at record \(header.lsn)")
            try require(
                header.kind == record.kind && header.subject == record.subject && header.version == record.version
                    && header.previous == record.previous && header.actorTag == record.actorTag
                    && header.key == record.key,
                "the header of record \(header.lsn) is not what was written"
            )
            let bytes = try payload()
            try require(bytes == record.payload.json, "the payload of record \(header.lsn) is not what was written")
            times.append(header.time)
            return .next
        }
        try require(times.count == records.count, "\(times.count) records can be read of \(records.count)")
        return times
    }

    private mutating func checkUsers(
        _ store: ProfileStore,
        _ expected: ExpectedDirectory,
        _ times: [LogTimestamp]
    ) throws {
        let status = store.status
        let live = expected.live
        try require(
            status.liveUsers == live.count && status.liveUsers + status.deletedUsers == expected.users.count,
            "\(status.liveUsers) live and \(status.deletedUsers) deleted users, not \(live.count) of \(expected.users.count)"
        )
        var query = UserQuery()
        query.limit = 1_000
        let listed = try store.users(query).items
        try require(listed.map(\.id.rawValue) == live, "the list of live users is not what it should be")
        for user in listed {
            guard let state = expected.users[user.id.rawValue]?.last else { continue }
            try check(user, state, expected, times)
        }
        for (id, states) in expected.users.sorted(by: { $0.key < $1.key }) {
            guard let newest = states.last, let any = states.randomElement(using: &chance) else { continue }
            if newest.isDeleted { try checkDeleted(store, id, newest) }
            let past = try store.user(UserID(id), at: .version(ProfileVersion(any.version)))
            try check(past, any, expected, times)
        }
        try checkInstant(store, expected, times)
    }

    private func checkDeleted(_ store: ProfileStore, _ id: UInt64, _ state: ExpectedDirectory.State) throws {
        let answer = Result { () throws(ProfileError) in try store.user(UserID(id)) }
        guard case .failure(let error) = answer, error.code == .deleted(version: ProfileVersion(state.version)) else {
            throw SimulationFailure("\(answer) where user \(id) is deleted")
        }
    }

    private func check(
        _ user: User,
        _ state: ExpectedDirectory.State,
        _ expected: ExpectedDirectory,
        _ times: [LogTimestamp]
    ) throws {
        let birth = expected.users[user.id.rawValue]?.first?.record ?? 0
        try require(
            user.version.rawValue == state.version && user.lsn.rawValue == UInt64(state.record) + 1
                && user.profile == state.profile && user.deleted == state.isDeleted
                && user.createdAt == times[birth] && user.updatedAt == times[state.record],
            "user \(user.id) is \(user), not version \(state.version) of record \(state.record + 1)"
        )
    }

    /// The whole directory at the time of some record.
    private mutating func checkInstant(
        _ store: ProfileStore,
        _ expected: ExpectedDirectory,
        _ times: [LogTimestamp]
    ) throws {
        guard let record = times.indices.randomElement(using: &chance) else { return }
        let lsn = LogSequenceNumber(UInt64(record) + 1)
        var query = UserQuery()
        query.limit = 1_000
        query.at = times[record]
        let listed = try store.users(query).items
        let live = expected.users.keys.sorted().filter { expected.state(of: $0, asOf: lsn)?.isDeleted == false }
        try require(listed.map(\.id.rawValue) == live, "the directory at record \(lsn) is not what it was")
        for user in listed {
            guard let state = expected.state(of: user.id.rawValue, asOf: lsn) else { continue }
            try check(user, state, expected, times)
        }
    }

    // MARK: What is derived

    private func checkCheckpoints(_ driver: StoreDriver) throws {
        let newest = try driver.log.checkpoints().first?.lsn ?? .zero
        try require(newest >= journal.checkpoint, "the checkpoint at record \(journal.checkpoint) is gone")
    }

    /// What `profile-log verify` says: every byte, every link, every checkpoint against the replay.
    private func verify(_ disk: MemoryFileSystem) throws {
        let archive = try LogArchive.open(SimulationSettings.directory, fileSystem: disk)
        var findings: [DamageFinding] = []
        let verification = ProfileVerification(archive, report: { findings.append($0) }, progress: { _, _, _ in })
        let summary = try verification.run(ArchiveVerifier(archive, patience: .none))
        try require(findings.isEmpty, "verification finds \(findings)")
        try require(
            summary.checkpoints == verification.comparedCheckpoints,
            "\(verification.comparedCheckpoints) of \(summary.checkpoints) checkpoints were compared"
        )
    }

    // MARK: Going on

    /// Two new users at once, a checkpoint, one more.
    private mutating func write(_ driver: StoreDriver) throws {
        let profiles = try (0..<3).map {
            try Profile(name: "Ny \($0)", email: "after\(journal.acknowledged.count)-\($0)@example.com")
        }
        let creations = profiles.map { profile in
            { @Sendable (store: ProfileStore) in await Change.create(profile).make(in: store) }
        }
        var results = try driver.run(Array(creations.prefix(2)), &chance)
        let reports = try driver.run([{ @Sendable (store: ProfileStore) in await Self.checkpoint(store) }], &chance)
        for case .failure(let error) in reports { throw SimulationFailure("no checkpoint after the crash: \(error)") }
        results += try driver.run(Array(creations.suffix(1)), &chance)
        for case .failure(let error) in results { throw SimulationFailure("no change after the crash: \(error)") }
    }

    static func checkpoint(_ store: ProfileStore) async -> Result<CheckpointReport, ProfileError> {
        do throws(ProfileError) {
            return .success(try await store.checkpoint())
        } catch {
            return .failure(error)
        }
    }
}
