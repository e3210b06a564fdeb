import LogStorage
import UserProfiles

/// Changes users. At random, of ten changes eight are updates, one is a deletion, one a restore.
struct Changer {
    let store: ProfileStore
    /// The ids of the users to change, from the first on in equal steps.
    let ids: StrideTo<Int>
    private var random: UInt64

    init(store: ProfileStore, ids: StrideTo<Int>, seed: Int) {
        self.store = store
        self.ids = ids
        random = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    func run(_ times: Int) async throws {
        var changer = self
        let ids = Array(ids)
        guard !ids.isEmpty else { return }
        for round in 0..<times {
            let id = ids[Int(truncatingIfNeeded: changer.next() >> 33) % ids.count]
            try await change(id, kind: changer.next() >> 33 % 10, round)
        }
    }

    /// Updates the users one after the other, so often.
    func update(rounds: Int) async throws {
        for round in 0..<rounds {
            for id in ids { try await change(id, kind: Self.update, round) }
        }
    }

    /// Restores those users that are deleted.
    func bringBack() async throws {
        for id in ids {
            do throws(ProfileError) {
                let user = try store.user(UserID(UInt64(id)))
                guard !user.deleted else { return }
            } catch {
                try await undelete(UserID(UInt64(id)), after: error)
            }
        }
    }

    private func change(_ number: Int, kind: UInt64, _ round: Int) async throws {
        let id = UserID(UInt64(number))
        let draft = try SampleProfile.draft(number, note: "changed in round \(round)")
        do throws(ProfileError) {
            let user: User
            switch kind {
            case 0: user = try await store.delete(id, if: .none, Self.context)
            case 1: user = try await restore(id, to: .version(ProfileVersion(1)))
            default: user = try await store.replace(id, with: draft, if: .none, Self.context)
            }
            guard user.id == id else { return }
        } catch {
            try await undelete(id, after: error)
        }
    }

    /// Brings a user back whom a change has found to be deleted.
    private func undelete(_ id: UserID, after error: ProfileError) async throws(ProfileError) {
        guard case .deleted = error.code else { throw error }
        let user = try await restore(id, to: nil)
        guard user.id == id else { return }
    }

    private func restore(_ id: UserID, to point: PointInTime?) async throws(ProfileError) -> User {
        let result = try await store.restore(id, to: point, email: nil, if: .none, dryRun: false, Self.context)
        return result.user
    }

    private mutating func next() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }

    /// One of the kinds of change that are updates.
    private static let update: UInt64 = 9

    private static let context = ChangeContext(
        actor: "editor",
        reason: "requested by the user",
        requestID: "01K5ZJ8Q2MXWU",
        sourceIP: "192.168.1.7"
    )
}
