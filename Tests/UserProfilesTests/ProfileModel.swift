import LogStorage

@testable import UserProfiles

/// What the store must say, kept in plain dictionaries.
struct ProfileModel {
    struct Change {
        let user: User
        let operation: UserProfiles.Operation
        let context: ChangeContext
        let restoredFrom: ProfileVersion?
        let foldedEmail: FoldedText
    }

    /// The changes of each user, oldest first.
    private(set) var histories: [UserID: [Change]] = [:]
    /// All changes, in the order of the log.
    private(set) var log: [Change] = []

    /// In the order of the users' creation, and so of their numbers.
    private(set) var ids: [UserID] = []

    func newest(_ id: UserID) -> User? { histories[id]?.last?.user }

    func live(_ id: UserID) -> User? {
        guard let user = newest(id), !user.deleted else { return nil }
        return user
    }

    /// The live user who has `email`, besides `id`.
    func holder(of email: String, besides id: UserID?) -> UserID? {
        let folded = FoldedText(address: email)
        return ids.first { other in
            guard other != id, let newest = histories[other]?.last, !newest.user.deleted else { return false }
            return newest.foldedEmail == folded
        }
    }

    func state(_ id: UserID, at time: LogTimestamp) -> User? {
        histories[id]?.last { $0.user.updatedAt <= time }?.user
    }

    /// What the audit must say of a change.
    func entry(of change: Change) -> AuditEntry {
        let user = change.user
        let before = histories[user.id]?.last { $0.user.version < user.version }?.user
        return AuditEntry(
            lsn: user.lsn,
            userID: user.id,
            version: user.version,
            operation: change.operation,
            timestamp: user.updatedAt,
            actor: change.context.actor,
            reason: change.context.reason,
            requestID: change.context.requestID,
            sourceIP: change.context.sourceIP,
            profile: user.profile,
            deleted: user.deleted,
            changes: differences(from: before, to: user),
            restoredFrom: change.restoredFrom
        )
    }

    /// The fields that differ: name, e-mail, attributes that are gone, attributes that are new or other, and the deletion.
    private func differences(from old: User?, to new: User) -> [FieldChange] {
        func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }
        let oldMembers = old?.profile.attributes.members ?? []
        let newMembers = new.profile.attributes.members
        let rows: [(String, JSONValue?, JSONValue?)] =
            [
                ("name", text(old?.profile.name), text(new.profile.name)),
                ("email", text(old?.profile.email), text(new.profile.email)),
            ]
            + oldMembers.filter { new.profile.attributes[$0.key] == nil }.map {
                ("attributes.\($0.key)", $0.value, nil)
            }
            + newMembers.map { ("attributes.\($0.key)", old?.profile.attributes[$0.key], $0.value) }
            + [("deleted", .bool(old?.deleted ?? false), .bool(new.deleted))]
        return rows.filter { $0.1 != $0.2 }.map { FieldChange(field: $0.0, previous: $0.1, new: $0.2) }
    }

    mutating func note(
        _ user: User,
        _ operation: UserProfiles.Operation,
        by context: ChangeContext,
        restoredFrom: ProfileVersion? = nil
    ) {
        let change = Change(
            user: user,
            operation: operation,
            context: context,
            restoredFrom: restoredFrom,
            foldedEmail: FoldedText(address: user.profile.email)
        )
        if histories[user.id] == nil { ids.append(user.id) }
        histories[user.id, default: []].append(change)
        log.append(change)
    }
}
