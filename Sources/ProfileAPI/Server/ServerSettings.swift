public import Logging
public import LogStorage
import NIOCore

/// Everything that can be set about the HTTP server; each setting has a default.
public struct ServerSettings: Sendable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 lets the system choose.
    public var port = 8000
    /// The file of the certificate to prove the server's identity with, and its chain; without one plain HTTP is spoken.
    public var certificateFile: String?
    /// The file of the certificate's private key.
    public var keyFile: String?
    /// Whether plain HTTP may be spoken on an address that is not a loopback one.
    public var allowPlainHTTP = false
    /// The folder of the log, the checkpoints and the accounts.
    public var dataDirectory = "./data"
    /// The id that the store in ``dataDirectory`` must have; nil for any, and for a new one.
    public var expectedStoreID: StoreID?
    /// The file of the accounts; without one it is `accounts.json` in the data directory.
    public var accountsFile: String?
    /// Whether the wall clock is taken for right, though it jumped under an earlier process.
    public var acceptClock = false
    /// The least severe messages that are logged.
    public var logLevel = Logger.Level.info
    /// Bytes of one segment of the log.
    public var segmentBytes = 64 << 20
    /// The largest body, in bytes. A profile is at most about 33 KiB.
    public var maximumBodyBytes = 256 << 10
    /// The largest header section, in bytes; also the largest single field.
    public var maximumHeaderBytes = 32 << 10
    /// Connections at the same time. At the limit, the server closes the connection that has been idle longest. While no
    /// connection is idle, new ones stay in the listen queue. An idle connection takes 9 KiB, or 43 KiB with TLS.
    public var maximumConnections = 16_384
    /// Seconds that a connection may wait for its client before it has to make room for others: enough for one that has only
    /// just connected, or reads its answer, to send its next request. Tests use more.
    var graceSeconds = 2
    /// Seconds after which a connection without a request is closed.
    public var idleTimeoutSeconds = 60
    /// Seconds that a TLS handshake may take, and a request's head from its first byte to its last.
    public var headerTimeoutSeconds = 10
    /// Seconds from a request's head to the end of its answer.
    public var requestTimeoutSeconds = 30
    /// Requests of one account that are answered at the same time; further ones get 429.
    public var requestsPerAccount = 256
    /// Requests that an account may make a second, as many at once; 0 for any number.
    public var requestsPerSecondPerAccount = 0
    /// The largest `limit` of lists, histories and audit queries, in rows.
    public var maximumPageRows = 1_000
    /// Bytes of profiles after which a page of those ends early and has a `next`.
    public var maximumPageBytes = 4 << 20
    /// Changes that may wait to be written; further ones get 503.
    public var commitQueueRecords = 4_096
    /// Bytes of changes that may wait to be written.
    public var commitQueueBytes = 64 << 20
    /// Threads that read from the store and the disk for requests: as many as there are cores, but 2 to 8. Measured
    /// on 2 cores: 1 thread answers 2,000 lists of 50 users a second, 2 answer 2,550, 4 and more answer fewer.
    public var readingThreads = min(8, max(2, System.coreCount))
    /// Password hashes that run at the same time; each takes 16 MiB and about 0.1 s.
    public var hashingThreads = 2
    /// Seconds during which credentials that were verified are not hashed again.
    public var loginCacheSeconds = 300
    /// The folder of Swagger UI's files for the page at /docs.
    public var swaggerUIDirectory = "./.swagger-ui"
    /// The administrator's account name, for ``adminPassword`` or for the account that the first start makes.
    public var adminUser: String?
    /// The administrator's password. With one given, this account counts instead of one of the same name in the
    /// accounts file; nothing of it is stored.
    public var adminPassword: SecretText?
    /// Where ``adminPassword`` was read from.
    public var adminPasswordFile: String?
    /// The address on which the metrics are.
    public var metricsHost = "127.0.0.1"
    /// The port of the metrics; 0 lets the system choose, `nil` does without.
    public var metricsPort: Int? = 9464
    /// How many bytes of sealed segments are read again in a second to see whether they are still good; 0 turns it off.
    public var scrubBytesPerSecond = 8 << 20
    /// Seconds between two passes over all of them.
    public var scrubIntervalSeconds = 86_400
    /// Records between two checkpoints.
    public var recordsPerCheckpoint = 1_000_000
    /// Which program runs.
    public var build = Build.unknown
    /// The work of new password hashes; tests use less.
    public var hashCost = ScryptCost.standard

    public init() {}

    /// The files of the certificate, when both are given.
    public var certificate: CertificateFiles? {
        guard let certificateFile, let keyFile else { return nil }
        return CertificateFiles(certificate: certificateFile, key: keyFile)
    }

    /// Where the accounts stand.
    public var accountsPath: String { accountsFile ?? dataDirectory + "/accounts.json" }
    /// The names that files of these settings have in the data directory, where they may be before the store is.
    var companions: Set<String> {
        let paths = [accountsPath, adminPasswordFile, certificateFile, keyFile].compactMap(\.self)
        // A command that ends while it replaces the accounts leaves its new file.
        return Set((paths + [accountsPath + ".new"]).map { String($0.split(separator: "/").last ?? "") })
    }
    /// The administrator's account name.
    public var administratorName: String { adminUser ?? "admin" }
}

/// Which program runs: what OpenAPI, the metrics and the log of a start say about it.
public struct Build: Sendable, Hashable {
    /// The version of the program and of the HTTP interface (semver.org).
    public let version: String
    /// The commit that the program was built from.
    public let commit: String

    public init(version: String, commit: String) {
        self.version = version
        self.commit = commit
    }

    /// What a server is that no program has given its own build.
    public static let unknown = Build(version: "0.0.0", commit: "unknown")
}
