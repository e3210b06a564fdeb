import LogStorage

/// What one page of a list may look at before it ends early with a cursor.
///
/// It counts work and not time, so a page ends at the same place on every machine. A page that ends early may have no
/// rows at all; it always gets further than the page before it.
public struct ScanBudget: Sendable, Hashable {
    /// Records that are passed over, and users of the index; a record that is read by itself counts as
    /// ``singleRead`` of them. The default takes about a tenth of a second.
    public var records = 1 << 20
    /// Stored bytes of the records that are passed over or read.
    public var bytes = 64 << 20

    public init() {}

    /// How many records of a scan cost as much as one record that is read by itself: 50 ns and some µs were measured.
    static let singleRead = 64

    /// Whether nothing is left.
    var isSpent: Bool { records <= 0 || bytes <= 0 }

    /// Whether so many single reads are within what is left.
    func allows(reads count: UInt64) -> Bool { count <= UInt64(max(0, records - 1) / Self.singleRead) }

    /// Notes a record of a scan.
    mutating func pass(_ header: RecordHeader) {
        records -= 1
        bytes -= header.storedBytes
    }

    /// Notes a record that was read by itself.
    mutating func read(_ header: RecordHeader) {
        read()
        bytes -= header.storedBytes
    }

    /// Notes records that were read one by one and whose size is not known.
    mutating func read(_ count: Int = 1) {
        records -= count * Self.singleRead
    }

    /// Notes users of the index.
    mutating func look(at users: Int) {
        records -= users
    }
}
