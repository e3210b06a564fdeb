import CoreMetrics
import HTTPTypes
import HTTPTransport
import LogStorage
import TestSupport
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite("Metrics")
struct MetricsTests {
    @Test("Requests are counted by method, path template and status, whatever the path holds")
    func requests() async throws {
        try await TestServer.run { server in
            for number in 1...3 { try await server.create("Ада", "ada\(number)@example.com") }
            for id in 1...3 { _ = try await server.send("GET", "/users/\(id)?version=1") }
            _ = try await server.send("GET", "/users/77")
            _ = try await server.send("HEAD", "/users/1")
            _ = try await server.send("POST", "/users", json: #"{"name":"B","email":"ada1@example.com"}"#)
            for path in ["/secret-\(Int.random(in: 1...9))", "/.env"] { _ = try await server.send("GET", path) }
            _ = try await server.send("TRACE", "/users")
            _ = try await server.send("GET", "/users", as: nil)
            _ = try await server.send(
                "GET",
                "/users",
                as: nil,
                headers: [("Authorization", TestServer.basic("admin", "wrong"))]
            )
            let page = try await server.metricsPage()
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            func count(_ method: String, _ endpoint: String, _ status: Int) async throws -> Double {
                try await server.metric(
                    #"profiles_http_requests_total{method="\#(method)",endpoint="\#(endpoint)",status="\#(status)"}"#
                )
            }
            #expect(try await count("POST", "/users", 201) == 3)
            #expect(try await count("POST", "/users", 409) == 1)
            #expect(try await count("GET", "/users/{id}", 200) == 4)
            #expect(try await count("GET", "/users/{id}", 404) == 1)
            #expect(try await count("other", "none", 404) == 2)
            #expect(try await count("other", "none", 405) == 1)
            #expect(try await count("GET", "/users", 401) == 2)
            #expect(try await server.metric("profiles_login_failures_total") == 1)
            #expect(try await server.metric("profiles_http_requests_in_flight") == 0)
            let seconds = #"profiles_http_request_duration_seconds_count{method="POST",endpoint="/users"}"#
            #expect(try await server.metric(seconds) == 4)
            for secret in ["secret-", ".env", "ada1", "PURGE", "wrong", "Basic"] {
                #expect(!page.text.contains(secret), "\(secret)")
            }
        }
    }

    @Test("A request that is refused before anybody knows what it asks for is counted without method and endpoint")
    func refusedUnknown() async throws {
        try await TestServer.run({ $0.headerTimeoutSeconds = 1 }) { server in
            for (text, status) in [
                ("nonsense\r\n\r\n", 400), ("GET /users HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 400),
                ("GET /users HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n", 431),
                ("GET /secret HTTP/1.1\r\nX-Slow: ", 408),
            ] {
                try await Connection.open(port: server.port) { connection in
                    try await connection.send(text)
                    #expect(try await connection.reply().status == status)
                }
            }
            // Behind a good one, which is counted as such.
            try await Connection.open(port: server.port) { connection in
                try await connection.send(TestServer.request("GET", "/users") + Array("broken\r\n\r\n".utf8))
                #expect(try await connection.reply().status == 200)
                #expect(try await connection.reply().status == 400)
            }
            for (status, count) in [(400, 4.0), (431, 1), (408, 1)] {
                let series = #"profiles_http_requests_total{method="none",endpoint="none",status="\#(status)"}"#
                #expect(try await server.metric(series) == count, "\(status)")
            }
            let page = try await server.metricsPage().text
            #expect(page.matches(of: /\nprofiles_http_requests_total\{/).count == 4)
            #expect(!page.contains(#"profiles_http_request_duration_seconds_count{method="none""#))
            #expect(!page.contains("secret"))
            #expect(try await server.metric("profiles_http_requests_in_flight") == 0)
        }
    }

    @Test("A request that breaks off or is late behind its head is counted once, by its endpoint")
    func refusedKnown() async throws {
        try await TestServer.run({ $0.requestTimeoutSeconds = 1 }) { server in
            func head(_ length: (String, String)) -> [UInt8] {
                TestServer.request("POST", "/users", headers: [("Content-Type", "application/json"), length])
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head(("Content-Length", "100")) + Array("{".utf8))
                #expect(try await connection.reply().status == 408)
            }
            try await Connection.open(port: server.port) { connection in
                try await connection.send(head(("Transfer-Encoding", "chunked")) + Array("zz\r\n".utf8))
                #expect(try await connection.reply().status == 400)
            }
            for status in [400, 408] {
                let series = #"profiles_http_requests_total{method="POST",endpoint="/users",status="\#(status)"}"#
                try await server.waitForMetric(series, 1)
            }
            #expect(!(try await server.metricsPage().text.contains(#"method="none""#)))
            try await server.waitForMetric("profiles_http_requests_in_flight", 0)
        }
    }

    @Test("Logins that have to wait are counted, and not what else is 429")
    func throttledLogins() async throws {
        try await TestServer.run({ $0.requestsPerSecondPerAccount = 1 }) { server in
            var statuses: [Int] = []
            try await Connection.open(port: server.port) { connection in
                for _ in 0..<50 { try await connection.send(TestServer.request("GET", "/users/1", as: .reader)) }
                for _ in 0..<50 { statuses.append(try await connection.reply().status) }
            }
            #expect(statuses.contains(429))
            #expect(try await server.metric("profiles_logins_throttled_total") == 0)
            let wrong = ("Authorization", TestServer.basic("admin", "wrong"))
            var last = 401
            while last == 401 { last = try await server.send("GET", "/users", as: nil, headers: [wrong]).status }
            #expect(last == 429)
            #expect(try await server.metric("profiles_logins_throttled_total") == 1)
        }
    }

    @Test("The store's figures are those of its status")
    func store() async throws {
        try await TestServer.run { server in
            for number in 1...5 { try await server.create("Ада", "ada\(number)@example.com") }
            _ = try await server.send("DELETE", "/users/2")
            let status = try await server.send("GET", "/admin/status")
            #expect(try await server.metric("profiles_records") == 6)
            #expect(try await server.metric(#"profiles_users{state="live"}"#) == 4)
            #expect(try await server.metric(#"profiles_users{state="deleted"}"#) == 1)
            #expect(try await server.metric("profiles_log_bytes") == Double(try #require(status.integer("log_bytes"))))
            #expect(try await server.metric("profiles_commit_batch_records_sum") == 6)
            #expect(try await server.metric("profiles_commit_batch_records_count") == 6)
            #expect(try await server.metric("profiles_log_sync_duration_seconds_count") == 6)
            #expect(try await server.metric("profiles_log_written_bytes_total") > 300)
            #expect(try await server.metric("profiles_checkpoint_lag_records") == 6)
            #expect(try await server.metric("profiles_ready") == 1)
            #expect(try await server.metric("profiles_recovery_duration_seconds") > 0)
            #expect(try await server.metric("profiles_disk_free_bytes") > 0)
            let before = try await server.metricsPage().text
            #expect(!before.contains("\nprofiles_checkpoint_age_seconds "))
            _ = try await server.send("POST", "/admin/checkpoint")
            #expect(try await server.metric("profiles_checkpoint_lag_records") == 0)
            #expect(try await server.metric("profiles_checkpoint_duration_seconds_count") == 1)
            let age = try await server.metric("profiles_checkpoint_age_seconds")
            #expect(age >= 0 && age < 60)
        }
    }

    @Test("A wall clock that goes back is counted")
    func clockSteps() async throws {
        let clock = ManualClock()
        let opening: StoreService.Opening = { configuration, logger, progress in
            var configuration = configuration
            configuration.log.now = { clock.now() }
            return try ProfileStore.open(configuration, logger: logger, progress: progress)
        }
        try await TestServer.run(opening: opening) { server in
            try await server.create("Ада", "ada@example.com")
            #expect(try await server.metric("profiles_clock_steps_total") == 0)
            clock.move(byMicroseconds: -3_600_000_000)
            try await server.create("Boris", "boris@example.com")
            try await server.create("Vera", "vera@example.com")
            #expect(try await server.metric("profiles_clock_steps_total") == 1)
            #expect(try await server.send("GET", "/admin/status").integer("clock_steps") == 1)
        }
    }

    @Test("A wall clock that jumps by more than a day stops writes by name, and the metrics and the readiness show it")
    func clockJump() async throws {
        let clock = ManualClock()
        let opening: StoreService.Opening = { configuration, logger, progress in
            var configuration = configuration
            configuration.log.now = { clock.now() }
            return try ProfileStore.open(configuration, logger: logger, progress: progress)
        }
        try await TestServer.run(opening: opening) { server in
            try await server.create("Ада", "ada@example.com")
            #expect(try await server.metric("profiles_clock_jumped") == 0)
            // 270 years, and nobody writes.
            clock.move(byMicroseconds: 270 * 365 * 86_400 * 1_000_000)
            #expect(try await server.metric("profiles_clock_jumped") == 1)
            let readiness = try await server.send("GET", "/health/ready", as: nil)
            #expect(readiness.status == 200 && readiness.text.contains(#""reasons":["clock-jumped"]"#))
            for (method, path) in [("POST", "/users"), ("PUT", "/users/1"), ("DELETE", "/users/1")] {
                let json = method == "DELETE" ? nil : #"{"name":"B","email":"b@example.com"}"#
                let reply = try await server.send(method, path, json: json)
                #expect(reply.status == 503 && reply.problem == "clock-jumped", "\(method) \(reply.status)")
                #expect(reply.string("detail")?.contains("--accept-clock") == true)
            }
            #expect(try await server.send("GET", "/users/1").string("user.name") == "Ада")
            #expect(try await server.send("GET", "/admin/status").string("clock_jump")?.contains("forward") == true)
            #expect(try await server.send("GET", "/admin/status").integer("records") == 1)
        }
    }

    @Test("What waits to be written, and a disk that is full, can be seen")
    func waitingAndFull() async throws {
        let (log, gate) = (MemoryLog(), Gate())
        try await TestServer.run(opening: { configuration, logger, progress in
            try ProfileStore.open(configuration, log: log, checkpoints: log, logger: logger, progress: progress)
        }) { server in
            try await server.create("Ада", "ada@example.com")
            let before = try await server.metric("profiles_commit_duration_seconds_count")
            log.beforeAppend { gate.pass() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...3 {
                    group.addTask { try await server.create("Ж", "e\(number)@example.com") }
                    // One is being committed, and the others wait behind it.
                    if number == 1 { await gate.reached() }
                }
                try await server.waitForMetric("profiles_commit_queue_depth", 2)
                gate.open()
                try await group.waitForAll()
            }
            #expect(try await server.metric("profiles_commit_queue_depth") == 0)
            let commits = try await server.metric("profiles_commit_duration_seconds_count") - before
            #expect((2...3).contains(commits))
            #expect(try await server.metric("profiles_disk_full") == 0)
            log.failAppends(LogError(.diskFull, "no room"))
            let ada = #"{"name":"Ада","email":"ada@example.com"}"#
            #expect(try await server.send("PUT", "/users/1", json: ada).status == 507)
            #expect(try await server.metric("profiles_disk_full") == 1)
            #expect(try await server.metric("profiles_disk_size_bytes") > 0)
        }
    }

    @Test("The page is for GET and HEAD of one path; anything else is told so, and the connection ends")
    func page() async throws {
        try await TestServer.run { server in
            let answers = [
                (try await server.metricsPage("HEAD"), 200), (try await server.metricsPage("GET", "/metrics?x=1"), 200),
                (try await server.metricsPage("GET", "/"), 404), (try await server.metricsPage("GET", "/users"), 404),
                (try await server.metricsPage("POST"), 405),
                (try await server.metricsPage("GET", "/ nonsense"), 400),
                (try await server.metricsPage("GET", "/" + String(repeating: "x", count: 10_000)), 431),
            ]
            for (answer, status) in answers {
                #expect(answer.status == status)
                #expect(answer.header("Connection") == "close")
                #expect((answer.header("Allow") == "GET, HEAD") == (status == 405))
                #expect(answer.header("Date") != nil)
                for field in SharedFields.api.fields {
                    #expect(answer.header(field.name) == field.value, "\(status): \(field.name)")
                }
            }
            // And not on the port of the interface.
            #expect(try await server.send("GET", "/metrics").status == 404)
        }
    }

    @Test("Without a port there is no page, and a port that is taken keeps nobody from the profiles")
    func withoutPort() async throws {
        try await TestServer.run({ $0.metricsPort = nil }) { (server: TestServer) async throws -> Void in
            #expect(server.metricsPort == nil)
            #expect(try await server.send("GET", "/users").status == 200)
        }
        try await TestServer.run { first in
            let taken = try #require(first.metricsPort)
            try await TestServer.run({ $0.metricsPort = taken }) { (second: TestServer) async throws -> Void in
                #expect(second.metricsPort == nil)
                #expect(try await second.send("GET", "/users").status == 200)
            }
        }
    }

    @Test("A histogram counts each value in the buckets that it fits in, and adds them up")
    func histogram() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: MetricCatalog.syncDuration.name, factory: registry)
        for nanoseconds in [0, 50_000, 50_001, 4_000_000_000, 9_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        var text = PrometheusText()
        registry.write(MetricCatalog.syncDuration, to: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let name = MetricCatalog.syncDuration.name
        #expect(lines.first == #"\#(name)_bucket{le="5e-05"} 2"#)
        #expect(lines.contains(#"\#(name)_bucket{le="0.0001"} 3"#))
        #expect(lines.contains(#"\#(name)_bucket{le="5"} 4"#))
        #expect(lines.contains(#"\#(name)_bucket{le="+Inf"} 5"#))
        #expect(lines.contains("\(name)_count 5"))
        #expect(lines.contains { $0.hasPrefix("\(name)_sum 13.0001") })
    }

    @Test("Labels are escaped, unknown names count nothing, and there is a bound on series")
    func registry() {
        let registry = PrometheusRegistry()
        Counter(label: "nobody_knows_total", factory: registry).increment()
        let users = MetricCatalog.users
        Meter(label: users.name, dimensions: [("state", "a\"b\\c\nd")], factory: registry).set(2.5)
        var text = PrometheusText()
        registry.write(users, to: &text)
        #expect(String(decoding: text.bytes, as: UTF8.self) == "profiles_users{state=\"a\\\"b\\\\c\\nd\"} 2.5\n")
        for number in 0..<PrometheusRegistry.maximumSeries + 10 {
            Counter(label: "profiles_backups_total", dimensions: [("outcome", "\(number)")], factory: registry)
                .increment()
        }
        text = PrometheusText()
        registry.write(MetricCatalog.backupCount, to: &text)
        #expect(text.bytes.filter { $0 == UInt8(ascii: "\n") }.count == PrometheusRegistry.maximumSeries - 1)
    }

    @Test("Every family has a name by the rules, a unit at its end, and a help that is one sentence")
    func catalog() {
        let names = MetricCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
        for definition in MetricCatalog.all {
            #expect(definition.name.wholeMatch(of: /profiles_[a-z][a-z_]*/) != nil, "\(definition.name)")
            #expect(definition.name.hasSuffix("_total") == (definition.kind == .counter), "\(definition.name)")
            #expect(definition.help.hasSuffix(".") && !definition.help.contains("\n"))
            #expect(definition.bounds == definition.bounds.sorted())
            #expect((definition.kind == .histogram) == !definition.bounds.isEmpty)
        }
    }
}
