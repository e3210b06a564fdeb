/// All metrics of the server, in the order of the page.
enum MetricCatalog {
    static let all = requests + logins + commits + store + checkpoints + disk + start + scrub + backups

    // MARK: Requests

    static let requestCount = MetricDefinition.counter(
        "profiles_http_requests_total",
        "Requests that were answered, by method, path template and status; none where it was not known yet.",
        omitsZeros: true
    )
    static let requestDuration = MetricDefinition.durations(
        "profiles_http_request_duration_seconds",
        "Time from a request's head to its answer, by method and path template.",
        // A read takes tenths of a millisecond, a durable write one or a few, a password hash a hundred.
        microseconds: [
            100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
            30_000_000,
        ]
    )
    static let requestsInFlight = MetricDefinition.gauge(
        "profiles_http_requests_in_flight",
        "Requests that are being answered."
    )
    private static let requests = [requestCount, requestDuration, requestsInFlight]

    // MARK: Logins

    static let loginFailures = MetricDefinition.counter(
        "profiles_login_failures_total",
        "Requests with credentials that are not good (401)."
    )
    static let loginsThrottled = MetricDefinition.counter(
        "profiles_logins_throttled_total",
        "Requests that were refused after too many failed logins, or because too many wait (429)."
    )
    private static let logins = [loginFailures, loginsThrottled]

    // MARK: Commits

    static let commitRecords = MetricDefinition.amounts(
        "profiles_commit_batch_records",
        "Records that one commit made durable together.",
        bounds: [1, 2, 4, 8, 16, 32, 64, 128]
    )
    static let commitDuration = MetricDefinition.durations(
        "profiles_commit_duration_seconds",
        "Time of a commit: check, write, sync and make visible one batch.",
        microseconds: diskMicroseconds
    )
    static let commitFailures = MetricDefinition.counter(
        "profiles_commit_failures_total",
        "Batches of changes that could not be written; the log has a line when such a state begins and ends."
    )
    static let syncDuration = MetricDefinition.durations(
        "profiles_log_sync_duration_seconds",
        "Time of one fdatasync of the log.",
        microseconds: diskMicroseconds
    )
    static let writtenBytes = MetricDefinition.counter(
        "profiles_log_written_bytes_total",
        "Bytes of frames that were written to the log since the start."
    )
    static let queueDepth = MetricDefinition.gauge(
        "profiles_commit_queue_depth",
        "Changes that wait to be committed."
    )
    /// From a disk with a cache of its own to one that is about to fail.
    private static let diskMicroseconds: [Int64] = [
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    ]
    private static let commits = [
        commitRecords, commitDuration, commitFailures, syncDuration, writtenBytes, queueDepth,
    ]

    // MARK: The store

    static let records = MetricDefinition.gauge("profiles_records", "Records in the log.")
    static let users = MetricDefinition.gauge("profiles_users", "Users, by state: live or deleted.")
    static let indexBytes = MetricDefinition.gauge("profiles_index_bytes", "Bytes that the index takes in memory.")
    static let logBytes = MetricDefinition.gauge(
        "profiles_log_bytes",
        "Bytes of the log's segments, preallocated room left out."
    )
    static let segments = MetricDefinition.gauge("profiles_log_segments", "Files that the log consists of.")
    static let clockSteps = MetricDefinition.counter(
        "profiles_clock_steps_total",
        "How often the wall clock went back between two commits since the start."
    )
    static let clockJumped = MetricDefinition.gauge(
        "profiles_clock_jumped",
        "1 after the wall clock jumped by more than a day: only reads are answered until a start accepts the clock."
    )
    static let poisoned = MetricDefinition.gauge(
        "profiles_poisoned",
        "1 after a failed write or sync: only reads are answered until the process is started anew."
    )
    private static let store = [records, users, indexBytes, logBytes, segments, clockSteps, clockJumped, poisoned]

    // MARK: Checkpoints

    static let checkpointAge = MetricDefinition.gauge(
        "profiles_checkpoint_age_seconds",
        "Time since the newest checkpoint was made; absent while there is none."
    )
    static let checkpointLag = MetricDefinition.gauge(
        "profiles_checkpoint_lag_records",
        "Records behind the newest checkpoint, which a start has to replay."
    )
    static let checkpointDuration = MetricDefinition.durations(
        "profiles_checkpoint_duration_seconds",
        "Time that writing a checkpoint took.",
        microseconds: [10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 60_000_000]
    )
    private static let checkpoints = [checkpointAge, checkpointLag, checkpointDuration]

    // MARK: The disk

    static let diskFree = MetricDefinition.gauge(
        "profiles_disk_free_bytes",
        "Bytes that may still be written to the data directory's file system."
    )
    static let diskSize = MetricDefinition.gauge(
        "profiles_disk_size_bytes",
        "Bytes of the data directory's file system."
    )
    static let diskFull = MetricDefinition.gauge("profiles_disk_full", "1 while the last write found no room (507).")
    private static let disk = [diskFree, diskSize, diskFull]

    // MARK: Start and state

    static let ready = MetricDefinition.gauge("profiles_ready", "1 while /health/ready answers 200.")
    static let degraded = MetricDefinition.gauge(
        "profiles_degraded",
        "1 while /health/ready gives the reason for being degraded."
    )
    static let readDamage = MetricDefinition.gauge(
        "profiles_read_damage_findings",
        "Places that reads found to be damaged since the start; the log names them."
    )
    static let recoveryDuration = MetricDefinition.gauge(
        "profiles_recovery_duration_seconds",
        "Time that opening the store took at the start; absent until then."
    )
    static let recoveryRatio = MetricDefinition.gauge(
        "profiles_recovery_progress_ratio",
        "How much of the log the start has taken in, 0 to 1."
    )
    static let buildInfo = MetricDefinition.gauge(
        "profiles_build_info",
        "1, with the version of the program and the commit it was built from."
    )
    private static let start = [ready, degraded, readDamage, recoveryDuration, recoveryRatio, buildInfo]

    // MARK: The scrub

    static let scrubbedBytes = MetricDefinition.counter(
        "profiles_scrub_read_bytes_total",
        "Bytes of sealed segments that were read again since the start."
    )
    static let scrubPasses = MetricDefinition.counter(
        "profiles_scrub_passes_total",
        "Passes over all sealed segments that came to their end since the start."
    )
    static let scrubProgress = MetricDefinition.gauge(
        "profiles_scrub_progress_ratio",
        "How far the present pass is, 0 to 1; 1 between two passes."
    )
    static let scrubDamage = MetricDefinition.gauge(
        "profiles_scrub_damage_findings",
        "Places that the present or last pass found to be damaged; the log names them."
    )
    static let scrubCompleted = MetricDefinition.gauge(
        "profiles_scrub_last_completed_timestamp_seconds",
        "When the last pass ended, in Unix time; absent until then."
    )
    private static let scrub = [scrubbedBytes, scrubPasses, scrubProgress, scrubDamage, scrubCompleted]

    // MARK: Backups

    static let backupsRunning = MetricDefinition.gauge("profiles_backups_running", "Backups that are being sent.")
    static let backupCount = MetricDefinition.counter(
        "profiles_backups_total",
        "Backups that were sent, by outcome: whole or broken_off."
    )
    static let backupCompleted = MetricDefinition.gauge(
        "profiles_backup_last_completed_timestamp_seconds",
        "When the last whole backup was sent, in Unix time; absent until then."
    )
    private static let backups = [backupsRunning, backupCount, backupCompleted]
}
