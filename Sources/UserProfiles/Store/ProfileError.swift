/// Why a request to the store was refused or failed.
public struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Code: Sendable, Hashable {
        /// Values are not valid; all of them are named.
        case invalid([FieldError])
        /// There is no such user or entry.
        case notFound
        /// The user is deleted; `version` is the deletion.
        case deleted(version: ProfileVersion)
        /// The user never had that version.
        case versionNotFound
        /// The user did not exist at that instant.
        case notYetBorn
        /// Another live user has that email.
        case emailTaken(holder: UserID)
        /// A restore without a target asks for a deleted user, and this one is live.
        case notDeleted
        /// The state to restore is a deletion.
        case targetDeleted
        /// The user is not in the state that the caller expects.
        case preconditionFailed(current: ProfileVersion)
        /// The cursor was not made by this query.
        case invalidCursor
        /// More is waiting than the store takes; try again shortly.
        case queueFull
        /// No room on the disk; reads go on.
        case diskFull
        /// A write failed for good; reads go on, writes need a new start of the process.
        case readOnly
        /// The server's clock jumped; reads go on, writes need a start that accepts the clock.
        case clockJumped
        /// Stored bytes are not what was written, or cannot be read.
        case damaged
        /// The store is closing.
        case stopping
        /// The read would have to wait for the disk, and its ``ReadMode`` does not allow that.
        case notCached
    }

    public var code: Code
    /// One clear sentence for the caller.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
