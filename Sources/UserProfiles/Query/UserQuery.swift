public import LogStorage

/// Which users to list, in what order, and how many.
public struct UserQuery: Sendable, Hashable {
    /// Users on a page, 1…1,000.
    public var limit = 50
    /// The `next` of the page before; its query must be the same but for ``limit``.
    public var after: String?
    /// A text that name or email contain, by Unicode's rules without case, and without the marks of Latin and Greek
    /// letters: `zoe` finds Zoë; 1 to 255 characters.
    public var q: String?
    /// The email, compared without case, but with marks; both forms of an international domain are one.
    public var email: String?
    public var deleted = DeletedFilter.live
    /// Only users whose last change is at or after this instant.
    public var updatedSince: LogTimestamp?
    public var sort = UserSort.id
    /// The instant at which to look; allows the sorts ``UserSort/id`` and ``UserSort/idDescending`` only.
    public var at: LogTimestamp?

    public init() {}
}
