import LogStorage
import TestSupport
import UserProfiles

extension LiveStore {
    static func context(_ actor: String = "ines", _ reason: String? = nil) -> ChangeContext {
        ChangeContext(actor: actor, reason: reason, requestID: "req-1", sourceIP: "192.0.2.1")
    }

    @discardableResult
    func create(
        _ name: String,
        _ email: String,
        _ attributes: String = "{}",
        by actor: String = "ines",
        reason: String? = nil
    ) async throws -> User {
        guard case .object(let object) = try JSONParser.parse(Array(attributes.utf8)) else { throw NotAnObject() }
        let draft = ProfileDraft(try Profile(name: name, email: email, attributes: object))
        return try await store.create(draft, Self.context(actor, reason))
    }

    @discardableResult
    func patch(_ id: UInt64, _ json: String, by actor: String = "ines", reason: String? = nil) async throws -> User {
        let patch = try JSONParser.parse(Array(json.utf8))
        return try await store.patch(UserID(id), merge: patch, if: .none, Self.context(actor, reason))
    }

    @discardableResult
    func delete(_ id: UInt64) async throws -> User {
        try await store.delete(UserID(id), if: .none, Self.context())
    }

    @discardableResult
    func restore(_ id: UInt64, to version: UInt64? = nil) async throws -> User {
        let point = version.map { PointInTime.version(ProfileVersion($0)) }
        let result = try await store.restore(
            UserID(id),
            to: point,
            email: nil,
            if: .none,
            dryRun: false,
            Self.context()
        )
        return result.user
    }

    /// Some changes of all kinds, in several scripts: twelve records.
    func addSamples() async throws {
        try await create("Zoë Ångström", "zoe@example.com", #"{"city":"Uppsala"}"#, reason: "new colleague")
        try await create("山田太郎", "taro@例え.jp", #"{"city":"東京","level":3}"#)
        try await create("محمد", "m@example.org", "{}", by: "إيناس")
        try await patch(1, #"{"attributes":{"city":"Kiruna","phone":"+46 980 1"}}"#, reason: "moved, again")
        try await patch(2, #"{"email":"TARO@example.com"}"#, by: "olu")
        try await delete(2)
        try await create("=HYPERLINK(\"x\")", "-e@example.com", #"{"note":"a,b \"c\"\nd\\N\t"}"#, by: "@mallory")
        try await patch(3, #"{"attributes":{"sign":"\u001b[31m\u009b2J\u202efdp"}}"#)
        try await restore(2)
        try await patch(1, #"{"attributes":{"phone":null}}"#)
        try await restore(1, to: 1)
        try await create("👩🏽‍🚀 Noor", "noor@example.com", #"{"orbit":{"km":[1,2.50,1e9,-0,-0.0]}}"#)
    }

    /// Three more records.
    func addMore() async throws {
        try await create("Ọlá", "ola@example.com")
        try await patch(6, #"{"name":"Ọláwálé"}"#)
        try await delete(6)
    }

    struct NotAnObject: Error {}
}
