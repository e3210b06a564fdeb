import LogStorage
import Testing

/// What a server has acknowledged to the clients of a test, told by all of them together.
final class AcknowledgedChanges: Sendable {
    /// The name that each version of each user has, by user and version.
    private let names = Monitor<[Int: [Int: String]]>([:])

    /// Takes down a change once its answer is there.
    ///
    /// - Returns: false if the version is another client's already.
    func add(_ version: Int, named name: String, of user: Int) -> Bool {
        names.withLock { $0[user, default: [:]].updateValue(name, forKey: version) == nil }
    }

    /// The user's last acknowledged version.
    func last(of user: Int) -> Int { names.withLock { $0[user]?.keys.max() ?? 0 } }

    /// The name that was acknowledged for a version; nil for one that nobody has an answer for yet.
    func name(of user: Int, _ version: Int) -> String? { names.withLock { $0[user]?[version] } }

    /// All acknowledged versions of a user in their order, and its name in each.
    func versions(of user: Int) -> [(version: Int, name: String)] {
        names.withLock { ($0[user] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    /// How many versions there are of all users.
    var count: Int { names.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Waits until there are so many.
    func wait(for count: Int) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while self.count < count {
            try #require(.now < end, "\(self.count) of \(count) changes")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
