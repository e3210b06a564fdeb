import Logging
import LogStorage

/// The settings by the names they have in the environment and in `.env`.
///
/// A new setting is a case, its ``definition``, the property of ``ServerSettings`` that it fills, and a row in the
/// table of docs/settings.md; the command's help, `profile-server config`, the reading and the tests come from these.
public enum SettingName: String, CaseIterable, Sendable {
    case dataDirectory = "DATA_DIRECTORY"
    case expectedStoreID = "EXPECT_STORE_ID"
    case host = "HTTP_HOST"
    case port = "HTTP_PORT"
    case accountsFile = "ACCOUNTS_FILE"
    case certificateFile = "TLS_CERTIFICATE_FILE"
    case keyFile = "TLS_KEY_FILE"
    case allowPlainHTTP = "ALLOW_PLAIN_HTTP"
    case adminUser = "ADMIN_USER"
    case adminPassword = "ADMIN_PASSWORD"
    case adminPasswordFile = "ADMIN_PASSWORD_FILE"
    case acceptClock = "ACCEPT_CLOCK"
    case logLevel = "LOG_LEVEL"
    case segmentBytes = "SEGMENT_BYTES"
    case recordsPerCheckpoint = "RECORDS_PER_CHECKPOINT"
    case maximumBodyBytes = "MAXIMUM_BODY_BYTES"
    case maximumHeaderBytes = "MAXIMUM_HEADER_BYTES"
    case maximumConnections = "MAXIMUM_CONNECTIONS"
    case idleTimeoutSeconds = "IDLE_TIMEOUT_SECONDS"
    case headerTimeoutSeconds = "HEADER_TIMEOUT_SECONDS"
    case requestTimeoutSeconds = "REQUEST_TIMEOUT_SECONDS"
    case requestsPerAccount = "REQUESTS_PER_ACCOUNT"
    case requestsPerSecondPerAccount = "REQUESTS_PER_SECOND_PER_ACCOUNT"
    case maximumPageRows = "MAXIMUM_PAGE_ROWS"
    case maximumPageBytes = "MAXIMUM_PAGE_BYTES"
    case commitQueueRecords = "COMMIT_QUEUE_RECORDS"
    case commitQueueBytes = "COMMIT_QUEUE_BYTES"
    case readingThreads = "READING_THREADS"
    case hashingThreads = "HASHING_THREADS"
    case loginCacheSeconds = "LOGIN_CACHE_SECONDS"
    case swaggerUIDirectory = "SWAGGER_UI_DIRECTORY"
    case metricsHost = "METRICS_HOST"
    case metricsPort = "METRICS_PORT"
    case scrubBytesPerSecond = "SCRUB_BYTES_PER_SECOND"
    case scrubIntervalSeconds = "SCRUB_INTERVAL_SECONDS"
}

extension SettingName {
    /// What the setting does, what it takes and what it is when nobody sets it.
    public var definition: SettingDefinition {
        switch self {
        case .dataDirectory: .text(\.dataDirectory, "folder of the log, the checkpoints and the accounts")
        case .expectedStoreID: Self.storeID
        case .host: .text(\.host, "address to listen on")
        case .port: .integer(\.port, 0...65_535, "port to listen on (0: the system chooses)")
        case .accountsFile: .optionalText(\.accountsFile, "file of the accounts", fallback: \.accountsPath)
        case .certificateFile:
            .optionalText(\.certificateFile, "file of the certificate and its chain in PEM; with it only TLS is spoken")
        case .keyFile: .optionalText(\.keyFile, "file of the certificate's private key in PEM")
        case .allowPlainHTTP:
            .flag(\.allowPlainHTTP, "whether HTTP without TLS may be spoken on an address that is not loopback")
        case .adminUser: Self.administrator
        case .adminPassword: Self.password
        case .adminPasswordFile:
            .optionalText(\.adminPasswordFile, "file whose first line is the password of the administrator")
        case .acceptClock:
            .flag(\.acceptClock, "whether a clock that jumped is taken for right now; for one start, not for always")
        case .logLevel: Self.level
        case .segmentBytes:
            .integer(\.segmentBytes, LogConfiguration.usefulSegmentBytes, "bytes of one file of the log")
        case .recordsPerCheckpoint:
            .integer(\.recordsPerCheckpoint, 100...1_000_000_000, "records between two checkpoints")
        case .maximumBodyBytes: .integer(\.maximumBodyBytes, 1_024...(16 << 20), "largest body of a request in bytes")
        case .maximumHeaderBytes:
            .integer(\.maximumHeaderBytes, 1_024...(1 << 20), "largest header of a request in bytes")
        case .maximumConnections:
            .integer(
                \.maximumConnections,
                1...1_000_000,
                "connections, and streams of HTTP/2, at the same time; beyond it what waits longest is closed"
            )
        case .idleTimeoutSeconds:
            .integer(\.idleTimeoutSeconds, 1...86_400, "seconds after which an idle connection is closed")
        case .headerTimeoutSeconds:
            .integer(
                \.headerTimeoutSeconds,
                1...3_600,
                "seconds that a TLS handshake, or a request's header, may take to come in"
            )
        case .requestTimeoutSeconds:
            .integer(\.requestTimeoutSeconds, 1...3_600, "seconds that a request may take up to the end of its answer")
        case .requestsPerAccount:
            .integer(\.requestsPerAccount, 1...100_000, "requests of one account at the same time")
        case .requestsPerSecondPerAccount:
            .integer(\.requestsPerSecondPerAccount, 0...1_000_000, "requests of one account a second (0: any number)")
        case .maximumPageRows:
            .integer(
                \.maximumPageRows,
                1...EndpointTable.largestPage,
                "largest limit of a list, a history or an audit query"
            )
        case .maximumPageBytes:
            .integer(
                \.maximumPageBytes,
                (64 << 10)...(1 << 30),
                "bytes of profiles after which a list, a history or an audit query ends its page early"
            )
        case .commitQueueRecords:
            .integer(\.commitQueueRecords, 1...1_000_000, "changes that may wait to be written")
        case .commitQueueBytes:
            .integer(\.commitQueueBytes, (1 << 20)...(4 << 30), "bytes of changes that may wait to be written")
        case .readingThreads:
            .integer(
                \.readingThreads,
                1...256,
                "threads that read from the store",
                defaultInWords: "number of cores, 2 to 8"
            )
        case .hashingThreads: .integer(\.hashingThreads, 1...64, "password hashes at the same time")
        case .loginCacheSeconds:
            .integer(\.loginCacheSeconds, 0...86_400, "seconds for which a verified login is not hashed again")
        case .swaggerUIDirectory: .text(\.swaggerUIDirectory, "folder of Swagger UI's files for /docs")
        case .metricsHost: .text(\.metricsHost, "address of the metrics")
        case .metricsPort: Self.metrics
        case .scrubBytesPerSecond:
            .integer(
                \.scrubBytesPerSecond,
                0...(1 << 30),
                "bytes of sealed files of the log that are read again in a second (0: none)"
            )
        case .scrubIntervalSeconds:
            .integer(\.scrubIntervalSeconds, 1...31_536_000, "seconds between two such passes over all of them")
        }
    }

    private static let storeID = SettingDefinition.value(
        \.expectedStoreID,
        "id of the store that DATA_DIRECTORY must hold; the start is refused if it holds another one or none",
        mustBe: "the id of a store, as profile-log info prints it",
        read: { $0.isEmpty ? .some(nil) : StoreID($0).map { .some($0) } },
        show: { $0?.description ?? "" }
    )

    private static let administrator = SettingDefinition(
        summary: "name of the administrator",
        take: { text, settings in
            settings.adminUser = text.isEmpty ? nil : text
            guard let name = settings.adminUser, let problem = Account.problem(withName: name) else { return nil }
            return "is no name: \(problem)"
        },
        show: \.administratorName
    )

    private static let password = SettingDefinition(
        summary: "password of the administrator",
        isSecret: true,
        take: { text, settings in
            settings.adminPassword = text.isEmpty ? nil : SecretText(text)
            guard !text.isEmpty, let problem = Account.problem(withPassword: Array(text.utf8)) else { return nil }
            return "cannot be used: \(problem)"
        },
        show: { $0.adminPassword?.text ?? "" }
    )

    private static let metrics = SettingDefinition.value(
        \.metricsPort,
        "port of the metrics (0: the system chooses), 0 to 65535, or off",
        mustBe: "a port from 0 to 65535, or off",
        read: { text in
            if text == "off" { return .some(nil) }
            guard let port = Int(text), (0...65_535).contains(port) else { return nil }
            return port
        },
        show: { $0.map { "\($0)" } ?? "off" }
    )

    private static let level = SettingDefinition.value(
        \.logLevel,
        "what is logged on standard error: \(levels)",
        mustBe: "one of \(levels)",
        read: { $0.isEmpty ? .info : Logger.Level(rawValue: $0.lowercased()) }
    )

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
}
