import LogStorage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One experiment, which its seed determines in all details.
struct Scenario {
    let seed: UInt64
    /// Crash states that were checked so far.
    private(set) var states = 0
    /// Of all disks that were checked: the same seed gives the same ones.
    private(set) var fingerprint = Fingerprint()
    /// How long the lives are, in steps of ``Workload``.
    var steps = 30
    /// What the disks of this scenario do not do though they say so; the checks must notice.
    var lie: MemoryFileSystem.Call?
    private var chance: SeededGenerator
    /// Told after each state; false ends the scenario.
    private let goesOn: () -> Bool

    init(seed: UInt64, goesOn: @escaping () -> Bool) {
        self.seed = seed
        self.goesOn = goesOn
        chance = SeededGenerator(seed: seed ^ 0x5EED)
    }

    mutating func run() throws {
        switch seed % 8 {
        case 0...3: try crashAnywhere()
        case 4, 5: try crashInRecovery()
        default: try failAnywhere(CallFault.all[Int(seed / 8) % CallFault.all.count])
        }
    }

    // MARK: Crashes

    /// A crash before any call of a life without faults.
    private mutating func crashAnywhere() throws {
        let (settings, points) = try live(steps: steps)
        for (number, point) in points.enumerated() {
            try check(point, settings, "crash before call \(number + 1)")
        }
    }

    private func live(steps: Int) throws -> (SimulationSettings, [CrashPoint]) {
        let points = CrashPoints()
        var workload = Workload(seed: seed, steps: steps) { _, disk, journal in points.add(disk, journal) }
        if let lie { workload.disk.ignore(lie) }
        try workload.run(isFaultless: true)
        try workload.end()
        points.add(workload.disk, workload.journal.withLock { $0 })
        return (workload.settings, points.all)
    }

    /// Checks all that may be found after a crash at `point`.
    private mutating func check(_ point: CrashPoint, _ settings: SimulationSettings, _ situation: String) throws {
        for (name, disk) in point.remains(&chance) {
            guard goesOn() else { return }
            try check(disk, point.journal, settings, "\(situation), \(name)")
        }
    }

    private mutating func check(
        _ disk: MemoryFileSystem,
        _ journal: Journal,
        _ settings: SimulationSettings,
        _ situation: String
    ) throws {
        states += 1
        fingerprint.add(disk.fingerprint)
        let chance = SeededGenerator(seed: self.chance.next())
        do {
            var check = StoreCheck(settings: settings, journal: journal, chance: chance)
            try check.run(disk)
        } catch {
            throw SimulationFailure("\(situation): \(error)")
        }
    }

    // MARK: Recovery

    /// Crashes and faults while the store is being opened after a crash, crashes in the recovery from that one too.
    private mutating func crashInRecovery() throws {
        let (settings, points) = try live(steps: steps * 2 / 5)
        for _ in 0..<6 {
            guard let point = points.randomElement(using: &chance) else { return }
            let situation = "crash at \(point.journal.acknowledged.count) records"
            for (name, disk) in point.remains(&chance).shuffled(using: &chance).prefix(3) {
                let torn = CrashPoint(disk: disk, journal: point.journal)
                for again in try recovery(of: torn, settings) {
                    try check(again, settings, "\(situation), \(name), crash in the recovery")
                    guard let second = again.remains(&chance).randomElement(using: &chance) else { continue }
                    let torn = CrashPoint(disk: second.disk, journal: point.journal)
                    guard let third = try recovery(of: torn, settings).randomElement(using: &chance) else { continue }
                    try check(third, settings, "\(situation), \(name), crash in the recovery from a crash in one")
                }
                try failInRecovery(of: torn, settings, "\(situation), \(name)")
            }
        }
    }

    /// The moments at which a recovery can be cut short.
    private func recovery(of point: CrashPoint, _ settings: SimulationSettings) throws -> [CrashPoint] {
        let points = CrashPoints()
        let disk = point.disk.copy()
        let driver = try StoreDriver(settings, disk: disk, journal: Monitor(Journal())) { _ in
            points.add(disk, point.journal)
        }
        // Opened and nothing done: the last point.
        points.add(disk, point.journal)
        _ = driver
        return points.all
    }

    private mutating func failInRecovery(
        of point: CrashPoint,
        _ settings: SimulationSettings,
        _ situation: String
    ) throws {
        guard let fault = CallFault.all.randomElement(using: &chance) else { return }
        let isLasting = fault.mayLast && Bool.random(using: &chance)
        let failsReads = Int.random(in: 0..<3, using: &chance) == 0
        for number in 1... {
            guard goesOn() else { return }
            let disk = point.disk.copy()
            if failsReads {
                disk.fail(read: number, with: EIO, isLasting: isLasting)
            } else {
                disk.fail(call: number, with: fault, isLasting: isLasting)
            }
            let situation = "\(situation), \(failsReads ? "read" : "\(fault) at call") \(number) of the recovery"
            do throws(LogError) {
                let driver = try StoreDriver(settings, disk: disk, journal: Monitor(Journal()))
                _ = driver
            } catch {
                try require([.io, .diskFull].contains(error.code), "\(situation): refused with \(error)")
            }
            guard disk.isTroubled else { return }
            disk.heal()
            try check(CrashPoint(disk: disk, journal: point.journal), settings, situation)
        }
    }

    // MARK: Faults

    /// One fault at the first, the second, the third … call, until a life passes without meeting it.
    private mutating func failAnywhere(_ fault: CallFault) throws {
        let isLasting = fault.mayLast && Bool.random(using: &chance)
        for number in 1... {
            guard goesOn() else { return }
            let situation = "\(fault)\(isLasting ? " for ever" : "") from call \(number)"
            do {
                guard try fail(at: number, fault, isLasting: isLasting, situation) else { return }
            } catch {
                throw SimulationFailure("\(situation): \(error)")
            }
        }
    }

    /// - Returns: whether the call was reached.
    private mutating func fail(at number: Int, _ fault: CallFault, isLasting: Bool, _ situation: String) throws -> Bool
    {
        let calls = Monitor<[MemoryFileSystem.Call]>([])
        let points = CrashPoints()
        var workload = Workload(seed: seed, steps: steps / 2) { call, disk, journal in
            let count = calls.withLock { calls in
                calls.append(call)
                return calls.count
            }
            // One moment between the fault and the end, besides the end.
            if count > number, count % 16 == number % 16 { points.add(disk, journal) }
        }
        workload.disk.fail(call: number, with: fault, isLasting: isLasting)
        try workload.run(isFaultless: false)
        guard workload.disk.isTroubled else { return false }
        workload.disk.heal()
        let hit = calls.withLock { $0.dropFirst(number - 1).prefix(isLasting ? .max : 2) }
        try workload.checkWritable(mayBePoisoned: fault.mayPoison(hit))
        try workload.end()
        points.add(workload.disk, workload.journal.withLock { $0 })
        for point in points.all.suffix(2) { try check(point, workload.settings, situation) }
        return true
    }
}
