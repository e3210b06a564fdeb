import Testing

extension TestServer {
    /// The page of metrics.
    func metricsPage(_ method: String = "GET", _ path: String = "/metrics") async throws -> Reply {
        let port = try #require(metricsPort)
        return try await Connection.open(port: port) { connection in
            try await connection.send(Array("\(method) \(path) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
            return try await connection.reply(toHead: method == "HEAD")
        }
    }

    /// Waits until a series has the value, for at most a minute.
    func waitForMetric(_ series: String, _ value: Double) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await metric(series) != value { try #require(.now < end, "\(series) did not become \(value)") }
    }

    /// The value of a series as it stands on the page; 0 where it is absent.
    func metric(_ series: String) async throws -> Double {
        let line = try await metricsPage().text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
        return try #require(Double(line?.split(separator: " ").last ?? "0"))
    }
}
