import UserProfiles

/// Whether an open store can do its work, and if not, why.
enum Readiness: Sendable {
    case ready
    /// A write or a sync failed: only reads are answered until a new start.
    case poisoned
    /// The last write found no room, and there still is none.
    case diskFull
    /// Writes go on, but the room that is left is less than the next file of the log takes.
    case diskNearlyFull

    /// - Parameter hasRoom: whether the disk has room for the next file of the log.
    init(_ status: StoreStatus, hasRoom: Bool) {
        // The store notes that there is room again only at the next write, which would never come were a 503 to keep
        // the writers away: so the disk itself is asked.
        self =
            if status.poisoned != nil {
                .poisoned
            } else if hasRoom {
                .ready
            } else {
                status.diskFull ? .diskFull : .diskNearlyFull
            }
    }

    /// What a caller is told; `nil` when all is well. Nobody has logged in there: paths and causes are for the log and
    /// for `/admin/status`.
    var problem: Problem? {
        switch self {
        case .ready: nil
        case .poisoned:
            Problem(.readOnly, "A write to the disk failed, so only reads are answered until a new start.")
        case .diskFull: Problem(.readOnly, "The disk is full: only reads are answered.")
        case .diskNearlyFull: Problem(.readOnly, "The disk has less room than the next file of the log takes.")
        }
    }
}

extension Runtime {
    /// How the store and its disk are now. Blocks for a system call.
    func readiness() -> Readiness {
        let hasRoom = DiskSpace(at: dataDirectory).map { $0.available >= UInt64(segmentBytes) }
        return Readiness(store.status, hasRoom: hasRoom ?? true)
    }
}
