import LogStorage
import TestSupport

/// A moment at which the machine or the process can die: the disk before a call, and what was promised until then.
struct CrashPoint: Sendable {
    let disk: MemoryFileSystem
    let journal: Journal

    /// All disks that may be found afterwards, as far as chance takes them, each once.
    func remains(_ chance: inout SeededGenerator) -> [(name: String, disk: MemoryFileSystem)] {
        var found: [(name: String, disk: MemoryFileSystem)] = [
            ("process ended", disk.copy()), ("process ended, cache gone", disk.copyWithoutCache()),
        ]
        if !disk.isSynced {
            var modes: [CrashMode] = [.lost, .kept]
            for _ in 0..<4 { modes.append(.mixed(seed: chance.next())) }
            for _ in 0..<2 { modes += [.ordered(seed: chance.next()), .reordered(seed: chance.next())] }
            found += modes.map { (name: "\($0)", disk: disk.afterCrash($0)) }
        }
        var seen: Set<Fingerprint> = []
        return found.filter { seen.insert($0.disk.fingerprint).inserted }
    }
}

/// Collects crash points.
final class CrashPoints: Sendable {
    private let points = Monitor<[CrashPoint]>([])

    func add(_ disk: MemoryFileSystem, _ journal: Journal) {
        let point = CrashPoint(disk: disk.copy(), journal: journal)
        points.withLock { $0.append(point) }
    }

    var all: [CrashPoint] { points.withLock { $0 } }
}
