import Synchronization
import UserProfiles

/// What clients were told, kept outside the server.
final class KillJournal: Sendable {
    /// A change whose answer never came: it may have happened or not.
    struct Flight: Sendable {
        /// What the user is then; `nil` in a member that the server chooses.
        var name: String?
        var attributes: JSONValue?
        var deleted: Bool
    }

    struct User: Sendable {
        /// The user as each acknowledged answer said, by version.
        var versions: [Int: JSONObject] = [:]
        var flight: Flight?

        var newest: Int { versions.keys.max() ?? 0 }
        var isDeleted: Bool { versions[newest]?["deleted"] == .bool(true) }
    }

    private struct State {
        var users: [Int: User] = [:]
        /// Addresses of users whose creation was never answered, with what they would be.
        var creations: [String: Flight] = [:]
        var touched: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Notes what a client is about to do with a user.
    func begin(_ flight: Flight, with id: Int) {
        state.withLock { state in
            state.users[id]?.flight = flight
            state.touched.insert(id)
        }
    }

    /// Notes what a client is about to create.
    func begin(_ flight: Flight, creating email: String) {
        state.withLock { $0.creations[email] = flight }
    }

    /// Notes that the change in flight was refused: it has not happened.
    func refuse(_ id: Int) {
        state.withLock { $0.users[id]?.flight = nil }
    }

    /// Notes an acknowledged state.
    func acknowledge(_ id: Int, version: Int, _ user: JSONObject, creating email: String? = nil) {
        state.withLock { state in
            state.users[id, default: User()].versions[version] = user
            state.users[id]?.flight = nil
            if let email { state.creations[email] = nil }
            state.touched.insert(id)
        }
    }

    /// The users, and what may have been created beside them.
    var all: (users: [Int: User], creations: [String: Flight]) { state.withLock { ($0.users, $0.creations) } }

    func user(_ id: Int) -> User? { state.withLock { $0.users[id] } }

    /// The users changed since the last call.
    func takeTouched() -> Set<Int> {
        state.withLock { state in
            defer { state.touched = [] }
            return state.touched
        }
    }

    /// Takes over what a restarted server has: what was in flight is settled for ever.
    func settle(_ id: Int, _ versions: [Int: JSONObject]) {
        state.withLock { state in
            state.users[id, default: User()].versions.merge(versions) { old, _ in old }
            state.users[id]?.flight = nil
        }
    }

    /// Forgets creations that are known by now to have happened or not.
    func settleCreations() {
        state.withLock { $0.creations = [:] }
    }
}
