import LogStorage

/// Some rows, ready to be written, and what is to be said behind them.
struct RowPiece: Sendable {
    var bytes: [UInt8] = []
    /// Where each row ends in ``bytes``.
    var ends: [Int] = []
    /// Damage that was met behind these rows and left out.
    var damage: [DamageFinding] = []

    /// The bytes of the first `count` rows.
    func prefix(_ count: Int) -> [UInt8] {
        guard count < ends.count else { return bytes }
        return count > 0 ? Array(bytes[..<ends[count - 1]]) : []
    }
}
