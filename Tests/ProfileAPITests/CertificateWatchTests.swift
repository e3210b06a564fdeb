import Logging
import NIOPosix
import TestSupport
import Testing

@testable import ProfileAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Taking over a changed certificate")
struct CertificateWatchTests {
    private let log = WarningList(from: .notice)

    /// Certificates that are looked at only when asked, as far as a test can wait.
    private func following(
        _ pair: TestAuthority.Pair,
        _ body: (TLSCertificates, AsyncStream<Void>.Continuation) async throws -> Void
    ) async throws {
        let certificates = try TLSCertificates(CertificateFiles(certificate: pair.certificate, key: pair.key))
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let requests = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = CertificateWatch(
            certificates: certificates,
            pool: pool,
            requests: requests.stream,
            interval: .seconds(3_600),
            logger: Logger(label: "test") { [log] _ in log }
        )
        let watching = Task { try await watch.run() }
        let result: Result<Void, any Error>
        do {
            try await body(certificates, requests.continuation)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        watching.cancel()
        _ = await watching.result
        try await pool.shutdownGracefully()
        try result.get()
    }

    /// Waits until so many lines were logged, and returns the last.
    private func line(_ number: Int) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while log.texts.count < number {
            try #require(ContinuousClock.now < deadline, "nothing is reported")
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(log.texts.count == number)
        return log.texts.last ?? ""
    }

    @Test("A byte order mark before a certificate or key does not hide it")
    func byteOrderMark() throws {
        let directory = try TemporaryDirectory()
        let pair = try TestAuthority(in: directory.path).issue("one")
        for path in [pair.certificate, pair.key] {
            let bytes = try Data(contentsOf: URL(filePath: path))
            try (Data([0xEF, 0xBB, 0xBF]) + bytes).write(to: URL(filePath: path))
        }
        let files = CertificateFiles(certificate: pair.certificate, key: pair.key)
        #expect(throws: Never.self) { try CertificatePair(reading: files).context() }
    }

    private func copy(_ pair: TestAuthority.Pair, over other: TestAuthority.Pair) throws {
        for (from, to) in [(pair.certificate, other.certificate), (pair.key, other.key)] {
            try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: to), options: .atomic)
        }
    }

    @Test("A request looks at once, and says what came of it each time")
    func asked() async throws {
        try await TemporaryFolder.with { folder in
            let authority = try TestAuthority(in: folder)
            let pair = try authority.issue("first")
            let second = try authority.issue("second")
            try await following(pair) { certificates, requests in
                let first = certificates.context
                requests.yield()
                #expect(try await line(1).contains("are those that are in use"))
                #expect(certificates.context === first)
                try copy(second, over: pair)
                requests.yield()
                #expect(try await line(2).contains("new connections get the new certificate"))
                let next = certificates.context
                #expect(next !== first)
                try Data("nonsense".utf8).write(to: URL(filePath: pair.key))
                for number in 3...4 {
                    requests.yield()
                    #expect(try await line(number).contains("holds no private key in PEM"))
                    #expect(certificates.context === next)
                }
            }
        }
    }

    @Test("Without a request the same files that cannot be used are reported once")
    func reportedOnce() async throws {
        try await TemporaryFolder.with { folder in
            let pair = try TestAuthority(in: folder).issue("only")
            let certificates = try TLSCertificates(CertificateFiles(certificate: pair.certificate, key: pair.key))
            try Data("nonsense".utf8).write(to: URL(filePath: pair.key))
            guard case .refused = certificates.reload() else {
                Issue.record("the key was taken")
                return
            }
            guard case .none = certificates.reload() else {
                Issue.record("it was reported twice")
                return
            }
            guard case .refused = certificates.reload(isAsked: true) else {
                Issue.record("whoever asked was told nothing")
                return
            }
        }
    }
}
