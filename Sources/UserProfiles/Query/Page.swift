public import LogStorage

/// A part of a list, and where the rest begins.
public struct Page<Element: Sendable>: Sendable {
    public let items: [Element]
    /// The cursor for the next page; `nil` on the last one. A page may be short, even empty, and still have one.
    public let next: String?
    /// The last record that the page takes into account.
    public let asOf: LogSequenceNumber

    public init(items: [Element], next: String?, asOf: LogSequenceNumber) {
        self.items = items
        self.next = next
        self.asOf = asOf
    }
}
