import LogStorage

/// Serialises those changes of one user that begin with a read of the user.
///
/// Without it, many clients that patch the same user would all prepare their change from the same state, and all but one
/// of them would have to begin again with every commit.
final class PerUserLock: Sendable {
    /// - Parameter refusal: why the change cannot be made after all.
    typealias Waiter = @Sendable (_ refusal: ProfileError?) -> Void

    /// The waiting changes of each locked user, in the order of their arrival.
    private let waiting = Monitor<[UserID: [Waiter]]>([:])

    /// Locks `id` for `change` and runs it, at once if nobody else has the lock.
    func lock(_ id: UserID, _ change: @escaping Waiter) {
        let isFree = waiting.withLock { waiting in
            guard waiting[id] != nil else {
                waiting[id] = []
                return true
            }
            waiting[id]?.append(change)
            return false
        }
        if isFree { change(nil) }
    }

    /// Gives the lock up.
    ///
    /// - Returns: the change that has it now, to be run by the caller; `nil` if none waits.
    func unlock(_ id: UserID) -> Waiter? {
        waiting.withLock { waiting in
            guard let queue = waiting[id], let first = queue.first else {
                waiting[id] = nil
                return nil
            }
            waiting[id] = Array(queue.dropFirst())
            return first
        }
    }
}
