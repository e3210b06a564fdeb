import LogStorage

/// Tells whether a live user has an email, by the email itself: two emails may have one key.
struct EmailCheck {
    let state: StoreState
    let log: any ReadableLog

    /// The live user other than `id` who has the folded email `email`, whose key is `key`.
    ///
    /// - Parameter unless: users to pass over because the caller knows better.
    func holder(
        of email: FoldedText,
        key: UInt64,
        besides id: UserID?,
        unless isKnown: (UserID) -> Bool = { _ in false }
    ) throws(LogError) -> UserID? {
        let candidates = state.withLock { content in
            content.index.holders(of: key).filter { $0 != id && !isKnown($0) }.map { holder in
                (id: holder, lsn: content.index.users.entry(holder)?.lsn, text: content.index.users.text(holder))
            }
        }
        for candidate in candidates {
            guard let lsn = candidate.lsn else { continue }
            if try has(email, lsn, candidate.text) { return candidate.id }
        }
        return nil
    }

    private func has(_ email: FoldedText, _ lsn: LogSequenceNumber, _ text: [UInt8]?) throws(LogError) -> Bool {
        if let text {
            return text.withUnsafeBufferPointer { SearchText.email(of: $0).elementsEqual(email.bytes) }
        }
        let profile = try ProfileEvent.profile(payload: try log.read(lsn).payload, of: lsn)
        return FoldedText(address: profile.email) == email
    }
}
