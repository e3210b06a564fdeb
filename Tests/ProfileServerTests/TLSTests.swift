import Foundation
import TestSupport
import Testing

@Suite("TLS", .serialized, .blocking)
struct TLSTests {
    private let directory: TemporaryDirectory
    private let authority: TestAuthority

    init() throws {
        directory = try TemporaryDirectory()
        authority = try TestAuthority(in: directory.path)
    }

    private func environment(_ pair: TestAuthority.Pair) -> [String: String] {
        ["TLS_CERTIFICATE_FILE": pair.certificate, "TLS_KEY_FILE": pair.key, "LOG_LEVEL": "notice"]
    }

    private func server(_ pair: TestAuthority.Pair, _ more: [String: String] = [:]) throws -> ServerProcess {
        try ServerProcess(data: directory.appending("data"), environment: environment(pair).merging(more) { $1 })
    }

    /// What openssl's client tells about a handshake.
    private func handshake(_ server: ServerProcess, _ options: String...) throws -> String {
        let ending = try Tool.run(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(server.port)", "-CAfile", authority.certificate] + options
        )
        return ending.text + ending.errors
    }

    /// The name in the certificate that a new connection gets.
    private func servedName(_ server: ServerProcess) throws -> String {
        String(try handshake(server).firstMatch(of: /subject=CN = (\w+)/)?.output.1 ?? "none")
    }

    private func copy(_ path: String, over other: String) throws {
        let contents = try Data(contentsOf: URL(filePath: path))
        try contents.write(to: URL(filePath: other), options: .atomic)
    }

    @Test("TLS 1.2 and 1.3 are spoken with forward secrecy, older versions and plain HTTP are refused")
    func versions() throws {
        let server = try server(authority.issue("server"))
        #expect(try handshake(server, "-tls1_3").contains("Verify return code: 0 (ok)"))
        #expect(try handshake(server, "-tls1_2").contains("Verify return code: 0 (ok)"))
        // The lowest level, so that it is not this machine's openssl that refuses.
        let old = try handshake(server, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")
        #expect(old.contains("alert protocol version"), "\(old)")
        let weak = try handshake(server, "-tls1_2", "-cipher", "AES128-SHA256:AES256-GCM-SHA384")
        #expect(weak.contains("alert handshake failure"), "\(weak)")
        let plain = try HTTPClient(port: server.port, password: "")
        #expect(throws: HTTPClient.Broken.self) { try plain.send("GET", "/health") }
        #expect(server.stop() == 0)
    }

    @Test("A new certificate is taken while the server runs, one without its key is reported and the former one stays")
    func reload() throws {
        let pair = try authority.issue("first")
        let server = try server(pair)
        let client = CurlClient(way: .http2, port: server.port, authority: authority.certificate)
        #expect(try servedName(server) == "first")
        let second = try authority.issue("second")
        try copy(second.certificate, over: pair.certificate)
        #expect(server.logs("does not belong to the certificate"))
        #expect(try servedName(server) == "first")
        #expect(try client.send("/users").status == 200)
        try copy(second.key, over: pair.key)
        #expect(server.logs("new connections get the new certificate"))
        #expect(try servedName(server) == "second")
        let expired = try authority.issue("expired", days: -1)
        try copy(expired.key, over: pair.key)
        try copy(expired.certificate, over: pair.certificate)
        #expect(server.logs("expired on"))
        #expect(try servedName(server) == "second")
        try FileManager.default.removeItem(atPath: pair.certificate)
        #expect(server.logs("there is no file \(pair.certificate)"))
        #expect(try client.send("/users").status == 200)
        #expect(server.count(inLog: "expired on") == 1)
        #expect(server.stop() == 0)
    }

    @Test("SIGHUP has certificate and accounts looked at, also while nothing has changed, and ends no connection")
    func hangup() throws {
        let pair = try authority.issue("first")
        let server = try server(pair)
        let client = CurlClient(way: .http2, port: server.port, authority: authority.certificate)
        server.send(SIGHUP)
        // Nobody says so who was not asked.
        #expect(server.logs("the certificate's files are those that are in use"))
        let open = try HTTP2Wire(port: server.port)
        let second = try authority.issue("second")
        try copy(second.key, over: pair.key)
        try copy(second.certificate, over: pair.certificate)
        let account = try ServerProcess.command(
            ["account", "add", "zoe", "--password-stdin", "--data", directory.appending("data")],
            input: "geheim\n"
        )
        #expect(account.status == 0, "\(account.errors)")
        server.send(SIGHUP)
        #expect(server.logs("new connections get the new certificate"))
        #expect(server.logs("the accounts file was taken over"))
        #expect(try servedName(server) == "second")
        #expect(try client.send("/users").status == 200)
        let flags = HTTP2Wire.endStream | HTTP2Wire.endHeaders
        try open.send(HTTP2Wire.frame(HTTP2Wire.headers, flags: flags, stream: 1, HTTP2Wire.request("GET", "/users")))
        #expect(open.next(HTTP2Wire.data)?.stream == 1)
        #expect(server.stop() == 0)
    }

    @Test("Files that cannot be used stop the start with one line that names them")
    func refusedFiles() throws {
        let good = try authority.issue("good")
        let other = try authority.issue("other")
        let expired = try authority.issue("expired", days: -1)
        let nowhere = directory.appending("nowhere.pem")
        let refusals: [(certificate: String?, key: String?, parts: [String])] = [
            (good.certificate, nil, ["TLS_KEY_FILE", "give both"]),
            (nil, good.key, ["TLS_CERTIFICATE_FILE", "give both"]),
            (nowhere, good.key, ["TLS_CERTIFICATE_FILE", nowhere]),
            (good.certificate, nowhere, ["TLS_KEY_FILE", nowhere]),
            (good.key, good.key, ["TLS_CERTIFICATE_FILE", "no certificate in PEM"]),
            (good.certificate, good.certificate, ["TLS_KEY_FILE", "no private key in PEM"]),
            (
                good.certificate, other.key,
                ["TLS_KEY_FILE", "does not belong to the certificate in \(good.certificate)"]
            ),
            (expired.certificate, expired.key, ["TLS_CERTIFICATE_FILE", expired.certificate, "expired on"]),
        ]
        for refusal in refusals {
            var environment: [String: String] = [:]
            environment["TLS_CERTIFICATE_FILE"] = refusal.certificate
            environment["TLS_KEY_FILE"] = refusal.key
            let line = try StartTests.refusal(data: directory.appending("data"), environment: environment).line
            for part in refusal.parts { #expect(line.contains(part), "\(line)") }
        }
    }

    @Test("The health check asks a server that speaks TLS, whatever name its certificate has")
    func health() throws {
        let pair = try authority.issue("server")
        let server = try server(pair)
        let check = try ServerProcess.health(["health", "--port", "\(server.port)"], environment: environment(pair))
        #expect(check.status == 0 && check.output.contains(#""status":"ready""#), "\(check.errors)")
        let plain = try ServerProcess.health(["health", "--port", "\(server.port)"])
        #expect(plain.status == 1 && plain.errors.contains("does not speak HTTP"))
        #expect(server.stop() == 0)
    }

    @Test("A handshake that does not end is ended")
    func slowHandshake() throws {
        let server = try server(authority.issue("server"), ["HEADER_TIMEOUT_SECONDS": "1"])
        let silent = try RawConnection(port: server.port)
        let slow = try RawConnection(port: server.port)
        // The beginning of a handshake record.
        slow.send("\u{16}\u{3}\u{1}\u{2}\u{0}")
        #expect(silent.receive(seconds: 20) == "")
        #expect(slow.receive(seconds: 20) == "")
        #expect(server.stop() == 0)
    }

    @Test("Without TLS an address that others reach needs a word, and is warned of")
    func plainHTTP() throws {
        let data = directory.appending("data")
        for host in ["0.0.0.0", "::"] {
            let line = try StartTests.refusal(data: data, environment: ["HTTP_HOST": host]).line
            #expect(line.contains("TLS_CERTIFICATE_FILE") && line.contains("ALLOW_PLAIN_HTTP=true"), "\(line)")
        }
        let wrong = try StartTests.refusal(data: data, environment: ["ALLOW_PLAIN_HTTP": "maybe"]).line
        #expect(wrong.contains("ALLOW_PLAIN_HTTP"))
        let allowed = try ServerProcess(data: data, environment: ["HTTP_HOST": "0.0.0.0", "ALLOW_PLAIN_HTTP": "true"])
        #expect(allowed.logs("plain HTTP on an address that other machines reach"))
        #expect(try allowed.client().send("GET", "/users").status == 200)
        #expect(allowed.stop() == 0)
        let loopback = try ServerProcess(data: data, environment: ["HTTP_HOST": "localhost"])
        #expect(loopback.stop() == 0)
        let secure = try server(authority.issue("server"), ["HTTP_HOST": "0.0.0.0"])
        #expect(secure.stop() == 0)
        #expect(secure.count(inLog: "plain HTTP") == 0)
    }
}
