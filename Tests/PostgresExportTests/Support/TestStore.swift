import LogStorage
import Logging
import TestSupport
import UserProfiles

/// A real store in a directory of its own, to be written to while it is exported.
final class TestStore: Sendable {
    let path: String
    let store: ProfileStore
    private let directory: TemporaryDirectory

    init(segmentBytes: Int = 64 << 10) throws {
        directory = try TemporaryDirectory()
        path = directory.appending("data")
        store = try Self.open(path, segmentBytes: segmentBytes)
    }

    static func open(_ path: String, segmentBytes: Int = 64 << 10) throws -> ProfileStore {
        var log = LogConfiguration(directory: path)
        log.segmentBytes = segmentBytes
        let clock = ManualClock()
        log.now = { clock.now() }
        return try ProfileStore.open(ProfileStoreConfiguration(log: log), logger: .quiet)
    }

    /// A path in the test's own folder, beside the data directory.
    func beside(_ name: String) -> String { directory.appending(name) }

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

    /// Creates many users at the same time.
    func create(_ indices: Range<Int>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<16 {
                group.addTask {
                    for index in indices where index % 16 == client {
                        try await self.create("Łucja \(index)", "łucja\(index)@example.com")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    struct NotAnObject: Error {}
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
