/// What a caller wants restored.
struct RestoreRequest: Sendable {
    let id: UserID
    let point: PointInTime?
    let email: String?
    let precondition: Precondition
    let context: ChangeContext
}
