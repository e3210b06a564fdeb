import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

/// Compares what a store says with what its model says.
struct ModelCheck {
    let store: ProfileStore
    let model: ProfileModel
    let comment: Comment
    /// Chooses the samples.
    var random: SeededGenerator

    /// Compares all that the store can say of the present and of all changes, and as much of the past as it is told to.
    ///
    /// - Parameter instants: at how many of the instants of changes the changed user and the directory are compared; `nil`
    ///   for all.
    mutating func everything(instants: Int?) throws {
        for id in model.ids {
            try checkPresent(id)
            try checkHistory(id)
        }
        try checkLists()
        let changes = sample(instants)
        for change in changes { try checkPast(change) }
        try checkDirectories(after: changes)
        for change in sample(5) { try checkPages(at: change.user.updatedAt) }
        try checkAudit()
        try checkStatus()
    }

    /// Compares the present and a sample of the past: quick enough to be done after each restart.
    mutating func presentAndSomePast() throws {
        for id in model.ids { try checkPresent(id) }
        let changes = sample(5)
        try checkDirectories(after: changes)
        for change in changes {
            try checkPast(change)
            #expect(try store.auditEntry(change.user.lsn) == model.entry(of: change), comment)
        }
        try checkStatus()
    }

    private mutating func sample(_ count: Int?) -> [ProfileModel.Change] {
        guard let count else { return model.log }
        return (0..<count).compactMap { _ in model.log.randomElement(using: &random) }
    }

    // MARK: Users

    private func checkPresent(_ id: UserID) throws {
        if let live = model.live(id) {
            #expect(try store.user(id) == live, comment)
        } else {
            #expect(throws: ProfileError.self, comment) { try store.user(id) }
        }
    }

    private func checkPast(_ change: ProfileModel.Change) throws {
        let user = change.user
        #expect(try store.user(user.id, at: .version(user.version)) == user, comment)
        #expect(try store.user(user.id, at: .instant(user.updatedAt)) == user, comment)
    }

    private func checkHistory(_ id: UserID) throws {
        let history = try store.history(id, after: nil, limit: 1_000).items
        compare(history, with: model.histories[id] ?? [])
    }

    private func checkStatus() throws {
        #expect(store.status.records == UInt64(model.log.count), comment)
        #expect(store.status.liveUsers == model.ids.filter { model.live($0) != nil }.count, comment)
    }

    // MARK: Lists

    private func checkLists() throws {
        let live = model.ids.compactMap { model.live($0) }
        for sort in UserSort.allCases {
            var query = UserQuery()
            query.sort = sort
            query.limit = 7
            #expect(try all(query) == sorted(live, sort), comment)
        }
        for needle in ["STRASSE", "σοφός", "例え", "ОЛЬ", "FOX"] {
            var query = UserQuery()
            query.q = needle
            query.deleted = .all
            query.limit = 3
            let wanted = FoldedText(needle).withoutMarks.bytes
            let expected = model.ids.compactMap { model.newest($0) }.filter { user in
                [user.profile.name, user.profile.email].contains { text in
                    FoldedText(text).withoutMarks.bytes.contains(wanted)
                }
            }
            #expect(try all(query) == expected, comment)
        }
        for email in ModelRun.emails {
            var query = UserQuery()
            query.email = email
            #expect(try all(query).map(\.id) == [model.holder(of: email, besides: nil)].compactMap { $0 }, comment)
        }
    }

    /// The directory at the instants of the changes, each in one page.
    private func checkDirectories(after changes: [ProfileModel.Change]) throws {
        let due = Set(changes.map(\.user.lsn))
        // What the directory was is kept up from change to change: to look it up each time would take most of the test.
        var expected: [User] = []
        for user in model.log.map(\.user) {
            let index = Int(user.id.rawValue) - 1
            if index < expected.count { expected[index] = user } else { expected.append(user) }
            guard due.contains(user.lsn) else { continue }
            var query = UserQuery()
            query.at = user.updatedAt
            query.limit = 1_000
            query.deleted = .all
            #expect(try all(query) == expected, "\(comment), as of record \(user.lsn)")
        }
    }

    /// The directory at an instant, in short pages of either direction.
    private func checkPages(at time: LogTimestamp) throws {
        var query = UserQuery()
        query.at = time
        query.limit = 5
        query.deleted = .all
        let expected = model.ids.compactMap { model.state($0, at: time) }
        #expect(try all(query) == expected, comment)
        query.sort = .idDescending
        query.deleted = .live
        #expect(try all(query) == expected.filter { !$0.deleted }.reversed(), comment)
    }

    private func all(_ query: UserQuery) throws -> [User] {
        var query = query
        var users: [User] = []
        repeat {
            let page = try store.users(query)
            users += page.items
            query.after = page.next
        } while query.after != nil
        return users
    }

    private func sorted(_ users: [User], _ sort: UserSort) -> [User] {
        func ascending(_ key: (User) -> [UInt8]) -> [User] {
            users.map { (key: key($0), user: $0) }
                .sorted { left, right in
                    left.key == right.key
                        ? left.user.id < right.user.id : left.key.lexicographicallyPrecedes(right.key)
                }
                .map(\.user)
        }
        switch sort {
        case .id: return users
        case .idDescending: return users.reversed()
        case .name: return ascending { FoldedText($0.profile.name).bytes }
        case .nameDescending: return ascending { FoldedText($0.profile.name).bytes }.reversed()
        case .email: return ascending { FoldedText(address: $0.profile.email).bytes }
        case .emailDescending: return ascending { FoldedText(address: $0.profile.email).bytes }.reversed()
        case .updatedAt: return users.sorted { $0.updatedAt < $1.updatedAt }
        case .updatedAtDescending: return users.sorted { $0.updatedAt > $1.updatedAt }
        }
    }

    // MARK: Audit

    private func checkAudit() throws {
        compare(try entries(by: nil), with: model.log)
        for actor in ModelRun.actors {
            compare(try entries(by: actor), with: model.log.filter { $0.context.actor == actor })
        }
    }

    private func entries(by actor: String?) throws -> [AuditEntry] {
        var query = AuditQuery()
        query.actor = actor
        query.limit = 50
        query.order = .ascending
        var entries: [AuditEntry] = []
        repeat {
            let page = try store.audit(query)
            entries += page.items
            query.after = page.next
        } while query.after != nil
        return entries
    }

    /// Compares entries with all that they say: who, why, what changed, and the profile to the byte.
    private func compare(_ entries: [AuditEntry], with changes: [ProfileModel.Change]) {
        #expect(entries.map(\.lsn) == changes.map(\.user.lsn), comment)
        for (entry, change) in zip(entries, changes) {
            let expected = model.entry(of: change)
            if entry == expected, entry.profile.attributes.minified == expected.profile.attributes.minified { continue }
            Issue.record("\(comment): \(entry) is not \(expected)")
        }
    }
}
