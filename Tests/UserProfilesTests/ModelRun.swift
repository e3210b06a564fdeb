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
    static let emails = [
        "zoe@example.com", "ZOE@example.com", "lǐ@例え.jp", "σοφός@example.gr", "ΣΟΦΌΣ@example.gr", "fox@example.org",
        "fox+1@example.org", "irina@пример.рф", "a@b.example", "straße@example.de", "STRASSE@example.de",
        "info@bücher.example", "INFO@XN--BCHER-KVA.example",
    ]
    private static let attributes = [
        "{}", #"{"city":"Köln","n":1.10}"#, #"{"tags":["a","\u0000",null],"deep":{"x":{"y":1e400}}}"#,
        #"{"z":1,"a":2}"#, #"{"a":2,"z":1}"#,
    ]
    static let actors = ["admin", "editor", "Ольга"]
    private static let reasons = [nil, nil, "Umzug nach Köln", "zurück \"auf Anfang\" \\ 🦊"]

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
        let context = randomContext()
        let holder = model.holder(of: draft.profile.email, besides: nil)
        do {
            let user = try await store.create(draft, context)
            #expect(holder == nil, comment)
            #expect(user.id == UserID(UInt64(model.ids.count) + 1), comment)
            check(user, draft.profile, after: nil)
            model.note(user, .create, by: context)
        } catch let error as ProfileError {
            #expect(holder.map { .emailTaken(holder: $0) } == error.code, comment)
        }
    }

    private mutating func replace() async throws {
        let draft = try randomDraft()
        let id = randomID()
        let precondition = randomPrecondition(id)
        let context = randomContext()
        let expected = refusal(id, precondition, email: draft.profile.email)
        do {
            let user = try await store.replace(id, with: draft, if: precondition, context)
            #expect(expected == nil, comment)
            check(user, draft.profile, after: model.newest(id))
            model.note(user, .update, by: context)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func patch() async throws {
        let id = randomID()
        let precondition = randomPrecondition(id)
        let context = randomContext()
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
            let user = try await store.patch(id, merge: merge, if: precondition, context)
            #expect(expected == nil, comment)
            var attributes = present?.attributes.members.filter { $0.key != "city" && $0.key != "patched" } ?? []
            attributes.append(.init(key: "patched", value: .bool(true)))
            let profile = try Profile(
                name: name ?? present?.name ?? "",
                email: email ?? present?.email ?? "",
                attributes: JSONObject(attributes)
            )
            check(user, profile, after: model.newest(id))
            model.note(user, .update, by: context)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func delete() async throws {
        let id = randomID()
        let precondition = randomPrecondition(id)
        let context = randomContext()
        let expected = refusal(id, precondition, email: nil)
        do {
            let user = try await store.delete(id, if: precondition, context)
            #expect(expected == nil, comment)
            #expect(user.deleted, comment)
            #expect(user.profile == model.newest(id)?.profile, comment)
            model.note(user, .delete, by: context)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func restore() async throws {
        let id = randomID()
        let point = randomPoint(id)
        let email = Int.random(in: 0..<4, using: &random) == 0 ? pick(Self.emails) : nil
        let dryRun = Int.random(in: 0..<4, using: &random) == 0
        let context = randomContext()
        let (target, expected) = restoreTarget(id, point, email)
        do {
            let result = try await store.restore(
                id,
                to: point,
                email: email,
                if: .none,
                dryRun: dryRun,
                context
            )
            #expect(expected == nil, comment)
            let wanted = try #require(target, comment)
            #expect(result.restoredFrom == wanted.version, comment)
            #expect(result.user.profile == (try wanted.profile.with(email: email)), comment)
            #expect(result.user.version == model.newest(id)?.version.next, comment)
            guard !dryRun else { return }
            check(result.user, try wanted.profile.with(email: email), after: model.newest(id))
            model.note(result.user, .restore, by: context, restoredFrom: wanted.version)
        } catch let error as ProfileError {
            #expect(error.code == expected, comment)
        }
    }

    private mutating func restart() async throws {
        try await close()
        opened = try fixture.open()
        var check = try check
        try check.presentAndSomePast()
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
    ///
    /// - Parameter instants: at how many past instants; `nil` for all.
    func checkEverything(instants: Int?) throws {
        var check = try check
        try check.everything(instants: instants)
    }

    /// The samples are chosen without a change to the run's own chance, so that its story stays the same.
    private var check: ModelCheck {
        get throws {
            let samples = SeededGenerator(seed: seed &+ UInt64(model.log.count))
            return ModelCheck(store: try store, model: model, comment: comment, random: samples)
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

    private mutating func randomContext() -> ChangeContext {
        var context = ChangeContext.by(pick(Self.actors), reason: pick(Self.reasons))
        context.requestID = "req-\(model.log.count)"
        context.sourceIP = pick([nil, "127.0.0.1", "2001:db8::1"])
        return context
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
