import LogStorage
import UserProfiles

/// The page of all metrics: what was counted, and how things are at this moment.
struct MetricsPage: Sendable {
    let metrics: ServerMetrics
    let service: APIService
    let backups: BackupGate
    let scrub: ScrubReport
    let build: Build

    /// Makes the page. Blocks for some system calls on the data directory's file system.
    func bytes() -> [UInt8] {
        var text = PrometheusText()
        var moment = Moment(service.progress, metrics.recovery.withLock { $0 }, backups.counts, scrub.progress)
        moment.add(MetricCatalog.buildInfo, 1, [("version", build.version), ("commit", build.commit)])
        for definition in MetricCatalog.all {
            text.family(definition)
            metrics.registry.write(definition, to: &text)
            for (labels, value) in moment.values[definition.name] ?? [] {
                text.sample(definition, PrometheusText.labels(labels), value)
            }
        }
        ProcessMetrics.write(to: &text)
        return text.bytes
    }
}

/// What is looked up when a page is made.
private struct Moment {
    private(set) var values: [String: [(labels: [(String, String)], value: Double)]] = [:]

    init(
        _ progress: APIService.Progress,
        _ recovery: Duration?,
        _ backups: BackupGate.Counts,
        _ scrub: ScrubReport.Progress
    ) {
        add(backups)
        add(scrub)
        if let recovery { add(MetricCatalog.recoveryDuration, recovery / .seconds(1)) }
        switch progress {
        case .starting(let recovery):
            add(MetricCatalog.ready, 0)
            add(MetricCatalog.recoveryRatio, recovery.map(Self.ratio) ?? 0)
        case .ready(let runtime):
            add(MetricCatalog.recoveryRatio, 1)
            add(runtime)
        case .stopping: add(MetricCatalog.ready, 0)
        }
    }

    mutating func add(_ definition: MetricDefinition, _ value: Double, _ labels: [(String, String)] = []) {
        values[definition.name, default: []].append((labels, value))
    }

    private mutating func add(_ runtime: Runtime) {
        // First, since it may find out what the status then says.
        let reasons = runtime.readiness().reasons
        let status = runtime.store.status
        add(MetricCatalog.queueDepth, Double(status.waitingWrites))
        add(MetricCatalog.records, Double(status.records))
        add(MetricCatalog.users, Double(status.liveUsers), [("state", "live")])
        add(MetricCatalog.users, Double(status.deletedUsers), [("state", "deleted")])
        add(MetricCatalog.indexBytes, Double(status.indexBytes))
        add(MetricCatalog.logBytes, Double(status.logBytes))
        add(MetricCatalog.segments, Double(status.segments))
        add(MetricCatalog.clockSteps, Double(status.clockSteps))
        add(MetricCatalog.clockJumped, status.clockJump == nil ? 0 : 1)
        add(MetricCatalog.poisoned, status.poisoned == nil ? 0 : 1)
        add(MetricCatalog.diskFull, status.diskFull ? 1 : 0)
        let behind = status.lastLSN.rawValue - min(status.lastLSN.rawValue, status.checkpointLSN?.rawValue ?? 0)
        add(MetricCatalog.checkpointLag, Double(behind))
        if let time = status.checkpointTime {
            let age = LogTimestamp.now().microseconds - time.microseconds
            add(MetricCatalog.checkpointAge, Double(max(0, age)) / 1_000_000)
        }
        if let space = DiskSpace(at: runtime.dataDirectory) {
            add(MetricCatalog.diskFree, Double(space.available))
            add(MetricCatalog.diskSize, Double(space.size))
        }
        add(MetricCatalog.readDamage, Double(status.readDamage.count))
        add(MetricCatalog.ready, 1)
        for reason in Readiness.Reason.allCases {
            add(MetricCatalog.degraded, reasons.contains(reason) ? 1 : 0, [("reason", reason.rawValue)])
        }
    }

    private mutating func add(_ backups: BackupGate.Counts) {
        add(MetricCatalog.backupsRunning, Double(backups.running))
        add(MetricCatalog.backupCount, Double(backups.whole), [("outcome", "whole")])
        add(MetricCatalog.backupCount, Double(backups.brokenOff), [("outcome", "broken_off")])
        if let time = backups.lastWhole { add(MetricCatalog.backupCompleted, time.unixSeconds) }
    }

    private mutating func add(_ scrub: ScrubReport.Progress) {
        add(MetricCatalog.scrubbedBytes, Double(scrub.readBytes))
        add(MetricCatalog.scrubPasses, Double(scrub.passes))
        add(MetricCatalog.scrubProgress, scrub.ratio)
        add(MetricCatalog.scrubDamage, Double(scrub.findings))
        if let time = scrub.lastCompleted { add(MetricCatalog.scrubCompleted, time.unixSeconds) }
    }

    private static func ratio(_ progress: RecoveryProgress) -> Double {
        progress.last == .zero ? 0 : Double(progress.replayed.rawValue) / Double(progress.last.rawValue)
    }
}

extension LogTimestamp {
    /// Seconds since 1970, with fractions.
    fileprivate var unixSeconds: Double { Double(microseconds) / 1_000_000 }
}
