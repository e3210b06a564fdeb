import LogStorage

/// A change to one user with everything computed that does not depend on what others commit meanwhile.
///
/// A class, because it is handed on many times on its way to the disk and never changes.
final class PreparedChange: Sendable {
    /// Whom it changes; `nil` makes a new user.
    let target: UserID?
    let operation: Operation
    /// The profile afterwards; on delete, as it was.
    let profile: Profile
    let foldedEmail: FoldedText
    let emailKey: UInt64
    let searchText: SearchText
    let actorTag: UInt32
    let payload: EncodedPayload
    /// The state that the caller expects.
    let precondition: Precondition
    /// The state from which the change was computed; `nil` when it does not depend on one.
    let basis: ProfileVersion?

    init(
        _ operation: Operation,
        of target: UserID?,
        event: ProfileEvent,
        precondition: Precondition = .none,
        basis: ProfileVersion? = nil,
        keys: TextKeys
    ) {
        self.target = target
        self.operation = operation
        self.precondition = precondition
        self.basis = basis
        profile = event.profile
        foldedEmail = FoldedText(address: profile.email)
        emailKey = keys.email(foldedEmail.bytes)
        searchText = SearchText(name: profile.name, email: profile.email, folded: foldedEmail)
        actorTag = TextKeys.actorTag(event.context.actor)
        payload = EncodedPayload.encode(event.encoded())
    }
}
