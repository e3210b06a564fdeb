import LogStorage

/// A run of users with consecutive ids, the unit of copying when the index changes under a snapshot.
struct UserPage: Sendable {
    /// Users on a full page: some 40 KB of entries, so that a copy takes a few microseconds.
    static let capacity = 1_024

    private(set) var entries: [UserEntry] = []
    private(set) var texts = SearchTextStore()

    init() {}

    /// A page as a checkpoint kept it.
    init(entries: [UserEntry], texts: SearchTextStore) {
        self.entries = entries
        self.texts = texts
    }

    /// Whether each user has its search text.
    var isSearchable: Bool { texts.count == entries.count }

    /// Asks the processor for the entry at `slot`, without waiting for it.
    @inline(__always)
    func prefetch(_ slot: Int) {
        entries.withUnsafeBufferPointer { entries in
            guard let start = entries.baseAddress else { return }
            (start + slot).prefetch()
        }
    }

    /// Asks the processor for the search text at `slot`, without waiting for it.
    func prefetchText(_ slot: Int) {
        texts.prefetch(entries[slot].textPlace)
    }

    mutating func append(_ entry: UserEntry, text: SearchText?) {
        if entries.count == entries.capacity {
            entries.reserveCapacity(min(Self.capacity, max(16, entries.count * 2)))
        }
        entries.append(entry)
        if let text { setText(text, at: entries.count - 1) }
    }

    /// Replaces the entry at `slot`. Without `text`, the search text is unknown from now on.
    mutating func replace(_ entry: UserEntry, at slot: Int, text: SearchText?) {
        let place = entries[slot].textPlace
        entries[slot] = entry
        entries[slot].textPlace = place
        if let text {
            setText(text, at: slot)
        } else if place != 0 {
            entries[slot].textPlace = 0
            texts.discard(place)
        }
    }

    mutating func setText(_ text: SearchText, at slot: Int) {
        let place = entries[slot].textPlace
        if place != 0 {
            if isText(place, equalTo: text) { return }
            texts.discard(place)
        }
        entries[slot].textPlace = text.bytes.withUnsafeBufferPointer { texts.append($0) }
        if texts.isWasteful { rebuildTexts() }
    }

    /// The bytes of the search text at `slot`; `nil` when it is not in memory.
    func text(at slot: Int) -> [UInt8]? {
        texts.range(entries[slot].textPlace).map { Array(texts.bytes[$0]) }
    }

    /// The page with its texts in the order of users and without waste.
    func compacted() -> UserPage {
        guard texts.wasted > 0 else { return self }
        var copy = self
        copy.rebuildTexts()
        return copy
    }

    /// Bytes in memory.
    var footprint: Int {
        entries.capacity * MemoryLayout<UserEntry>.stride + texts.bytes.capacity + MemoryLayout<UserPage>.stride + 64
    }

    private func isText(_ place: UInt32, equalTo text: SearchText) -> Bool {
        guard let range = texts.range(place) else { return false }
        return texts.bytes[range].elementsEqual(text.bytes)
    }

    private mutating func rebuildTexts() {
        var rebuilt = SearchTextStore()
        texts.bytes.withUnsafeBufferPointer { bytes in
            for slot in entries.indices {
                guard let range = texts.range(entries[slot].textPlace) else { continue }
                entries[slot].textPlace = rebuilt.append(UnsafeBufferPointer(rebasing: bytes[range]))
            }
        }
        texts = rebuilt
    }
}
