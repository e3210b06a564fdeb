import LogStorage

@testable import UserProfiles

/// What the store must say, kept in plain dictionaries.
struct ProfileModel {
    struct Change: Equatable {
        let user: User
        let operation: UserProfiles.Operation
        let actor: String
        let restoredFrom: ProfileVersion?
    }

    /// The changes of each user, oldest first.
    private(set) var histories: [UserID: [Change]] = [:]
    /// All changes, in the order of the log.
    private(set) var log: [Change] = []

    var ids: [UserID] { histories.keys.sorted() }

    func newest(_ id: UserID) -> User? { histories[id]?.last?.user }

    func live(_ id: UserID) -> User? {
        guard let user = newest(id), !user.deleted else { return nil }
        return user
    }

    /// The live user who has `email`, besides `id`.
    func holder(of email: String, besides id: UserID?) -> UserID? {
        ids.first { other in
            other != id && live(other).map { FoldedText($0.profile.email) == FoldedText(email) } == true
        }
    }

    func state(_ id: UserID, at time: LogTimestamp) -> User? {
        histories[id]?.last { $0.user.updatedAt <= time }?.user
    }

    mutating func note(
        _ user: User,
        _ operation: UserProfiles.Operation,
        by actor: String,
        restoredFrom: ProfileVersion? = nil
    ) {
        let change = Change(user: user, operation: operation, actor: actor, restoredFrom: restoredFrom)
        histories[user.id, default: []].append(change)
        log.append(change)
    }
}
