import LogStorage
import UserProfiles

/// Makes the rows of one part of the log.
struct EntryJob<Layout: EntryLayout>: Sendable {
    let archive: LogArchive
    let scan: EntryScan
    let order: ScanOrder
    let skipsDamage: Bool
    let renderer: RowRenderer<Layout>

    /// Hands the rows of `range` to `emit`, piece by piece.
    func run(_ range: ClosedRange<LogSequenceNumber>, _ emit: (RowPiece) -> Bool) throws {
        var renderer = renderer
        do {
            if skipsDamage {
                try skip(range, &renderer, emit)
            } else {
                try scan.scan(from: range.lowerBound, through: range.upperBound, order: order) { entry, knowsChanges in
                    renderer.append(EntryRow(entry: entry, knowsChanges: knowsChanges), emit) ? .next : .stop
                }
            }
        } catch {
            // The rows before the damage are good.
            _ = emit(renderer.take())
            throw error
        }
        _ = emit(renderer.take())
    }

    /// Goes on behind damage, which becomes part of the pieces.
    private func skip(
        _ range: ClosedRange<LogSequenceNumber>,
        _ renderer: inout RowRenderer<Layout>,
        _ emit: (RowPiece) -> Bool
    ) throws {
        func mark(_ finding: DamageFinding) -> ScanControl {
            var piece = renderer.take()
            piece.damage = [finding]
            return emit(piece) ? .next : .stop
        }
        try archive.scanSkippingDamage(
            from: range.lowerBound,
            through: range.upperBound,
            order: order,
            gap: { _ = mark($0) },
            { header, payload in
                guard scan.filter.admits(header) else { return .next }
                let json = try payload()
                do {
                    return try scan.take(header, json) { entry, knowsChanges in
                        renderer.append(EntryRow(entry: entry, knowsChanges: knowsChanges), emit) ? .next : .stop
                    }
                } catch let error as LogError where error.code == .damaged {
                    return mark(DamageFinding(unreadable: error, header.lsn))
                }
            }
        )
    }
}

extension DamageFinding {
    /// A record that stands in a whole frame and yet cannot be read.
    init(unreadable error: LogError, _ lsn: LogSequenceNumber) {
        self.init(
            .contents,
            error.message,
            file: error.file ?? "",
            offset: error.offset,
            lsns: error.lsns ?? lsn...lsn,
            advice: error.advice ?? "Keep the files as they are, and check them with profile-log verify"
        )
    }
}
