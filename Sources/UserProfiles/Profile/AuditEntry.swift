public import LogStorage

/// One change to one user: who made it, when, why, and what the profile was afterwards.
public struct AuditEntry: Sendable, Hashable {
    /// The record's number in the log; the entry's id.
    public let lsn: LogSequenceNumber
    public let userID: UserID
    public let version: ProfileVersion
    public let operation: Operation
    public let timestamp: LogTimestamp
    public let actor: String
    public let reason: String?
    public let requestID: String
    public let sourceIP: String?
    /// The profile after the change; on delete, as it was.
    public let profile: Profile
    public let deleted: Bool
    /// What differs from the version before, computed when the entry is read.
    public let changes: [FieldChange]
    /// The version that a restore went back to.
    public let restoredFrom: ProfileVersion?

    public init(
        lsn: LogSequenceNumber,
        userID: UserID,
        version: ProfileVersion,
        operation: Operation,
        timestamp: LogTimestamp,
        actor: String,
        reason: String?,
        requestID: String,
        sourceIP: String?,
        profile: Profile,
        deleted: Bool,
        changes: [FieldChange],
        restoredFrom: ProfileVersion?
    ) {
        self.lsn = lsn
        self.userID = userID
        self.version = version
        self.operation = operation
        self.timestamp = timestamp
        self.actor = actor
        self.reason = reason
        self.requestID = requestID
        self.sourceIP = sourceIP
        self.profile = profile
        self.deleted = deleted
        self.changes = changes
        self.restoredFrom = restoredFrom
    }
}
