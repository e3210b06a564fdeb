/// A restore that is ready to be committed or shown.
struct RestorePlan: Sendable {
    let change: PreparedChange
    let changes: [FieldChange]
    let restoredFrom: ProfileVersion
    /// The state that it starts from.
    let present: UserEntry

    func result(_ user: User, dryRun: Bool) -> RestoreResult {
        RestoreResult(user: user, changes: changes, restoredFrom: restoredFrom, dryRun: dryRun)
    }
}
