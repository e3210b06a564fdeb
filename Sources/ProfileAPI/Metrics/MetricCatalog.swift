import LogStorage
import UserProfiles

/// What a family of metrics is called, of which kind it is, and what it says.
struct MetricDefinition: Sendable {
    /// The kinds of Prometheus' text format.
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// A value with its labels.
    typealias Sample = (labels: [(String, String)], value: Double)

    /// With its unit at the end, in base units; counters end in `_total`.
    let name: String
    let kind: Kind
    /// For a histogram: the upper bounds of its buckets in recorded units, ascending.
    var bounds: [Int64] = []
    /// How many recorded units make a base unit: 10⁹ for durations, which are recorded in nanoseconds.
    var unitsPerBase: Double = 1
    /// Whether series that count nothing yet are left out, where there could be many.
    var omitsZeros = false
    /// One sentence for the line HELP.
    private(set) var help = ""
    /// What is looked up when a page is made; nothing of what is recorded as it happens.
    private(set) var read: @Sendable (MetricsMoment) -> [Sample] = { _ in [] }

    static func counter(_ name: String, omitsZeros: Bool = false) -> MetricDefinition {
        MetricDefinition(name: name, kind: .counter, omitsZeros: omitsZeros)
    }

    static func gauge(_ name: String) -> MetricDefinition { MetricDefinition(name: name, kind: .gauge) }

    /// - Parameter microseconds: the upper bounds.
    static func durations(_ name: String, microseconds: [Int64]) -> MetricDefinition {
        let bounds = microseconds.map { $0 * 1_000 }
        return MetricDefinition(name: name, kind: .histogram, bounds: bounds, unitsPerBase: 1_000_000_000)
    }

    func help(_ help: String) -> MetricDefinition {
        var definition = self
        definition.help = help
        return definition
    }

    /// The metric, read as several series.
    func series(_ read: @escaping @Sendable (MetricsMoment) -> [Sample]) -> MetricDefinition {
        var definition = self
        definition.read = read
        return definition
    }

    /// The metric, read as one value; absent where there is none.
    func reading(_ value: @escaping @Sendable (MetricsMoment) -> Double?) -> MetricDefinition {
        series { moment in value(moment).map { [([], $0)] } ?? [] }
    }

    /// The metric, read from the status of an open store.
    func status(_ value: @escaping @Sendable (StoreStatus) -> Double?) -> MetricDefinition {
        reading { $0.status.flatMap(value) }
    }
}

/// All metrics of the server.
enum MetricCatalog {
    /// In the order of the page.
    static let all =
        [
            requestCount, requestDuration, requestsInFlight, loginFailures, loginsThrottled, commitRecords,
            commitDuration, commitFailures, syncDuration, writtenBytes,
        ] + store + disk + start + scrub + backups

    // MARK: Requests and logins

    static let requestCount = MetricDefinition.counter("profiles_http_requests_total", omitsZeros: true)
        .help("Requests that were answered, by method, path template and status; none where it was not known yet.")
    static let requestDuration = MetricDefinition.durations(
        "profiles_http_request_duration_seconds",
        // A read takes tenths of a millisecond, a durable write one or a few, a password hash a hundred.
        microseconds: [
            100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
            30_000_000,
        ]
    ).help("Time from a request's head to its answer, by method and path template.")
    static let requestsInFlight = MetricDefinition.gauge("profiles_http_requests_in_flight")
        .help("Requests that are being answered.")
    static let loginFailures = MetricDefinition.counter("profiles_login_failures_total")
        .help("Requests with credentials that are not good (401).")
    static let loginsThrottled = MetricDefinition.counter("profiles_logins_throttled_total")
        .help("Requests that were refused after too many failed logins, or because too many wait (429).")

    // MARK: Commits

    static let commitRecords = MetricDefinition(
        name: "profiles_commit_batch_records",
        kind: .histogram,
        bounds: [1, 2, 4, 8, 16, 32, 64, 128]
    ).help("Records that one commit made durable together.")
    static let commitDuration = MetricDefinition.durations(
        "profiles_commit_duration_seconds",
        microseconds: diskMicroseconds
    ).help("Time of a commit: check, write, sync and make visible one batch.")
    static let commitFailures = MetricDefinition.counter("profiles_commit_failures_total")
        .help("Batches of changes that could not be written; the log has a line when such a state begins and ends.")
    static let syncDuration = MetricDefinition.durations(
        "profiles_log_sync_duration_seconds",
        microseconds: diskMicroseconds
    ).help("Time of one fdatasync of the log.")
    static let writtenBytes = MetricDefinition.counter("profiles_log_written_bytes_total")
        .help("Bytes of frames that were written to the log since the start.")
    /// From a disk with a cache of its own to one that is about to fail.
    private static let diskMicroseconds: [Int64] = [
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    ]

    static let users = MetricDefinition.gauge("profiles_users").help("Users, by state: live or deleted.")
        .series { moment in
            guard let status = moment.status else { return [] }
            let counts = [("live", status.liveUsers), ("deleted", status.deletedUsers)]
            return counts.map { ([("state", $0)], Double($1)) }
        }
    static let checkpointDuration = MetricDefinition.durations(
        "profiles_checkpoint_duration_seconds",
        microseconds: [10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 60_000_000]
    ).help("Time that writing a checkpoint took.")
    private static let store: [MetricDefinition] = [
        .gauge("profiles_commit_queue_depth").status { Double($0.waitingWrites) }
            .help("Changes that wait to be committed."),
        .gauge("profiles_records").status { Double($0.records) }.help("Records in the log."),
        users,
        .gauge("profiles_index_bytes").status { Double($0.indexBytes) }.help("Bytes that the index takes in memory."),
        .gauge("profiles_log_bytes").status { Double($0.logBytes) }
            .help("Bytes of the log's segments, preallocated room left out."),
        .gauge("profiles_log_segments").status { Double($0.segments) }.help("Files that the log consists of."),
        .counter("profiles_clock_steps_total").status { Double($0.clockSteps) }
            .help("How often the wall clock went back between two commits since the start."),
        .gauge("profiles_clock_jumped").status { $0.clockJump == nil ? 0 : 1 }.help(
            "1 after the wall clock jumped by more than a day: only reads are answered until a start accepts the clock."
        ),
        .gauge("profiles_poisoned").status { $0.poisoned == nil ? 0 : 1 }
            .help("1 after a failed write or sync: only reads are answered until the process is started anew."),
        .gauge("profiles_checkpoint_age_seconds").status { status in
            status.checkpointTime.map { Double(max(0, LogTimestamp.now().microseconds - $0.microseconds)) / 1_000_000 }
        }.help("Time since the newest checkpoint was made; absent while there is none."),
        .gauge("profiles_checkpoint_lag_records")
            .status { Double($0.lastLSN.rawValue - min($0.lastLSN.rawValue, $0.checkpointLSN?.rawValue ?? 0)) }
            .help("Records behind the newest checkpoint, which a start has to replay."),
        checkpointDuration,
    ]

    private static let disk: [MetricDefinition] = [
        .gauge("profiles_disk_free_bytes").reading { $0.disk.map { Double($0.available) } }
            .help("Bytes that may still be written to the data directory's file system."),
        .gauge("profiles_disk_size_bytes").reading { $0.disk.map { Double($0.size) } }
            .help("Bytes of the data directory's file system."),
        .gauge("profiles_disk_full").status { $0.diskFull ? 1 : 0 }.help("1 while the last write found no room (507)."),
    ]

    private static let start: [MetricDefinition] = [
        .gauge("profiles_ready").reading { $0.status == nil ? 0 : 1 }.help("1 while /health/ready answers 200."),
        .gauge("profiles_degraded").series { moment in
            guard moment.status != nil else { return [] }
            return Readiness.Reason.allCases.map { ([("reason", $0.rawValue)], moment.reasons.contains($0) ? 1 : 0) }
        }.help("1 while /health/ready gives the reason for being degraded."),
        .gauge("profiles_read_damage_findings").status { Double($0.readDamage.count) }
            .help("Places that reads found to be damaged since the start; the log names them."),
        .gauge("profiles_recovery_duration_seconds").reading { $0.recovery.map { $0 / .seconds(1) } }
            .help("Time that opening the store took at the start; absent until then."),
        .gauge("profiles_recovery_progress_ratio").reading { $0.recoveryRatio }
            .help("How much of the log the start has taken in, 0 to 1."),
        .gauge("profiles_build_info").series { [([("version", $0.build.version), ("commit", $0.build.commit)], 1)] }
            .help("1, with the version of the program and the commit it was built from."),
    ]

    private static let scrub: [MetricDefinition] = [
        .counter("profiles_scrub_read_bytes_total").reading { Double($0.scrub.readBytes) }
            .help("Bytes of sealed segments that were read again since the start."),
        .counter("profiles_scrub_passes_total").reading { Double($0.scrub.passes) }
            .help("Passes over all sealed segments that came to their end since the start."),
        .gauge("profiles_scrub_progress_ratio").reading { $0.scrub.ratio }
            .help("How far the present pass is, 0 to 1; 1 between two passes."),
        .gauge("profiles_scrub_damage_findings").reading { Double($0.scrub.found.count) }
            .help("Places that the present or last pass found to be damaged; the log names them."),
        .gauge("profiles_scrub_last_completed_timestamp_seconds").reading { $0.scrub.lastCompleted?.unixSeconds }
            .help("When the last pass ended, in Unix time; absent until then."),
    ]

    static let backupCount = MetricDefinition.counter("profiles_backups_total")
        .help("Backups that were sent, by outcome: whole or broken_off.")
        .series { moment in
            let counts = [("whole", moment.backups.whole), ("broken_off", moment.backups.brokenOff)]
            return counts.map { ([("outcome", $0)], Double($1)) }
        }
    private static let backups: [MetricDefinition] = [
        .gauge("profiles_backups_running").reading { Double($0.backups.running) }
            .help("Backups that are being sent."),
        backupCount,
        .gauge("profiles_backup_last_completed_timestamp_seconds").reading { $0.backups.lastWhole?.unixSeconds }
            .help("When the last whole backup was sent, in Unix time; absent until then."),
    ]
}

extension LogTimestamp {
    /// Seconds since 1970, with fractions.
    fileprivate var unixSeconds: Double { Double(microseconds) / 1_000_000 }
}
