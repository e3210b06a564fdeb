import LogStorage
import TestSupport
import UserProfiles

/// A small store whose contents, and so every output about it, are the same each time, but for its id.
///
/// Its records have several scripts, texts that would harm a terminal or a spreadsheet, and every operation.
final class SampleStore: Sendable {
    let path: String
    private let directory: TemporaryDirectory

    /// - Parameters:
    ///   - segmentBytes: small enough for several segments.
    ///   - changes: how many of the changes are made.
    ///   - isClosed: whether the server stopped cleanly, with a checkpoint.
    init(segmentBytes: Int = 1_200, changes: Int = 12, isClosed: Bool = true) async throws {
        directory = try TemporaryDirectory()
        path = directory.appending("data")
        let clock = ManualClock()
        let store = try LiveStore.open(path, clock, segmentBytes: segmentBytes, checkpointAtClose: isClosed)
        for change in Self.changes.prefix(changes) { try await change(store) }
        await store.close()
    }

    /// A path in the test's own folder, beside the data directory.
    func beside(_ name: String) -> String { directory.appending(name) }

    // MARK: Contents

    private static let changes: [@Sendable (ProfileStore) async throws -> Void] = [
        { try await create($0, "Zoë Ångström", "zoe@example.com", #"{"city":"Uppsala"}"#, reason: "new colleague") },
        { try await create($0, "山田太郎", "taro@例え.jp", #"{"city":"東京","level":3}"#) },
        { try await create($0, "محمد", "m@example.org", "{}", by: "إيناس") },
        { try await patch($0, 1, #"{"attributes":{"city":"Kiruna","phone":"+46 980 1"}}"#, reason: "moved, again") },
        { try await patch($0, 2, #"{"email":"TARO@example.com"}"#) },
        { try await delete($0, 2, reason: "left the company") },
        { try await create($0, "=HYPERLINK(\"x\")", "-e@example.com", #"{"note":"a,b \"c\"\nd"}"#, by: "@mallory") },
        { try await patch($0, 3, #"{"attributes":{"sign":"\u001b[31m\u009b2J\u202efdp"}}"#, by: "mallory") },
        { try await restore($0, 2, reason: "came back") },
        { try await patch($0, 1, #"{"attributes":{"phone":null}}"#) },
        { try await restore($0, 1, to: 1, reason: "mistake") },
        { try await create($0, "👩🏽‍🚀 Noor", "noor@example.com", #"{"orbit":{"km":[1,2.50,1e9]}}"#, by: "rare") },
    ]

    private static func context(_ actor: String, _ reason: String?) -> ChangeContext {
        ChangeContext(actor: actor, reason: reason, requestID: "req-1", sourceIP: "192.0.2.1")
    }

    private static func create(
        _ store: ProfileStore,
        _ name: String,
        _ email: String,
        _ attributes: String,
        by actor: String = "ines",
        reason: String? = nil
    ) async throws {
        guard case .object(let object) = try JSONParser.parse(Array(attributes.utf8)) else { return }
        let draft = ProfileDraft(try Profile(name: name, email: email, attributes: object))
        let user = try await store.create(draft, context(actor, reason))
        precondition(user.version == ProfileVersion(1))
    }

    private static func patch(
        _ store: ProfileStore,
        _ id: UInt64,
        _ json: String,
        by actor: String = "ines",
        reason: String? = nil
    ) async throws {
        let patch = try JSONParser.parse(Array(json.utf8))
        let user = try await store.patch(UserID(id), merge: patch, if: .none, context(actor, reason))
        precondition(!user.deleted)
    }

    private static func delete(_ store: ProfileStore, _ id: UInt64, reason: String?) async throws {
        let user = try await store.delete(UserID(id), if: .none, context("ines", reason))
        precondition(user.deleted)
    }

    private static func restore(
        _ store: ProfileStore,
        _ id: UInt64,
        to version: UInt64? = nil,
        reason: String?
    ) async throws {
        let point = version.map { PointInTime.version(ProfileVersion($0)) }
        let context = context("ines", reason)
        let result = try await store.restore(UserID(id), to: point, email: nil, if: .none, dryRun: false, context)
        precondition(result.user.id == UserID(id))
    }
}
