import Foundation
import TestSupport
import Testing

@Suite("The same answers over every way to the server", .blocking)
struct EqualAnswersTests {
    /// A request, what is expected of it, and whether its header is so large that HTTP/2 must have been set up before.
    private struct Step {
        let path: String
        var options: [String] = []
        var input = ":"
        var warmed = false
        let status: Int
        var problem: String?
    }

    private static let json = ["-H", "Content-Type: application/json"]

    private static func steps(_ directory: TemporaryDirectory) throws -> [Step] {
        let large = directory.appending("large.json")
        try Data(repeating: 0x20, count: 300_000).write(to: URL(filePath: large))
        let filler = "X-Filler: " + String(repeating: "x", count: 40_000)
        let user = #"{"name":"Ζωή","email":"zoe@example.com","attributes":{"城":"京都"}}"#
        return [
            Step(path: "/users", options: json + ["-d", user], status: 201),
            Step(path: "/users", options: json + ["-d", user], status: 409, problem: "email-taken"),
            Step(path: "/users/1", status: 200),
            Step(path: "/users/1", options: ["-I"], status: 200),
            Step(path: "/users/1", options: ["-H", "If-None-Match: \"1\""], status: 304),
            Step(path: "/users/1", options: json + ["-X", "PATCH", "-d", #"{"name":"Zoe"}"#], status: 200),
            // Without a length: by chunks, or by frames.
            Step(
                path: "/users/1",
                options: json + ["-X", "PATCH", "-T", "-"],
                input: #"printf %s '{"name":"Ζωή"}'"#,
                status: 200
            ),
            Step(path: "/users/1/history", status: 200),
            Step(path: "/users/99", status: 404, problem: "not-found"),
            Step(path: "/users?limit=0", status: 422, problem: "invalid"),
            Step(path: "/nothing", status: 404, problem: "unknown-path"),
            Step(path: "/users", options: json + ["-d", "{"], status: 400, problem: "invalid-json"),
            Step(path: "/users", options: ["-X", "TRACE"], status: 405, problem: "method-not-allowed"),
            Step(path: "/users", options: ["-u", "nobody:wrong"], status: 401, problem: "unauthorized"),
            Step(
                path: "/users",
                options: json + ["-H", "Expect:", "--data-binary", "@\(large)"],
                status: 413,
                problem: "content-too-large"
            ),
            Step(path: "/users", options: ["-H", filler], warmed: true, status: 431, problem: "headers-too-large"),
            // Ten seconds of body, where five are allowed.
            Step(
                path: "/users",
                options: json + ["-X", "POST", "-T", "-", "-H", "Expect:"],
                input: "for part in 1 2 3 4 5 6 7 8 9 10; do printf ' '; sleep 1; done",
                status: 408,
                problem: "request-timeout"
            ),
            Step(path: "/health", status: 200),
        ]
    }

    @Test(
        "Answers and refusals do not depend on TLS and version, and all have the headers that protect them",
        arguments: CurlClient.Way.allCases
    )
    func answers(way: CurlClient.Way) throws {
        let directory = try TemporaryDirectory()
        let authority = try TestAuthority(in: directory.path)
        var environment = ["REQUEST_TIMEOUT_SECONDS": "5"]
        if way != .plain {
            let pair = try authority.issue("server")
            environment["TLS_CERTIFICATE_FILE"] = pair.certificate
            environment["TLS_KEY_FILE"] = pair.key
        }
        let server = try ServerProcess(data: directory.appending("data"), environment: environment)
        let client = CurlClient(way: way, port: server.port, authority: authority.certificate)
        for step in try Self.steps(directory) {
            let answer = try client.send(step.path, step.options, warmed: step.warmed, input: step.input)
            #expect(answer.status == step.status, "\(way) \(step.path): \(answer.body)")
            #expect(answer.problem == step.problem, "\(way) \(step.path)")
            #expect(answer.version == (way == .http2 ? "HTTP/2" : "HTTP/1.1"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["x-frame-options"] == "DENY")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
            #expect(answer.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(answer.headers["cache-control"] == "no-store")
            let transport = answer.headers["strict-transport-security"]
            #expect(transport == (way == .plain ? nil : "max-age=31536000"), "\(way) \(step.path)")
        }
        try expectCounts(server, "\(way)")
        #expect(server.stop() == 0)
    }

    /// What was refused is counted once: by its endpoint as soon as that was known.
    private func expectCounts(_ server: ServerProcess, _ way: String) throws {
        let page = try HTTPClient(port: server.metricsPort, password: "").send("GET", "/metrics").body
        let lines = String(decoding: page, as: UTF8.self).split(separator: "\n")
        let refused = lines.filter { $0.hasPrefix(#"profiles_http_requests_total{method="none","#) }
        #expect(
            refused == [#"profiles_http_requests_total{method="none",endpoint="none",status="431"} 1"#],
            "\(way)"
        )
        let late = #"profiles_http_requests_total{method="POST",endpoint="/users",status="408"} 1"#
        let broken = #"profiles_http_requests_total{method="POST",endpoint="/users",status="400"} 1"#
        for line in [late, broken, "profiles_http_requests_in_flight 0"] {
            #expect(lines.contains { $0 == line }, "\(way): \(line)")
        }
    }
}
