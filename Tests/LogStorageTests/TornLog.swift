import TestSupport

@testable import LogStorage

/// A disk whose log has a torn tail.
struct TornLog {
    let name: String
    let disk: MemoryFileSystem
    let workload: CrashWorkload
    /// What recovery cuts off.
    let tail: [UInt8]
    /// Where it stands.
    let segment: String
    let offset: Int

    /// What crashes of the workload leave torn: frames and footers, some with their beginning and some without it.
    static func some(atMost count: Int) throws -> [TornLog] {
        var found: [TornLog] = []
        for call in 20... {
            let disk = MemoryFileSystem()
            var workload = CrashWorkload()
            disk.crash(atCall: call)
            try workload.run(on: disk)
            if !disk.isTroubled || found.count == count { break }
            let name = "crash at call \(call)"
            if let torn = try TornLog(name, disk.afterCrash(.mixed(seed: UInt64(call))), workload) {
                found.append(torn)
            }
        }
        return found
    }

    /// `nil` if the log is not torn.
    init?(_ name: String, _ disk: MemoryFileSystem, _ workload: CrashWorkload) throws {
        let repaired = disk.copy()
        try workload.open(repaired).close()
        // <segment>-<offset>-<time>.torn
        guard let path = repaired.paths.first(where: { $0.hasSuffix(".torn") }), let tail = repaired[path],
            let file = path.split(separator: "/").last?.split(separator: "-"), file.count > 2, let offset = Int(file[1])
        else { return nil }
        self.name = name
        self.disk = disk
        self.workload = workload
        self.tail = tail
        self.segment = "/data/wal/\(file[0])"
        self.offset = offset
    }

    /// Whether all of the tail still stands in the segment, or in quarantine.
    func isTailSaved(on disk: MemoryFileSystem) -> Bool {
        let there = disk[segment]?.dropFirst(offset).prefix(tail.count)
        return there.map(Array.init) == tail
            || disk.paths.contains { $0.hasPrefix("/data/quarantine/") && disk[$0] == tail }
    }
}
