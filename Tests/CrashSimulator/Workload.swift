import LogStorage
import TestSupport
import UserProfiles

/// A life of a store, as a seed has it: changes alone and at once, checkpoints, restarts, a clock that goes back.
struct Workload {
    let settings: SimulationSettings
    let disk: MemoryFileSystem
    let journal = Monitor(Journal())
    private var chance: SeededGenerator
    private let steps: Int
    private var driver: StoreDriver?
    private let observer: @Sendable (MemoryFileSystem.Call) -> Void

    typealias Observer = @Sendable (MemoryFileSystem.Call, MemoryFileSystem, Journal) -> Void

    /// - Parameter observed: is told, before each call that changes the disk, what was handed to the log so far.
    init(seed: UInt64, steps: Int, observed: @escaping Observer) {
        chance = SeededGenerator(seed: seed)
        settings = SimulationSettings(&chance)
        self.steps = steps
        let disk = MemoryFileSystem()
        self.disk = disk
        observer = { [journal] call in observed(call, disk, journal.withLock { $0 }) }
    }

    /// Lives it to its end, whatever fails.
    ///
    /// - Parameter isFaultless: whether nothing may fail.
    /// - Throws: ``SimulationFailure`` when the store breaks a promise while it runs.
    mutating func run(isFaultless: Bool) throws {
        for _ in 0..<steps {
            guard try open(isFaultless) else { return }
            try step(isFaultless)
        }
        if let driver { try checkReads(driver) }
    }

    /// Stops the store, or lets its process die.
    mutating func end() throws {
        if let driver, Bool.random(using: &chance) { try close(driver) }
        driver = nil
    }

    /// Checks that changes are made again after a fault that has passed, unless the log was poisoned.
    ///
    /// - Parameter mayBePoisoned: whether the fault was one after which nothing is trusted.
    mutating func checkWritable(mayBePoisoned: Bool) throws {
        guard let driver else { return }
        let profile = try Profile(name: "אחרי", email: "later@example.com")
        let creation = { @Sendable (store: ProfileStore) in await Change.create(profile).make(in: store) }
        for case .failure(let error) in try driver.run([creation], &chance) {
            // The poison may show only now: in the segment that was being prepared.
            let isRight = mayBePoisoned && error.code == .readOnly && driver.log.poison != nil
            try require(isRight, "no change after the fault has passed: \(error); \(driver.store.status)")
        }
    }

    /// - Returns: whether the store is open.
    private mutating func open(_ isFaultless: Bool) throws -> Bool {
        if driver != nil { return true }
        do throws(LogError) {
            let chance = SeededGenerator(seed: self.chance.next())
            driver = try StoreDriver(settings, disk: disk, journal: journal, chance: chance, observer: observer)
        } catch {
            try require(!isFaultless && [.io, .diskFull].contains(error.code), "the store does not open: \(error)")
            return false
        }
        // The opening has decided about the frame that was uncertain.
        let count = driver.map { Int($0.store.status.records) } ?? 0
        journal.withLock { $0.end($0.acknowledged.count < count ? .acknowledged : .refused) }
        let certain = journal.withLock { $0.acknowledged.count }
        try require(count == certain, "\(count) records after a restart, not \(certain)")
        return true
    }

    private mutating func step(_ isFaultless: Bool) throws {
        guard let driver else { return }
        switch Int.random(in: 0..<100, using: &chance) {
        case ..<70: try change(driver, isFaultless)
        case ..<80: try checkpoint(driver, isFaultless)
        case ..<90: driver.log.prepareNextSegment()
        case ..<93: settings.clock.move(byMicroseconds: -Int64.random(in: 0..<10_000_000, using: &chance))
        case ..<96:
            try checkReads(driver)
            try close(driver)
            self.driver = nil
        default:
            // The process is killed: the disk has what it has, and nobody says goodbye.
            self.driver = nil
        }
    }

    private mutating func change(_ driver: StoreDriver, _ isFaultless: Bool) throws {
        let users = driver.store.status.liveUsers + driver.store.status.deletedUsers
        let count = [1, 1, 1, 2, 3, 6].randomElement(using: &chance) ?? 1
        var works: [@Sendable (ProfileStore) async -> Result<User, ProfileError>] = []
        for _ in 0..<count {
            let change = try Change.random(users: users, &chance)
            works.append { await change.make(in: $0) }
        }
        for result in try driver.run(works, &chance) {
            switch result {
            case .success(let user): try checkAnswer(user)
            case .failure(let error): try require(isExpected(error, isFaultless), "\(error.code): \(error)")
            }
        }
    }

    /// What is answered is what was written, and durable.
    private func checkAnswer(_ user: User) throws {
        let records = journal.withLock { $0.acknowledged }
        try require(user.lsn.rawValue <= UInt64(records.count), "record \(user.lsn) was answered and not acknowledged")
        let record = records[Int(user.lsn.rawValue) - 1]
        let state = try ExpectedDirectory([record]).users[user.id.rawValue]?.first
        try require(
            user.profile == state?.profile && user.version.rawValue == record.version
                && user.deleted == state?.isDeleted,
            "what was answered for record \(user.lsn) is not what was written"
        )
    }

    private func isExpected(_ error: ProfileError, _ isFaultless: Bool) -> Bool {
        switch error.code {
        case .notFound, .deleted, .versionNotFound, .emailTaken, .notDeleted, .targetDeleted, .preconditionFailed: true
        case .diskFull, .readOnly, .damaged: !isFaultless
        case .invalid, .notYetBorn, .invalidCursor, .queueFull, .clockJumped, .stopping, .notCached: false
        }
    }

    private mutating func checkpoint(_ driver: StoreDriver, _ isFaultless: Bool) throws {
        for result in try driver.run(
            [{ @Sendable (store: ProfileStore) in await StoreCheck.checkpoint(store) }],
            &chance
        ) {
            switch result {
            case .success(let report): journal.withLock { $0.checkpoint = max($0.checkpoint, report.lsn) }
            case .failure(let error): try require(!isFaultless, "no checkpoint: \(error)")
            }
        }
    }

    private mutating func close(_ driver: StoreDriver) throws {
        driver.settle(&chance)
        let closing = { @Sendable (store: ProfileStore) -> Bool in
            await store.close()
            return true
        }
        try require(try driver.run([closing], &chance) == [true], "the store does not close")
    }

    /// Reads go on whatever happened to writes, and show what was acknowledged and nothing else.
    private mutating func checkReads(_ driver: StoreDriver) throws {
        var acknowledged = journal.withLock { $0 }
        acknowledged.end(.refused)
        var check = StoreCheck(settings: settings, journal: acknowledged, chance: chance)
        let count = try check.checkContents(driver, acknowledged)
        try require(count == acknowledged.acknowledged.count, "a change is visible that was not acknowledged")
    }
}
