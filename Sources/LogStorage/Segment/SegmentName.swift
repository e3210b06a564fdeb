/// The names of the files in `wal/`.
enum SegmentName {
    /// The next segment while it has no number yet.
    static let prepared = "next.prepared"
    /// Stands in a copy of a store until all of it is there.
    static let unfinished = "unfinished.copy"
    static let unfinishedMessage = "this is a copy of a store that was not finished: it may lack records"
    static let unfinishedAdvice = "Delete it and copy the store again"
    private static let digits = 20
    private static let ending = ".wal"

    /// For example `00000000000000000001.wal`.
    static func of(_ firstLSN: LogSequenceNumber) -> String {
        numbered(firstLSN, ending: ending)
    }

    /// The number that a segment's name says; `nil` if it is not a segment's name.
    static func firstLSN(in name: String) -> LogSequenceNumber? {
        number(in: name, ending: ending)
    }

    static func numbered(_ lsn: LogSequenceNumber, ending: String) -> String {
        let number = String(lsn.rawValue)
        return String(repeating: "0", count: digits - number.utf8.count) + number + ending
    }

    static func number(in name: String, ending: String) -> LogSequenceNumber? {
        guard name.utf8.count == digits + ending.utf8.count, name.hasSuffix(ending) else { return nil }
        let number = name.dropLast(ending.count)
        guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(number), value > 0 else {
            return nil
        }
        return LogSequenceNumber(value)
    }
}
