public import LogStorage

/// Which changes to list, in what order, and how many.
public struct AuditQuery: Sendable, Hashable {
    public var userID: UserID?
    public var actor: String?
    public var operation: Operation?
    /// Only changes at or after this instant.
    public var since: LogTimestamp?
    /// Only changes before this instant.
    public var until: LogTimestamp?
    public var order = ScanOrder.descending
    /// Entries on a page, 1…1,000.
    public var limit = 100
    /// The `next` of the page before; its query must be the same but for ``limit``.
    public var after: String?

    public init() {}
}
