import LogStorage

/// Completes the search texts of a page from the log, and keeps what it read for the next search.
struct SearchTextResolver: Sendable {
    let state: StoreState
    let log: any ProfileLog

    /// `page` with every search text. Blocks for a disk read for each that is missing.
    ///
    /// - Parameters:
    ///   - page: a page of a snapshot.
    ///   - number: its place in the table.
    func searchable(_ page: UserPage, number: Int) throws(LogError) -> UserPage {
        guard !page.isSearchable else { return page }
        var complete = page
        var found: [(id: UserID, lsn: LogSequenceNumber, text: SearchText)] = []
        for slot in page.entries.indices where page.entries[slot].textPlace == 0 {
            let lsn = page.entries[slot].lsn
            let text = SearchText(try ProfileEvent.profile(payload: try log.read(lsn).payload, of: lsn))
            complete.setText(text, at: slot)
            found.append((UserID(UInt64(number * UserPage.capacity + slot) + 1), lsn, text))
        }
        let texts = found
        state.withLock { content in
            for item in texts { content.index.setText(item.text, of: item.id, asOf: item.lsn) }
        }
        return complete
    }
}
