import Foundation
import TestSupport
import Testing
import UserProfiles

@testable import PostgresExport

@Suite("A server behind TLS")
struct SecureServerTests {
    @Test("Its authority is trusted when the option or SSL_CERT_FILE names it")
    func authority() async throws {
        let place = try await Place()
        let options = ["--ca-file", place.certificates.authority]
        let first = try place.export("localhost", options)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("exported 12 rows"))
        let variable = try place.export("127.0.0.1", [], ["SSL_CERT_FILE=\(place.certificates.authority)"])
        #expect(variable.status == 0, "\(variable.errors)")
        // The option comes first.
        let both = try place.export("127.0.0.1", options, ["SSL_CERT_FILE=/nowhere"])
        #expect(both.status == 0, "\(both.errors)")
        #expect(try place.run.differences() == [])
    }

    @Test("A certificate that is not trusted, or for another name, ends the job at once, with a line that says so")
    func refused() async throws {
        let place = try await Place()
        let unknown = try place.export("localhost", [])
        #expect(unknown.status == 69, "\(unknown.errors)")
        #expect(unknown.errors.contains("--ca-file names another"))
        let name = try place.export("localhost", ["--ca-file", place.certificates.authority], proxy: .other)
        #expect(name.status == 69, "\(name.errors)")
        #expect(name.errors.contains("for another name"))
        for ended in [unknown, name] { #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)") }
        #expect(try place.run.rows("SELECT to_regclass('users')") == ["NULL"])
    }

    @Test("A file of authorities that is not there or holds none is named")
    func files() async throws {
        let place = try await Place()
        let missing = try place.export("localhost", ["--ca-file", "/nowhere/ca.pem"])
        #expect(missing.status == 66, "\(missing.errors)")
        #expect(missing.errors.contains("/nowhere/ca.pem"))
        let file = place.run.store.beside("authorities")
        try "nothing\n".write(toFile: file, atomically: false, encoding: .utf8)
        let empty = try place.export("localhost", ["--ca-file", file])
        #expect(empty.status == 69, "\(empty.errors)")
        #expect(empty.errors.contains("no certificate"))
    }

    /// A server with the samples, and TLS in front of it.
    private final class Place {
        enum Name { case own, other }

        let run: ExportRun
        let certificates: Certificates
        private let server: ExportServer
        private let proxies: [Name: Proxy]

        init() async throws {
            run = try ExportRun()
            try await run.store.addSamples()
            await run.store.store.close()
            certificates = try Certificates()
            server = try ExportServer(data: run.store.path)
            proxies = [
                .own: try Proxy(to: server.port, certificate: certificates.server),
                .other: try Proxy(to: server.port, certificate: certificates.other),
            ]
        }

        deinit {
            server.stop()
        }

        func export(
            _ host: String,
            _ options: [String],
            _ environment: [String] = [],
            proxy: Name = .own
        ) throws -> Command.Ending {
            let address = "https://\(host):\(proxies[proxy]?.port ?? "")"
            return try Programs.export(
                ["--server", address, "--user", "admin", "--to", run.database, "--retry", "0"] + options,
                environment: ["EXPORT_PASSWORD=\(ExportServer.password)"] + environment
            ).finish()
        }
    }
}
