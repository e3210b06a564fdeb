import LogStorage

/// All users by id, at one place of the log. A copy is a snapshot: it costs nothing until a page changes.
struct UserTable: Sendable {
    private(set) var pages: [UserPage] = []
    /// Users ever created; the highest id.
    private(set) var count = 0
    private(set) var liveCount = 0
    /// The last record taken in.
    var position = LogSequenceNumber.zero
    /// Its time.
    var time = LogTimestamp(microseconds: 0)

    init() {}

    /// Whether each user has its search text in memory.
    var searchableCount: Int { pages.reduce(0) { $0 + $1.texts.count } }

    var deletedCount: Int { count - liveCount }

    /// The user `id`, if there is one.
    func entry(_ id: UserID) -> UserEntry? {
        guard let place = place(id) else { return nil }
        return pages[place.page].entries[place.slot]
    }

    /// The user with the number `id`, which must exist.
    func entry(existing id: UInt32) -> UserEntry {
        let index = Int(id) - 1
        return pages[index / UserPage.capacity].entries[index % UserPage.capacity]
    }

    /// Asks the processor for the entries that records are about to change, without waiting for them.
    func prefetch(for headers: [RecordHeader]) {
        pages.withUnsafeBufferPointer { pages in
            for header in headers {
                guard let place = place(UserID(header.subject)) else { continue }
                pages[place.page].prefetch(place.slot)
            }
        }
    }

    /// Asks the processor for the entry of the user `id`, without waiting for it.
    func prefetch(_ id: UserID) {
        guard let place = place(id) else { return }
        pages[place.page].prefetch(place.slot)
    }

    /// Asks the processor for the search text of the user `id`, without waiting for it.
    func prefetchText(_ id: UserID) {
        guard let place = place(id) else { return }
        pages[place.page].prefetchText(place.slot)
    }

    /// The search text of the user `id`, if it is in memory.
    func text(_ id: UserID) -> [UInt8]? {
        guard let place = place(id) else { return nil }
        return pages[place.page].text(at: place.slot)
    }

    /// Adds the user with the next id.
    mutating func append(_ entry: UserEntry, text: SearchText?) {
        if count == pages.count * UserPage.capacity { pages.append(UserPage()) }
        pages[pages.count - 1].append(entry, text: text)
        count += 1
        if !entry.deleted { liveCount += 1 }
    }

    /// Replaces the entry of the existing user `id`.
    mutating func replace(_ entry: UserEntry, of id: UserID, text: SearchText?) {
        guard let place = place(id) else { return }
        let wasDeleted = pages[place.page].entries[place.slot].deleted
        pages[place.page].replace(entry, at: place.slot, text: text)
        if wasDeleted != entry.deleted { liveCount += entry.deleted ? -1 : 1 }
    }

    /// Keeps the search text of the user `id` unless the user has changed since the record `lsn`.
    mutating func setText(_ text: SearchText, of id: UserID, asOf lsn: LogSequenceNumber) {
        guard let place = place(id), pages[place.page].entries[place.slot].lsn == lsn else { return }
        pages[place.page].setText(text, at: place.slot)
    }

    /// Adds a page that a checkpoint kept. All pages but the last must be full.
    mutating func append(page: UserPage) {
        pages.append(page)
        count += page.entries.count
        liveCount += page.entries.reduce(0) { $0 + ($1.deleted ? 0 : 1) }
    }

    /// Bytes in memory.
    var footprint: Int { pages.reduce(0) { $0 + $1.footprint } }

    private func place(_ id: UserID) -> (page: Int, slot: Int)? {
        guard id.rawValue >= 1, id.rawValue <= UInt64(count) else { return nil }
        let index = Int(id.rawValue) - 1
        return (index / UserPage.capacity, index % UserPage.capacity)
    }
}
