import LogStorage

/// Completes the search texts of a page from the log, and keeps what it read for the next search.
struct SearchTextResolver: Sendable {
    let state: StoreState
    let log: any ReadableLog

    /// `page` with every search text. Blocks for a disk read for each that is missing.
    ///
    /// - Parameters:
    ///   - page: a page of a snapshot.
    ///   - number: its place in the table.
    func searchable(_ page: UserPage, number: Int) throws(LogError) -> UserPage {
        guard !page.isSearchable else { return page }
        let slots = page.entries.indices.filter { page.entries[$0].textPlace == 0 }
        let found = try texts(of: slots, in: page)
        var complete = page
        for (slot, text) in found { complete.setText(text, at: slot) }
        state.withLock { content in
            for (slot, text) in found {
                let id = UserID(UInt64(number * UserPage.capacity + slot) + 1)
                content.index.setText(text, of: id, asOf: page.entries[slot].lsn)
            }
        }
        return complete
    }

    private typealias Texts = [(slot: Int, text: SearchText)]

    /// Reads the texts of `slots`: in one go where their records lie close together, which is a few times faster.
    private func texts(of slots: [Int], in page: UserPage) throws(LogError) -> Texts {
        let lsns = slots.map { page.entries[$0].lsn }
        guard let first = lsns.min(), let last = lsns.max() else { return [] }
        if last.rawValue - first.rawValue < UInt64(slots.count * Self.sparseness) {
            return try scanned(slots, in: page, from: first, through: last)
        }
        var found: Texts = []
        for slot in slots {
            let lsn = page.entries[slot].lsn
            found.append((slot, try text(try log.read(lsn).payload, lsn)))
        }
        return found
    }

    /// A single read costs about as much as passing over this many records in a scan.
    private static let sparseness = 8

    private func scanned(
        _ slots: [Int],
        in page: UserPage,
        from first: LogSequenceNumber,
        through last: LogSequenceNumber
    ) throws(LogError) -> Texts {
        let wanted = Dictionary(slots.map { (page.entries[$0].lsn, $0) }) { first, _ in first }
        var found: Texts = []
        do {
            try log.scan(from: first, through: last, order: .ascending) { header, payload in
                if let slot = wanted[header.lsn] { found.append((slot, try text(try payload(), header.lsn))) }
                return .next
            }
        } catch {
            throw error as? LogError ?? LogError(.io, "\(error)")
        }
        return found
    }

    private func text(_ payload: [UInt8], _ lsn: LogSequenceNumber) throws(LogError) -> SearchText {
        SearchText(try ProfileEvent.profile(payload: payload, of: lsn))
    }
}
