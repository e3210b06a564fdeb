import Foundation
import TestSupport

/// The real profile-server on a port of the system's choice.
final class ExportServer: Sendable {
    static let password = "pass:wörd 密码"

    /// The port it listens on.
    let port: String
    private let command: Command

    private let scheme: String

    init(data: String, port: String = "0", certificate: TestAuthority.Pair? = nil) throws {
        scheme = certificate == nil ? "http" : "https"
        var environment = [
            "PATH=/usr/bin:/bin", "ADMIN_USER=admin", "ADMIN_PASSWORD=\(Self.password)", "LOG_LEVEL=error",
            "METRICS_PORT=off",
        ]
        if let certificate {
            environment += ["TLS_CERTIFICATE_FILE=\(certificate.certificate)", "TLS_KEY_FILE=\(certificate.key)"]
        }
        let command = try Command(
            Programs.path("profile-server"),
            ["--data", data, "--port", port],
            environment: environment
        )
        self.command = command
        try Command.wait { Self.port(command.output) != nil }
        self.port = "\(Self.port(command.output) ?? 0)"
    }

    var address: String { "\(scheme)://127.0.0.1:\(port)" }

    /// Stops it and waits for its end.
    func stop() {
        command.send(SIGTERM)
        let ended = command.finish()
        precondition(ended.status == 0, ended.errors)
    }

    /// Ends it at once.
    func kill() {
        command.send(SIGKILL)
        let ended = command.finish()
        precondition(ended.status == -SIGKILL, ended.errors)
    }

    /// Runs profile-export with this server for a source.
    func export(to database: String, _ arguments: String..., password: String = ExportServer.password) throws -> Command
    {
        try Programs.export(
            ["--server", address, "--user", "admin", "--to", database] + arguments,
            environment: ["EXPORT_PASSWORD=\(password)"]
        )
    }

    /// Sends a request with a JSON body and answers the status.
    func send(_ method: String, _ path: String, _ json: String) throws -> String {
        try Command.run(
            "/usr/bin/curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-u", "admin:\(Self.password)",
                "-H", "Content-Type: application/json", "-d", json, address + path,
            ],
            environment: []
        )
    }

    private static func port(_ banner: String) -> Int? {
        guard let match = banner.firstMatch(of: /https?:\/\/127\.0\.0\.1:(\d+)\s/) else { return nil }
        return Int(match.output.1)
    }
}
