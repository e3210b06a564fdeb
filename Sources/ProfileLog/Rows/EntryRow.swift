import UserProfiles

/// A change, and whether it is known what it changed: in a damaged log the version before may be lost.
struct EntryRow {
    let entry: AuditEntry
    let knowsChanges: Bool
}
