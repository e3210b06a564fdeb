import LogStorage
import TestSupport
import UserProfiles

/// One change that a client asks for.
enum Change: Sendable {
    case create(Profile)
    case replace(UserID, Profile)
    case patch(UserID, JSONValue, Precondition)
    case delete(UserID)
    case restore(UserID, PointInTime?)

    private static let context = ChangeContext(actor: "Ζωή", reason: "симуляция", requestID: "r-1", sourceIP: "::1")

    /// - Returns: the user as changed, or why not.
    func make(in store: ProfileStore) async -> Result<User, ProfileError> {
        do throws(ProfileError) {
            switch self {
            case .create(let profile):
                return .success(try await store.create(ProfileDraft(profile), Self.context))
            case .replace(let id, let profile):
                return .success(try await store.replace(id, with: ProfileDraft(profile), if: .none, Self.context))
            case .patch(let id, let patch, let precondition):
                return .success(try await store.patch(id, merge: patch, if: precondition, Self.context))
            case .delete(let id):
                return .success(try await store.delete(id, if: .none, Self.context))
            case .restore(let id, let point):
                let result = try await store.restore(
                    id,
                    to: point,
                    email: nil,
                    if: .none,
                    dryRun: false,
                    Self.context
                )
                return .success(result.user)
            }
        } catch {
            return .failure(error)
        }
    }

    /// Any change, of one of the first `users` ids or a little beyond.
    static func random(users: Int, _ chance: inout SeededGenerator) throws -> Change {
        let id = UserID(UInt64.random(in: 1...UInt64(users + 1), using: &chance))
        switch Int.random(in: 0..<100, using: &chance) {
        case ..<30: return .create(try profile(&chance))
        case ..<45: return .replace(id, try profile(&chance))
        case ..<65:
            let patch = #"{"name":"\#(name(&chance))","attributes":{"n":\#(chance.next())}}"#
            let isStale = Int.random(in: 0..<5, using: &chance) == 0
            return .patch(id, try JSONParser.parse(Array(patch.utf8)), isStale ? .version(ProfileVersion(1)) : .none)
        case ..<82: return .delete(id)
        case ..<90: return .restore(id, nil)
        default:
            let version = ProfileVersion(UInt64.random(in: 1...4, using: &chance))
            return .restore(id, .version(version))
        }
    }

    private static func profile(_ chance: inout SeededGenerator) throws -> Profile {
        // Few enough that two users sometimes want the same one.
        let email = "u\(Int.random(in: 0..<30, using: &chance))@example.com"
        let bytes = Int.random(in: 0..<4, using: &chance) == 0 ? Int.random(in: 0..<400, using: &chance) : 0
        let filling = String((0..<bytes).map { _ in "abcdefghijklmnop".randomElement(using: &chance) ?? "a" })
        let attributes = try JSONParser.parse(Array(#"{"k":"\#(filling)"}"#.utf8))
        guard case .object(let object) = attributes else { throw SimulationFailure("no object: \(attributes)") }
        return try Profile(name: name(&chance), email: email, attributes: object)
    }

    private static func name(_ chance: inout SeededGenerator) -> String {
        let names = ["Zoë Ångström", "Ζωή", "Иван", "山田太郎", "مريم", "आशा", "🦊 Fox"]
        return "\(names.randomElement(using: &chance) ?? "x") \(Int.random(in: 0..<100, using: &chance))"
    }
}
