import CoreMetrics
import HTTPTypes

/// Counts and measures requests, at the price of a few atomic additions each.
///
/// Every series is made beforehand, so that a request only has to find it: by the endpoint's row in the table and by the
/// status. Nothing that a caller chooses becomes a label.
struct RequestMetrics: Sendable {
    private struct Row: Sendable {
        let duration: Timer
        /// By ``statuses``, and one more for any other.
        let counts: [Counter]
    }

    /// What the server answers with; see ``ProblemKind``.
    private static let statuses = [
        200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 415, 422, 429, 431, 500, 501, 503, 507,
    ]
    /// The place of each status from 0 to 599 in ``statuses``.
    private static let places: [UInt8] = (0..<600).map { status in
        UInt8(clamping: statuses.firstIndex(of: status) ?? statuses.count)
    }

    private let rows: [Row]
    /// Requests that nobody came to answer, because they were no HTTP, too large, or not whole in time, by status.
    private let refusals: [Counter]
    private let inFlight: Meter
    private let loginFailures: Counter
    private let loginsThrottled: Counter

    /// - Parameter endpoints: the table, whose order gives the rows their numbers.
    init(_ endpoints: [Endpoint], _ registry: PrometheusRegistry) {
        let known = endpoints.map { ($0.method.rawValue, $0.path.description) }
        // What no endpoint answers: unknown paths and methods.
        rows = (known + [("other", "none")]).map { method, path in
            let labels = [("method", method), ("endpoint", path)]
            return Row(
                duration: Timer(
                    label: MetricCatalog.requestDuration.name,
                    dimensions: labels,
                    factory: registry
                ),
                counts: Self.counts(labels, registry)
            )
        }
        refusals = Self.counts([("method", "none"), ("endpoint", "none")], registry)
        inFlight = Meter(label: MetricCatalog.requestsInFlight.name, factory: registry)
        loginFailures = Counter(label: MetricCatalog.loginFailures.name, factory: registry)
        loginsThrottled = Counter(label: MetricCatalog.loginsThrottled.name, factory: registry)
    }

    private static func counts(_ labels: [(String, String)], _ registry: PrometheusRegistry) -> [Counter] {
        (statuses.map(String.init) + ["other"]).map { status in
            Counter(
                label: MetricCatalog.requestCount.name,
                dimensions: labels + [("status", status)],
                factory: registry
            )
        }
    }

    private static func place(of status: HTTPResponse.Status) -> Int {
        places.indices.contains(status.code) ? Int(places[status.code]) : statuses.count
    }

    func began() {
        inFlight.increment()
    }

    /// - Parameters:
    ///   - row: the endpoint's place in the table; `nil` where none was found.
    ///   - hasCredentials: whether the caller tried to log in.
    ///   - problem: why it was refused, if it was.
    func ended(
        row: Int?,
        _ status: HTTPResponse.Status,
        after duration: Duration,
        hasCredentials: Bool,
        problem: ProblemKind? = nil
    ) {
        inFlight.decrement()
        let row = rows[row ?? rows.count - 1]
        row.counts[Self.place(of: status)].increment()
        row.duration.recordNanoseconds(duration.nanoseconds)
        if status.code == 401, hasCredentials { loginFailures.increment() }
        if problem == .tooManyLogins { loginsThrottled.increment() }
    }

    /// A request was refused that ``began()`` was not told of.
    func refused(_ status: HTTPResponse.Status) {
        refusals[Self.place(of: status)].increment()
    }
}

extension Duration {
    /// Whole nanoseconds, as swift-metrics records them; at most some 292 years.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }
}
