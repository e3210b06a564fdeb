@testable import LogStorage

/// Keeps what a pass over a store tells.
final class VisitRecorder: ArchiveVisitor {
    private(set) var records: [StoredRecord] = []
    private(set) var places: [RecordPlace] = []
    private(set) var skipped: [ClosedRange<LogSequenceNumber>] = []
    private(set) var findings: [DamageFinding] = []
    private(set) var progress: [UInt64] = []

    var kinds: [DamageFinding.Kind] { findings.map(\.kind) }

    func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws {
        records.append(StoredRecord(header: header, payload: payload))
        places.append(place)
    }

    func skip(_ lsns: ClosedRange<LogSequenceNumber>) throws { skipped.append(lsns) }
    func found(_ finding: DamageFinding) throws { findings.append(finding) }
    func progress(bytes: UInt64, of total: UInt64) { progress.append(bytes) }
}

extension LogFixture {
    /// A pass over the whole store, which stands still.
    func verify(_ visitor: any ArchiveVisitor) throws -> VerificationSummary {
        try ArchiveVerifier(try archive(), patience: .none).verify(visitor)
    }

    /// What is wrong with the store.
    func findings() throws -> [DamageFinding] {
        let recorder = VisitRecorder()
        _ = try verify(recorder)
        return recorder.findings
    }
}
