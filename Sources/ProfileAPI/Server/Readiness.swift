import UserProfiles

/// What an open store cannot do, or is known to lack. It answers reads all the same, so it is ready.
struct Readiness: Sendable, Equatable {
    /// A fault, by the name that programs compare. Nobody has logged in where it is shown: paths and causes are for the log
    /// and for `/admin/status`.
    enum Reason: String, CaseIterable, Sendable {
        /// A write or a sync failed, or the data directory was moved: nothing is written until a new start.
        case readOnly = "read-only"
        /// The clock jumped: nothing is written until a start accepts it.
        case clockJumped = "clock-jumped"
        /// The last write found no room. Only the next write can tell that there is room again, since a quota shows nowhere
        /// else.
        case diskFull = "disk-full"
        /// Writes go on, but the room that is left is less than the next file of the log takes.
        case diskNearlyFull = "disk-nearly-full"
        /// The scrub or a read found damage.
        case damaged = "storage-damaged"
    }

    let reasons: [Reason]

    /// - Parameters:
    ///   - hasRoom: whether the disk has room for the next file of the log.
    ///   - findings: the damaged places that the scrub knows of.
    init(_ status: StoreStatus, hasRoom: Bool, findings: Int) {
        var reasons: [Reason] = []
        if status.poisoned != nil { reasons.append(.readOnly) }
        if status.clockJump != nil { reasons.append(.clockJumped) }
        if status.diskFull {
            reasons.append(.diskFull)
        } else if !hasRoom {
            reasons.append(.diskNearlyFull)
        }
        if findings > 0 || !status.readDamage.isEmpty { reasons.append(.damaged) }
        self.reasons = reasons
    }
}

extension Runtime {
    /// How the store and its disk are now. Blocks for a few system calls.
    func readiness() -> Readiness {
        store.checkEnvironment()
        let hasRoom = DiskSpace(at: dataDirectory).map { $0.available >= UInt64(segmentBytes) }
        return Readiness(store.status, hasRoom: hasRoom ?? true, findings: scrub.progress.found.count)
    }
}
