import Foundation
import TestSupport
import Testing
import UserProfiles

/// The page of metrics of the real program, read by somebody else's programs.
@Suite("The page of metrics", .serialized, .blocking)
struct MetricsTests {
    private static let promtool = Project.root.appending(path: ".build/metrics-tools/promtool").path
    private static var hasPromtool: Bool { FileManager.default.isExecutableFile(atPath: promtool) }

    private struct Family {
        let type: String
        let help: String
        /// The values by name and labels, such as `a_total{method=GET}`.
        let samples: [String: Double]
    }

    /// The page, as Prometheus' client library for Python reads it.
    private static func families(_ page: [UInt8]) throws -> [String: Family] {
        let (status, output) = try Project.python(
            ["scripts/metrics/parse.py"],
            input: page,
            environment: ["PYTHONPATH": ".build/metrics-tools"]
        )
        try #require(status == 0, "\(output)")
        guard case .object(let object) = try JSONParser.parse(Array(output.utf8), limits: JSONLimits()) else {
            return [:]
        }
        var families: [String: Family] = [:]
        for member in object.members {
            guard case .object(let family) = member.value, case .array(let samples)? = family["samples"],
                case .string(let type)? = family["type"], case .string(let help)? = family["help"]
            else { continue }
            var values: [String: Double] = [:]
            for case .object(let sample) in samples {
                guard case .string(let name)? = sample["name"], case .string(let labels)? = sample["labels"],
                    case .number(let value)? = sample["value"]
                else { continue }
                values[labels.isEmpty ? name : "\(name){\(labels)}"] = Double(value.text)
            }
            families[member.key] = Family(type: type, help: help, samples: values)
        }
        return families
    }

    private static func page(_ server: ServerProcess) throws -> [UInt8] {
        let answer = try HTTPClient(port: server.metricsPort, password: "").send("GET", "/metrics")
        #expect(answer.status == 200)
        return answer.body
    }

    @Test("Prometheus' client library reads it, and finds what was sent")
    func counts() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let client = try server.client()
        for index in 1...7 {
            _ = try client.send("POST", "/users", #"{"name":"N","email":"n\#(index)@example.com"}"#)
        }
        for index in 1...5 { _ = try client.send("GET", "/users/\(index)") }
        _ = try client.send("GET", "/users/99")
        _ = try client.send("POST", "/users", #"{"name":"N","email":"n1@example.com"}"#)
        _ = try client.send("POST", "/admin/checkpoint")
        #expect(try HTTPClient(port: server.port, password: "wrong").send("GET", "/users").status == 401)
        let families = try Self.families(try Self.page(server))
        // The library calls a counter by its name without "_total".
        let requests = try #require(families["profiles_http_requests"])
        #expect(requests.type == "counter" && !requests.help.isEmpty)
        let wanted = [
            "endpoint=/users,method=POST,status=201": 7.0, "endpoint=/users,method=POST,status=409": 1,
            "endpoint=/users/{id},method=GET,status=200": 5, "endpoint=/users/{id},method=GET,status=404": 1,
            "endpoint=/admin/checkpoint,method=POST,status=200": 1, "endpoint=/users,method=GET,status=401": 1,
        ]
        #expect(
            requests.samples
                == Dictionary(uniqueKeysWithValues: wanted.map { ("profiles_http_requests_total{\($0)}", $1) })
        )
        let durations = try #require(families["profiles_http_request_duration_seconds"])
        #expect(durations.type == "histogram")
        let labels = "endpoint=/users,method=POST"
        #expect(durations.samples["profiles_http_request_duration_seconds_count{\(labels)}"] == 8)
        #expect(
            durations.samples["profiles_http_request_duration_seconds_bucket{endpoint=/users,le=+Inf,method=POST}"] == 8
        )
        #expect(try #require(durations.samples["profiles_http_request_duration_seconds_sum{\(labels)}"]) > 0)
        for (name, value) in [
            ("profiles_records", 7.0), ("profiles_ready", 1), ("profiles_poisoned", 0), ("profiles_disk_full", 0),
            ("profiles_checkpoint_lag_records", 0), ("profiles_commit_queue_depth", 0),
        ] {
            #expect(families[name]?.type == "gauge")
            #expect(families[name]?.samples[name] == value, "\(name)")
        }
        #expect(families["profiles_login_failures"]?.samples["profiles_login_failures_total"] == 1)
        #expect(families["profiles_users"]?.samples["profiles_users{state=live}"] == 7)
        #expect(try #require(families["process_resident_memory_bytes"]?.samples.values.first) > 1_000_000)
        #expect(try #require(families["process_open_fds"]?.samples.values.first) > 3)
        #expect(server.stop() == 0)
    }

    @Test(
        "promtool has nothing to say against it, nor against the alerts",
        .enabled("scripts/setup test-all fetches promtool where Debian's packages can be had") { Self.hasPromtool }
    )
    func promtoolAgrees() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        _ = try server.client().send("POST", "/users", #"{"name":"N","email":"n@example.com"}"#)
        let (status, output) = try Project.run(Self.promtool, ["check", "metrics"], input: try Self.page(server))
        #expect(status == 0, "\(output)")
        let rules = try Project.run(
            Self.promtool,
            ["check", "rules", "--lint-fatal", "kubernetes/components/monitoring/alerts.yaml"]
        )
        #expect(rules.status == 0, "\(rules.output)")
        #expect(server.stop() == 0)
    }

    @Test("The documentation has a row for every metric, with its kind and what it means")
    func documented() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let page = String(decoding: try Self.page(server), as: UTF8.self)
        let document = try Project.text("Sources/ProfileAPI/ProfileAPI.docc/Metrics.md")
        var names: Set<String> = []
        for match in page.matches(of: /# HELP (profiles_\S+) (.+)\n# TYPE \S+ (\S+)\n/) {
            names.insert(String(match.1))
            #expect(document.contains("| `\(match.1)` | \(match.3) | \(match.2) |\n"), "\(match.1)")
        }
        #expect(names.count > 30)
        let rows = document.matches(of: /\n\| `(profiles_[a-z_]+)` \|/).map { String($0.1) }
        #expect(Set(rows) == names && rows.count == names.count)
        #expect(server.stop() == 0)
    }

    @Test("Every metric that the alerts and the dashboard name is on it")
    func namesExist() throws {
        let directory = try TemporaryDirectory()
        let server = try ServerProcess(data: directory.appending("data"))
        let page = String(decoding: try Self.page(server), as: UTF8.self)
        var names: Set<String> = []
        for match in page.matches(of: /# TYPE (\S+) (\S+)/) {
            names.insert(String(match.1))
            if match.2 == "histogram" {
                for ending in ["bucket", "sum", "count"] { names.insert("\(match.1)_\(ending)") }
            }
        }
        #expect(names.count > 40)
        for file in ["alerts.yaml", "dashboard.json"] {
            let text = try Project.text("kubernetes/components/monitoring/\(file)")
            let used = Set(text.matches(of: /\b(?:profiles|process)_[a-z_]+/).map { String($0.output) })
            #expect(used.count > 10, "\(file)")
            #expect(used.subtracting(names) == [], "\(file)")
        }
        #expect(server.stop() == 0)
    }
}
