import LogStorage

/// Compares a checkpoint, page by page, with the users that the records make.
struct CheckpointComparison {
    let directory: VerifiedDirectory

    /// Ends the reading early.
    private struct Difference: Error {
        let text: String
    }

    /// The first difference; `nil` if there is none.
    ///
    /// - Throws: what reading the checkpoint throws.
    func difference(_ checkpoint: StoredCheckpoint) throws -> String? {
        var decoder = IndexCheckpointDecoder()
        var place = 0
        do {
            try checkpoint.read { block in
                try decoder.take(block) { page in
                    try compare(page, from: place)
                    place += page.entries.count
                }
            }
            let header = try decoder.finish(at: checkpoint.lsn)
            try compare(header)
        } catch let difference as Difference {
            return difference.text
        } catch let failure as IndexCheckpointDecoder.Failure {
            return "the checkpoint cannot be used: \(failure)"
        }
        return nil
    }

    private func compare(_ header: IndexCheckpointHeader) throws {
        let users = directory.users
        guard header.time == users.time, header.users == users.count, header.liveUsers == users.liveCount else {
            throw Difference(
                text: "the checkpoint has \(header.users) users, \(header.liveUsers) of them live, at \(header.time); "
                    + "the records make \(users.count), \(users.liveCount) of them live, at \(users.time)"
            )
        }
    }

    private func compare(_ page: UserPage, from place: Int) throws {
        for (slot, entry) in page.entries.enumerated() {
            let id = UserID(UInt64(place + slot) + 1)
            guard var known = directory.entry(id) else {
                throw Difference(text: "the checkpoint has user \(id), whom no record created")
            }
            known.textPlace = entry.textPlace
            guard known == entry else {
                throw Difference(
                    text: "the checkpoint has user \(id) at version \(entry.version) from record \(entry.lsn); "
                        + "the records make another state: version \(known.version) from record \(known.lsn)"
                )
            }
            guard let range = page.texts.range(entry.textPlace) else { continue }
            guard VerifiedDirectory.hash(page.texts.bytes[range]) == directory.textHash(place + slot) else {
                throw Difference(text: "the checkpoint has another name or email of user \(id) than its record")
            }
        }
    }
}
