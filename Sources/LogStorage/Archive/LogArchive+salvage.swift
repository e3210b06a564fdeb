extension LogArchive {
    /// Hands the records of a closed range to `body` like ``scan(from:through:order:_:)``, but goes on behind damage:
    /// with the next frame that is whole and can stand there.
    ///
    /// - Parameters:
    ///   - gap: gets each place where something had to be left out, in its turn among the records.
    ///   - body: as in ``scan(from:through:order:_:)``. Where the payload cannot be inflated and `body` passes that
    ///     error on, the record counts as a gap.
    /// - Throws: what `gap` and `body` throw.
    public func scanSkippingDamage(
        from first: LogSequenceNumber,
        through last: LogSequenceNumber,
        order: ScanOrder = .ascending,
        gap: (DamageFinding) throws -> Void,
        _ body: (RecordHeader, _ payload: () throws(LogError) -> [UInt8]) throws -> ScanControl
    ) throws {
        let first = max(first, LogSequenceNumber(1))
        let end = shelf.last.lsn
        let beyond = last > end ? shelf.damageAtEnd : nil
        if let beyond, order == .descending { try gap(DamageFinding(.recordsMissing, beyond, file: paths.segments)) }
        if first <= min(last, end) {
            // Both are only called before this returns.
            let control = try withoutActuallyEscaping(gap) { gap in
                try withoutActuallyEscaping(body) { body in
                    let pass = SalvagePass(archive: self, first: first, last: min(last, end), gap: gap, body: body)
                    return switch order {
                    case .ascending: try pass.ascending()
                    case .descending: try pass.descending()
                    }
                }
            }
            if control == .stop { return }
        }
        if let beyond, order == .ascending { try gap(DamageFinding(.recordsMissing, beyond, file: paths.segments)) }
    }
}
