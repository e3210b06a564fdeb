import TestSupport

@testable import LogStorage

/// Keeps what a verification finds.
final class FindingCollector: ArchiveVisitor {
    private(set) var findings: [DamageFinding] = []
    private(set) var records: UInt64 = 0

    /// Whether nothing stands there that was not written, but for what a crash leaves.
    ///
    /// There is no `store.json`, which is made anew.
    var isClean: Bool { findings.allSatisfy { $0.kind == .tornTail || $0.kind == .storeDescription } }

    func visit(_ header: RecordHeader, _ payload: [UInt8], at place: RecordPlace) throws { records += 1 }
    func found(_ finding: DamageFinding) throws { findings.append(finding) }

    /// Verifies the store on `disk`.
    static func verify(_ disk: MemoryFileSystem) throws -> FindingCollector {
        let collector = FindingCollector()
        do {
            let archive = try LogArchive.open(LogCheck.directory, fileSystem: disk)
            let summary = try ArchiveVerifier(archive, patience: .none).verify(collector)
            try FuzzFinding.require(summary.findings == collector.findings.count, "findings are not counted")
        } catch let error as LogError {
            try FuzzFinding.require(error.code == .unsupportedFormat, "a verification ends with \(error)")
            collector.findings.append(
                DamageFinding(.unreadable, error.message, file: error.file ?? "", advice: "")
            )
        }
        return collector
    }
}
