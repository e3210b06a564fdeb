import LogStorage
import TestSupport
import Testing

@testable import UserProfiles

/// A store and its model, changed alike at random. The seed tells the whole story again.
struct ModelRun {
    private var opened: ProfileStore?
    private let fixture: StoreFixture
    private var model = ProfileModel()
    private var random: SeededGenerator
    private let seed: UInt64

    private static let names = ["Zoë Müller", "李小龍", "Ωμέγα Σοφός", "Ирина", "محمد", "Straße", "🦊 Fox", "O'Brien"]
    private static let emails = [
        "zoe@example.com", "ZOE@example.com", "lǐ@例え.jp", "σοφός@example.gr", "ΣΟΦΌΣ@example.gr", "fox@example.org",
        "fox+1@example.org", "irina@пример.рф", "a@b.example", "straße@example.de", "STRASSE@example.de",
    ]
    private static let attributes = [
        "{}", #"{"city":"Köln","n":1.10}"#, #"{"tags":["a","\u0000",null],"deep":{"x":{"y":1e400}}}"#,
        #"{"z":1,"a":2}"#, #"{"a":2,"z":1}"#,
    ]
    private static let actors = ["admin", "editor", "Ольга"]

    init(_ fixture: StoreFixture, seed: UInt64) throws {
        self.fixture = fixture
        self.seed = seed
        opened = try fixture.open()
        random = SeededGenerator(seed: seed)
    }

    private var store: ProfileStore {
        get throws { try #require(opened) }
    }

    private var comment: Comment { "seed \(seed), after \(model.log.count) changes" }

    mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: try await create()
        case 20..<40: try await replace()
        case 40..<60: try await patch()
        case 60..<75: try await delete()
        case 75..<97: try await restore()
        case 97: _ = try await store.checkpoint()
        default: try await restart()
        }
    }

    // MARK: Changes

    private mutating func create() async throws {
        let draft = try randomDraft()
        let actor = pick(Self.actors)
        let holder = model.holder(of: draft.profile.email, besides: nil)
        do {
            let user = try await store.create(draft, .by(actor))
            #expect(holder == nil, comment)
            #expect(user.id == UserID(UInt64(model.ids.count) + 1), comment)
            check(user, draft.profile, after: nil)
            model.note(user, .create, by: actor)
        } catch let error as ProfileError {
            #expect(holder.map { .emailTaken(holder: $0) } == error.code, comment)
        }
    }

    private mutating func replace() async throws {
        let draft = try randomDraft()
        let id = randomID()
        let precondition = randomPrecondition(id)
        let actor = pick(Self.actors)
        let expected = refusal(id, precondition, email: draft.profile.email)
        do {
            let user = try await store.replace(id, with: draft, if: precondition, .by(actor))
            #expect(expected == nil, comment)
            check(user, draft.profile, after: model.newest(id))
            model.note(user, .update, by: actor)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func patch() async throws {
        let id = randomID()
        let precondition = randomPrecondition(id)
        let actor = pick(Self.actors)
        let present = model.live(id)?.profile
        let email = Bool.random(using: &random) ? pick(Self.emails) : nil
        let name = Bool.random(using: &random) ? pick(Self.names) : nil
        var members: [JSONObject.Member] = []
        if let email { members.append(.init(key: "email", value: .string(email))) }
        if let name { members.append(.init(key: "name", value: .string(name))) }
        members.append(.init(key: "attributes", value: try .text(#"{"city":null,"patched":true}"#)))
        let expected = refusal(id, precondition, email: email ?? present?.email ?? "")
        do {
            let merge = JSONValue.object(JSONObject(members))
            let user = try await store.patch(id, merge: merge, if: precondition, .by(actor))
            #expect(expected == nil, comment)
            var attributes = present?.attributes.members.filter { $0.key != "city" && $0.key != "patched" } ?? []
            attributes.append(.init(key: "patched", value: .bool(true)))
            let profile = try Profile(
                name: name ?? present?.name ?? "",
                email: email ?? present?.email ?? "",
                attributes: JSONObject(attributes)
            )
            check(user, profile, after: model.newest(id))
            model.note(user, .update, by: actor)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func delete() async throws {
        let id = randomID()
        let precondition = randomPrecondition(id)
        let actor = pick(Self.actors)
        let expected = refusal(id, precondition, email: nil)
        do {
            let user = try await store.delete(id, if: precondition, .by(actor))
            #expect(expected == nil, comment)
            #expect(user.deleted, comment)
            #expect(user.profile == model.newest(id)?.profile, comment)
            model.note(user, .delete, by: actor)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func restore() async throws {
        let id = randomID()
        let point = randomPoint(id)
        let email = Int.random(in: 0..<4, using: &random) == 0 ? pick(Self.emails) : nil
        let dryRun = Int.random(in: 0..<4, using: &random) == 0
        let actor = pick(Self.actors)
        let (target, expected) = restoreTarget(id, point, email)
        do {
            let result = try await store.restore(
                id,
                to: point,
                email: email,
                if: .none,
                dryRun: dryRun,
                .by(actor, reason: "zurück")
            )
            #expect(expected == nil, comment)
            let wanted = try #require(target, comment)
            #expect(result.restoredFrom == wanted.version, comment)
            #expect(result.user.profile == (try wanted.profile.with(email: email)), comment)
            #expect(result.user.version == model.newest(id)?.version.next, comment)
            guard !dryRun else { return }
            check(result.user, try wanted.profile.with(email: email), after: model.newest(id))
            model.note(result.user, .restore, by: actor, restoredFrom: wanted.version)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func restart() async throws {
        try await close()
        opened = try fixture.open()
    }

    /// Stops the store and lets go of it, and so of its data directory.
    mutating func close() async throws {
        try await store.close()
        opened = nil
    }

    // MARK: Expectations

    private func refusal(_ id: UserID, _ precondition: Precondition, email: String?) -> ProfileError.Code? {
        guard let newest = model.newest(id) else { return .notFound }
        if newest.deleted { return .deleted(version: newest.version) }
        guard precondition.isMet(by: newest.version) else { return .preconditionFailed(current: newest.version) }
        return email.flatMap { model.holder(of: $0, besides: id) }.map { .emailTaken(holder: $0) }
    }

    private func restoreTarget(
        _ id: UserID,
        _ point: PointInTime?,
        _ email: String?
    ) -> (User?, ProfileError.Code?) {
        guard let history = model.histories[id]?.map(\.user), let newest = history.last else { return (nil, .notFound) }
        let target: User
        switch point {
        case nil:
            guard newest.deleted else { return (nil, .notDeleted) }
            target = history[history.count - 2]
        case .version(let version):
            guard let found = history.first(where: { $0.version == version }) else { return (nil, .versionNotFound) }
            target = found
        case .instant(let instant):
            guard let found = model.state(id, at: instant) else { return (nil, .notYetBorn) }
            target = found
        }
        if target.deleted { return (nil, .targetDeleted) }
        let holder = model.holder(of: email ?? target.profile.email, besides: id)
        return (target, holder.map { .emailTaken(holder: $0) })
    }

    private func check(_ user: User, _ profile: Profile, after old: User?) {
        #expect(user.profile == profile, comment)
        #expect(user.version == (old?.version.next ?? ProfileVersion(1)), comment)
        #expect(user.createdAt == (old?.createdAt ?? user.updatedAt), comment)
        #expect(!user.deleted, comment)
        #expect(user.lsn == (model.log.last?.user.lsn ?? .zero).next, comment)
        if let last = model.log.last { #expect(user.updatedAt > last.user.updatedAt, comment) }
    }

    /// Compares all that the store can say with the model.
    mutating func checkEverything() throws {
        for id in model.ids { try checkUser(id) }
        try checkLists()
        try checkDirectory()
        try checkAudit()
        let status = try store.status
        #expect(status.records == UInt64(model.log.count), comment)
        #expect(status.liveUsers == model.ids.filter { model.live($0) != nil }.count, comment)
    }

    private func checkUser(_ id: UserID) throws {
        if let live = model.live(id) {
            #expect(try store.user(id) == live, comment)
        } else {
            #expect(throws: ProfileError.self, comment) { try store.user(id) }
        }
        for change in model.histories[id] ?? [] {
            #expect(try store.user(id, at: .version(change.user.version)) == change.user, comment)
            #expect(try store.user(id, at: .instant(change.user.updatedAt)) == change.user, comment)
        }
        let history = try store.history(id, after: nil, limit: 1_000).items
        #expect(history.map(\.lsn) == model.histories[id]?.map(\.user.lsn), comment)
    }

    private func checkLists() throws {
        let live = model.ids.compactMap { model.live($0) }
        for sort in UserSort.allCases {
            var query = UserQuery()
            query.sort = sort
            query.limit = 7
            #expect(try all(query).map(\.id) == sorted(live, sort).map(\.id), comment)
        }
        for needle in ["STRASSE", "σοφός", "例え", "ОЛЬ", "FOX"] {
            var query = UserQuery()
            query.q = needle
            query.deleted = .all
            query.limit = 3
            let wanted = FoldedText(needle).bytes
            let expected = model.ids.compactMap { model.newest($0) }.filter { user in
                [user.profile.name, user.profile.email].contains { text in
                    FoldedText(text).bytes.contains(wanted)
                }
            }
            #expect(try all(query) == expected, comment)
        }
        for email in Self.emails {
            var query = UserQuery()
            query.email = email
            #expect(try all(query).map(\.id) == [model.holder(of: email, besides: nil)].compactMap { $0 }, comment)
        }
    }

    private mutating func checkDirectory() throws {
        for _ in 0..<5 {
            guard let change = model.log.randomElement(using: &random) else { return }
            var query = UserQuery()
            query.at = change.user.updatedAt
            query.limit = 5
            query.deleted = .all
            let expected = model.ids.compactMap { model.state($0, at: change.user.updatedAt) }
            #expect(try all(query) == expected, comment)
            query.sort = .idDescending
            query.deleted = .live
            #expect(try all(query) == expected.filter { !$0.deleted }.reversed(), comment)
        }
    }

    private func checkAudit() throws {
        for actor in Self.actors {
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
            let expected = model.log.filter { $0.actor == actor }
            #expect(entries.map(\.lsn) == expected.map(\.user.lsn), comment)
            #expect(entries.map(\.operation) == expected.map(\.operation), comment)
            #expect(entries.map(\.restoredFrom) == expected.map(\.restoredFrom), comment)
        }
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
            users.sorted { left, right in
                let (leftKey, rightKey) = (key(left), key(right))
                return leftKey == rightKey ? left.id < right.id : leftKey.lexicographicallyPrecedes(rightKey)
            }
        }
        switch sort {
        case .id: return users
        case .idDescending: return users.reversed()
        case .name: return ascending { FoldedText($0.profile.name).bytes }
        case .nameDescending: return ascending { FoldedText($0.profile.name).bytes }.reversed()
        case .email: return ascending { FoldedText($0.profile.email).bytes }
        case .emailDescending: return ascending { FoldedText($0.profile.email).bytes }.reversed()
        case .updatedAt: return users.sorted { $0.updatedAt < $1.updatedAt }
        case .updatedAtDescending: return users.sorted { $0.updatedAt > $1.updatedAt }
        }
    }

    // MARK: Chance

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func randomDraft() throws -> ProfileDraft {
        let number = Int.random(in: 0..<40, using: &random)
        let email = number < 20 ? pick(Self.emails) : "user\(number)@example.com"
        return try ProfileDraft(pick(Self.names), email, pick(Self.attributes))
    }

    /// A user, now and then one who does not exist.
    private mutating func randomID() -> UserID {
        UserID(UInt64.random(in: 1...UInt64(model.ids.count + 2), using: &random))
    }

    private mutating func randomPrecondition(_ id: UserID) -> Precondition {
        let current = model.newest(id)?.version ?? ProfileVersion(1)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .version(current)
        case 1: return .version(current.next)
        case 2: return .anyOf([current.next, current])
        case 3: return .anyOf([])
        default: return .none
        }
    }

    private mutating func randomPoint(_ id: UserID) -> PointInTime? {
        let versions = model.newest(id)?.version.rawValue ?? 1
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return nil
        case 1: return .version(ProfileVersion(UInt64.random(in: 0...versions + 1, using: &random)))
        default:
            let time = model.log.randomElement(using: &random)?.user.updatedAt
            return .instant(time ?? LogTimestamp(microseconds: 1))
        }
    }
}
