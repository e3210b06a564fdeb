/// The settings by the names they have in the environment and in `.env`.
///
/// A new setting is a case, its ``definition``, the property of ``ServerSettings`` that it fills, and a row in the
/// README's table; the command's help, `profile-server config`, the reading and the tests come from these.
public enum SettingName: String, CaseIterable, Sendable {
    case dataDirectory = "DATA_DIRECTORY"
    case host = "HTTP_HOST"
    case port = "HTTP_PORT"
    case accountsFile = "ACCOUNTS_FILE"
    case adminUser = "ADMIN_USER"
    case adminPassword = "ADMIN_PASSWORD"
    case adminPasswordFile = "ADMIN_PASSWORD_FILE"
    case logLevel = "LOG_LEVEL"
    case segmentBytes = "SEGMENT_BYTES"
    case recordsPerCheckpoint = "RECORDS_PER_CHECKPOINT"
    case maximumBodyBytes = "MAXIMUM_BODY_BYTES"
    case maximumHeaderBytes = "MAXIMUM_HEADER_BYTES"
    case maximumConnections = "MAXIMUM_CONNECTIONS"
    case idleTimeoutSeconds = "IDLE_TIMEOUT_SECONDS"
    case requestTimeoutSeconds = "REQUEST_TIMEOUT_SECONDS"
    case readingThreads = "READING_THREADS"
    case hashingThreads = "HASHING_THREADS"
    case loginCacheSeconds = "LOGIN_CACHE_SECONDS"
    case swaggerUIDirectory = "SWAGGER_UI_DIRECTORY"
    case metricsHost = "METRICS_HOST"
    case metricsPort = "METRICS_PORT"
    case scrubBytesPerSecond = "SCRUB_BYTES_PER_SECOND"
    case scrubIntervalSeconds = "SCRUB_INTERVAL_SECONDS"
}
