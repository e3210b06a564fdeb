import LogStorage

/// A page of the users as they are in a snapshot.
struct UserListing {
    let users: UserTable
    let query: UserQuery
    let filter: UserFilter
    /// The only users that can be meant, when that is known.
    let only: [UserID]?
    let log: any ReadableLog
    let texts: SearchTextResolver
    /// What a page may look at before it ends early.
    let budget: ScanBudget
    /// Bytes of profiles after which a page ends short.
    let pageBytes: Int

    func page() throws(ProfileError) -> Page<User> {
        do {
            switch query.sort {
            case .id, .idDescending: return try byID()
            default: return try ranked()
            }
        } catch let error as ProfileError {
            throw error
        } catch let error as LogError {
            throw .unreadable(error)
        } catch {
            throw .invalidCursor
        }
    }

    private var shape: UInt32 { UserFilter.shape(query) }

    private func result(_ items: [User], next: Cursor?) -> Page<User> {
        Page(items: items, next: next?.text, asOf: users.position)
    }

    private func user(_ candidate: UserCandidate) throws(ProfileError) -> User {
        User(candidate.id, candidate.entry, try PastReader(log: log).profile(candidate.entry.lsn))
    }

    private func cursor() throws(ProfileError) -> Cursor? {
        guard let after = query.after else { return nil }
        let cursor = try Cursor(after, kind: .users, shape: shape)
        guard cursor.second >= 1, cursor.second <= UInt64(users.count) else { throw .invalidCursor }
        return cursor
    }

    // MARK: By id

    /// Looks at users until the page is full or the budget is spent; the budget is asked before each page of the index.
    private func byID() throws -> Page<User> {
        let isAscending = query.sort == .id
        let start = try cursor().map { Int($0.second) - 1 } ?? (isAscending ? -1 : users.count)
        var items: [User] = []
        var bytes = 0
        var budget = budget
        var last: Int?
        let firstPage = max(0, isAscending ? start + 1 : start - 1) / UserPage.capacity
        for number in pageNumbers(from: firstPage, isAscending) {
            if let last, budget.isSpent { return result(items, next: cursor(after: last)) }
            budget.look(at: users.pages[number].entries.count)
            budget.read(missingTexts(number))
            let page = try page(number)
            let offset = number * UserPage.capacity
            last = isAscending ? offset + page.entries.count - 1 : offset
            guard mayContainNeedle(page) else { continue }
            for slot in slots(of: page, isAscending) {
                let index = offset + slot
                guard isAscending ? index > start : index < start, admits(page, slot) else { continue }
                guard items.count < query.limit, items.isEmpty || bytes < pageBytes else {
                    return result(items, next: cursor(after: isAscending ? index - 1 : index + 1))
                }
                let user = try user(UserCandidate(id: UserID(UInt64(index) + 1), entry: page.entries[slot], key: []))
                budget.read()
                guard hasEmail(user) else { continue }
                items.append(user)
                bytes += user.profile.byteCount
            }
        }
        return result(items, next: nil)
    }

    /// The cursor of a list by id, of which the user at `index` was the last one looked at.
    private func cursor(after index: Int) -> Cursor {
        Cursor(.users, shape: shape, first: UInt64(index) + 1, second: UInt64(index) + 1)
    }

    /// The pages to look at, in order.
    private func pageNumbers(from first: Int, _ isAscending: Bool) -> [Int] {
        let numbers =
            isAscending ? Array(users.pages.indices.dropFirst(first)) : users.pages.indices.prefix(first + 1).reversed()
        guard let only else { return numbers }
        let wanted = Set(only.map { Int($0.rawValue - 1) / UserPage.capacity })
        return numbers.filter(wanted.contains)
    }

    private func slots(of page: UserPage, _ isAscending: Bool) -> [Int] {
        isAscending ? Array(page.entries.indices) : page.entries.indices.reversed()
    }

    // MARK: By another key

    /// Looks at all users, which is work in memory alone: the first in order may be anywhere. What it may end early for is
    /// the reading of search texts, which a start can leave missing; the next page then has them.
    private func ranked() throws -> Page<User> {
        let isAscending = [.name, .email, .updatedAt].contains(query.sort)
        let precedes: (UserCandidate, UserCandidate) -> Bool = { left, right in
            let order = Self.compare(left.key, left.id, right)
            return isAscending ? order < 0 : order > 0
        }
        let start = try cursor() ?? beginning
        let bound = start == beginning ? nil : try candidate(of: start)
        var heap = BoundedHeap(capacity: query.limit + 1, precedes: precedes)
        var budget = budget
        // Names and times often follow the ids: from this end, the heap soon holds what it will keep.
        for number in pageNumbers(from: isAscending ? 0 : users.pages.count, isAscending) {
            let missing = missingTexts(number)
            if missing > 0, budget.isSpent { return result([], next: start) }
            budget.read(missing)
            let page = try page(number)
            guard mayContainNeedle(page) else { continue }
            for slot in slots(of: page, isAscending) where admits(page, slot) {
                let entry = page.entries[slot]
                let id = UserID(UInt64(number * UserPage.capacity + slot) + 1)
                let candidate = withKey(page, slot) { key -> UserCandidate? in
                    if let bound, isBefore(key, id, bound, isAscending) { return nil }
                    if let last = heap.last, !isBefore(key, id, last, isAscending) { return nil }
                    return UserCandidate(id: id, entry: entry, key: Array(key))
                }
                guard let candidate else { continue }
                if filter.email != nil, try !hasEmail(user(candidate)) { continue }
                heap.insert(candidate)
            }
        }
        return try page(of: heap.sorted())
    }

    /// The candidates were looked for one beyond the limit, to know whether a page follows.
    private func page(of found: [UserCandidate]) throws(ProfileError) -> Page<User> {
        var items: [User] = []
        var bytes = 0
        for candidate in found.prefix(query.limit) {
            let user = try user(candidate)
            items.append(user)
            bytes += user.profile.byteCount
            if bytes >= pageBytes { break }
        }
        guard found.count > items.count, let last = items.last else { return result(items, next: nil) }
        return result(
            items,
            next: Cursor(.users, shape: shape, first: last.lsn.rawValue, second: last.id.rawValue)
        )
    }

    /// The cursor of a ranked list of which nothing was shown yet: there is no record 0.
    private var beginning: Cursor { Cursor(.users, shape: shape, first: 0, second: 1) }

    /// Whether a key stands at or before `bound` in the order of the list: before it, or the same user.
    private func isBefore(
        _ key: UnsafeBufferPointer<UInt8>,
        _ id: UserID,
        _ bound: UserCandidate,
        _ isAscending: Bool
    ) -> Bool {
        let order = bound.key.withUnsafeBufferPointer { Self.compare(key, id, $0, bound.id) }
        return isAscending ? order <= 0 : order >= 0
    }

    /// The user that ended the page before, as it was then.
    private func candidate(of cursor: Cursor) throws(ProfileError) -> UserCandidate {
        let lsn = LogSequenceNumber(cursor.first)
        let id = UserID(cursor.second)
        guard lsn > .zero, lsn <= users.position, let entry = users.entry(id) else { throw .invalidCursor }
        let record: StoredRecord
        let profile: Profile
        do throws(LogError) {
            record = try log.read(lsn)
            profile = try ProfileEvent.profile(payload: record.payload, of: lsn)
        } catch {
            throw .unreadable(error)
        }
        guard record.header.subject == id.rawValue else { throw .invalidCursor }
        let key = SearchText(profile).bytes.withUnsafeBufferPointer { text in
            Self.key(query.sort, lsn: lsn, text: text) { Array($0) }
        }
        return UserCandidate(id: id, entry: entry, key: key)
    }

    private func withKey<Value>(_ page: UserPage, _ slot: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        let entry = page.entries[slot]
        return page.texts.bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[page.texts.range(entry.textPlace) ?? 0..<0])
            return Self.key(query.sort, lsn: entry.lsn, text: text, body)
        }
    }

    /// Lends the sort key of a user. The order of changes is the order of LSNs, so that stands for `updated_at`.
    private static func key<Value>(
        _ sort: UserSort,
        lsn: LogSequenceNumber,
        text: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        switch sort {
        case .name, .nameDescending: return body(SearchText.name(of: text))
        case .email, .emailDescending: return body(SearchText.email(of: text))
        default:
            return withUnsafeBytes(of: lsn.rawValue.bigEndian) { body($0.assumingMemoryBound(to: UInt8.self)) }
        }
    }

    private static func compare(_ key: [UInt8], _ id: UserID, _ other: UserCandidate) -> Int {
        key.withUnsafeBufferPointer { key in
            other.key.withUnsafeBufferPointer { compare(key, id, $0, other.id) }
        }
    }

    private static func compare(
        _ key: UnsafeBufferPointer<UInt8>,
        _ id: UserID,
        _ otherKey: UnsafeBufferPointer<UInt8>,
        _ otherID: UserID
    ) -> Int {
        let order = ByteSearch.compare(key, otherKey)
        if order != 0 { return order }
        return id == otherID ? 0 : id < otherID ? -1 : 1
    }

    // MARK: Filtering

    /// A page of the snapshot, with all search texts if the query needs them.
    private func page(_ number: Int) throws(LogError) -> UserPage {
        let page = users.pages[number]
        return needsTexts ? try texts.searchable(page, number: number) : page
    }

    /// How many search texts of a page must be read before it can be searched.
    private func missingTexts(_ number: Int) -> Int {
        needsTexts ? users.pages[number].entries.count - users.pages[number].texts.count : 0
    }

    private var needsTexts: Bool {
        switch query.sort {
        case .name, .nameDescending, .email, .emailDescending: true
        default: filter.needle != nil
        }
    }

    /// False when no user of the page can match: one search through all of its texts.
    private func mayContainNeedle(_ page: UserPage) -> Bool {
        guard let needle = filter.needle else { return true }
        return page.texts.bytes.withUnsafeBufferPointer { bytes in
            needle.bytes.withUnsafeBufferPointer { ByteSearch.contains(bytes, $0) }
        }
    }

    private func admits(_ page: UserPage, _ slot: Int) -> Bool {
        let entry = page.entries[slot]
        guard filter.admits(entry) else { return false }
        guard let needle = filter.needle else { return true }
        guard let range = page.texts.range(entry.textPlace) else { return false }
        return page.texts.bytes.withUnsafeBufferPointer { bytes in
            needle.bytes.withUnsafeBufferPointer {
                ByteSearch.contains(UnsafeBufferPointer(rebasing: bytes[range]), $0)
            }
        }
    }

    /// Whether the email that is asked for is the user's: that the keys are equal does not say it.
    private func hasEmail(_ user: User) -> Bool {
        filter.email.map { FoldedText(address: user.profile.email) == $0 } ?? true
    }
}
