import LogStorage

/// Lets those changes of one user that begin by reading him go one after the other.
///
/// Without it, many clients that patch the same user would all prepare their change from the same state, and all but one
/// of them would have to begin again with every commit.
final class UserTurns: Sendable {
    /// Who waits for each user that somebody has the turn for, the longest waiting first.
    private let waiting = Monitor<[UserID: [CheckedContinuation<Void, Never>]]>([:])

    /// Runs `body` when nobody else has the turn for `id`.
    func take<Value: Sendable>(
        _ id: UserID,
        _ body: () async throws(ProfileError) -> Value
    ) async throws(ProfileError) -> Value {
        await begin(id)
        defer { end(id) }
        return try await body()
    }

    private func begin(_ id: UserID) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[id] != nil else {
                    waiting[id] = []
                    return true
                }
                waiting[id]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func end(_ id: UserID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let queue = waiting[id], let first = queue.first else {
                waiting[id] = nil
                return nil
            }
            waiting[id] = Array(queue.dropFirst())
            return first
        }
        next?.resume()
    }
}
