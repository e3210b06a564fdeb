/// The settings by the names they have in the environment and in `.env`.
public enum SettingName: String, CaseIterable, Sendable {
    case dataDirectory = "DATA_DIRECTORY"
    case host = "HTTP_HOST"
    case port = "HTTP_PORT"
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

    /// The default as text; empty for what is not set.
    public var fallback: String {
        let defaults = ServerSettings()
        return switch self {
        case .dataDirectory: defaults.dataDirectory
        case .host: defaults.host
        case .port: "\(defaults.port)"
        case .adminUser: "admin"
        case .adminPassword, .adminPasswordFile: ""
        case .logLevel: "info"
        case .segmentBytes: "\(defaults.segmentBytes)"
        case .recordsPerCheckpoint: "\(defaults.recordsPerCheckpoint)"
        case .maximumBodyBytes: "\(defaults.maximumBodyBytes)"
        case .maximumHeaderBytes: "\(defaults.maximumHeaderBytes)"
        case .maximumConnections: "\(defaults.maximumConnections)"
        case .idleTimeoutSeconds: "\(defaults.idleTimeoutSeconds)"
        case .requestTimeoutSeconds: "\(defaults.requestTimeoutSeconds)"
        case .readingThreads: "\(defaults.readingThreads)"
        case .hashingThreads: "\(defaults.hashingThreads)"
        case .loginCacheSeconds: "\(defaults.loginCacheSeconds)"
        case .swaggerUIDirectory: defaults.swaggerUIDirectory
        case .metricsHost: defaults.metricsHost
        case .metricsPort: defaults.metricsPort.map { "\($0)" } ?? "off"
        case .scrubBytesPerSecond: "\(defaults.scrubBytesPerSecond)"
        case .scrubIntervalSeconds: "\(defaults.scrubIntervalSeconds)"
        }
    }

    /// What the setting does, in a few words for the command's help.
    public var summary: String {
        switch self {
        case .dataDirectory: "folder of the log, the checkpoints and the accounts"
        case .host: "address to listen on"
        case .port: "port to listen on; 0 lets the system choose"
        case .adminUser: "name of the administrator"
        case .adminPassword: "password of the administrator"
        case .adminPasswordFile: "file whose first line is the password of the administrator"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        case .segmentBytes: "bytes of one file of the log"
        case .recordsPerCheckpoint: "records between two checkpoints"
        case .maximumBodyBytes: "largest body of a request"
        case .maximumHeaderBytes: "largest header of a request"
        case .maximumConnections: "connections at the same time"
        case .idleTimeoutSeconds: "time after which an idle connection is closed"
        case .requestTimeoutSeconds: "time that a request may take from its head to the end of its answer"
        case .readingThreads: "threads that read from the store"
        case .hashingThreads: "password hashes at the same time"
        case .loginCacheSeconds: "time for which a verified login is not hashed again"
        case .swaggerUIDirectory: "folder of Swagger UI's files for /docs"
        case .metricsHost: "address of the metrics"
        case .metricsPort: "port of the metrics; off does without, 0 lets the system choose"
        case .scrubBytesPerSecond: "how fast old files of the log are read again to find damage; 0 turns it off"
        case .scrubIntervalSeconds: "time between two such passes"
        }
    }
}
