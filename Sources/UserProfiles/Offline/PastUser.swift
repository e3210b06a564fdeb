package import LogStorage

/// Finds one user as it was after one record of a log, without an index.
package struct PastUser {
    private let log: any ReadableLog

    package init(_ log: any ReadableLog) {
        self.log = log
    }

    /// The user `id` after the record `lsn`, deleted or not; `nil` if there was none yet.
    package func user(_ id: UserID, at lsn: LogSequenceNumber) throws -> User? {
        var found: (RecordHeader, [UInt8])?
        try log.scan(from: LogSequenceNumber(1), through: lsn, order: .descending) { header, payload in
            guard header.subject == id.rawValue else { return .next }
            found = (header, try payload())
            return .stop
        }
        guard let (header, payload) = found else { return nil }
        let profile = try ProfileEvent.profile(payload: payload, of: header.lsn)
        return User(header, createdAt: try creation(of: header), profile)
    }

    /// The time of the record that created the user of `header`.
    private func creation(of header: RecordHeader) throws(LogError) -> LogTimestamp {
        var header = header
        while let previous = header.previous {
            let before = try log.header(previous)
            guard before.subject == header.subject, before.version < header.version else {
                throw LogError(
                    .damaged,
                    "The history of user \(header.subject) leads to another record",
                    lsns: header.lsn...header.lsn,
                    advice: "Check the files with profile-log verify"
                )
            }
            header = before
        }
        return header.time
    }
}
