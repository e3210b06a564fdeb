import LogStorage

/// Which users a query wants, in the form in which the index is asked.
struct UserFilter: Sendable {
    let deleted: DeletedFilter
    let updatedSince: LogTimestamp?
    let email: FoldedText?
    let emailKey: UInt64?
    let needle: FoldedText?

    /// - Throws: ``ProfileError/Code/invalid(_:)`` for a limit or text that is out of bounds.
    init(_ query: UserQuery, keys: TextKeys) throws(ProfileError) {
        var errors = QueryRule.errors(limit: query.limit)
        if let text = query.q { errors += QueryRule.errors(searchText: text) }
        if query.at != nil, query.sort != .id, query.sort != .idDescending {
            errors.append(FieldError(field: "sort", message: "must be id or -id together with at"))
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        deleted = query.deleted
        updatedSince = query.updatedSince
        email = query.email.map { FoldedText(address: WhiteSpace.trimmed($0)) }
        emailKey = email.map { keys.email($0.bytes) }
        needle = query.q.map { FoldedText($0).withoutMarks }
    }

    /// Whether the entry alone does not rule the user out.
    func admits(_ entry: UserEntry) -> Bool {
        switch deleted {
        case .live where entry.deleted: return false
        case .deleted where !entry.deleted: return false
        default: break
        }
        if let updatedSince, entry.updatedAt < updatedSince { return false }
        if let emailKey, entry.emailKey != emailKey { return false }
        return true
    }

    /// Whether a past state is wanted.
    func admits(_ user: User) -> Bool {
        switch deleted {
        case .live where user.deleted: return false
        case .deleted where !user.deleted: return false
        default: break
        }
        if let updatedSince, user.updatedAt < updatedSince { return false }
        if let email, FoldedText(address: user.profile.email) != email { return false }
        guard let needle else { return true }
        return SearchText(user.profile).bytes.withUnsafeBufferPointer { text in
            needle.bytes.withUnsafeBufferPointer { ByteSearch.contains(text, $0) }
        }
    }

    /// The hash of what must not change between two pages.
    static func shape(_ query: UserQuery) -> UInt32 {
        Cursor.shape([
            query.sort.rawValue, query.q, query.email, "\(query.deleted)",
            query.updatedSince.map { String($0.microseconds) }, query.at.map { String($0.microseconds) },
        ])
    }
}
