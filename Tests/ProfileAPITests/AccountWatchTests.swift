import LogStorage
import Logging
import NIOPosix
import TestSupport
import Testing

@testable import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Taking over a changed accounts file")
struct AccountWatchTests {
    private let log = WarningList()

    /// A directory that follows a file, looked at all the time or, with a long interval, only when asked.
    private func following(
        _ path: String,
        interval: Duration,
        _ body: (AccountDirectory, AsyncStream<Void>.Continuation) async throws -> Void
    ) async throws {
        let file = AccountFile(path: path)
        let cost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        let stamp = file.stamp()
        let directory = try AccountDirectory(file.read() ?? AccountList(), decoyCost: cost)
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let requests = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = AccountWatch(
            file: file,
            directory: directory,
            pool: pool,
            requests: requests.stream,
            interval: interval,
            logger: Logger(label: "test") { [log] _ in log }
        )
        let watching = Task { await watch.run(since: stamp) }
        let result: Result<Void, any Error>
        do {
            try await body(directory, requests.continuation)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        watching.cancel()
        await watching.value
        try await pool.shutdownGracefully()
        try result.get()
    }

    private func write(_ names: [String], to path: String) throws {
        let tokens = try names.map {
            try APIToken(name: $0, role: .reader, digest: TokenDigest(of: $0), created: nil, expires: nil)
        }
        let list = try AccountList(tokens: tokens)
        try AccountFile(path: path).update { $0 = list }
    }

    /// Waits until the directory has exactly these of the tokens.
    private func wait(for names: Set<String>, of all: Set<String>, in directory: AccountDirectory) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while all.filter({ directory.token(TokenDigest(of: $0)) != nil }) != names {
            try #require(ContinuousClock.now < deadline, "the change is not taken over")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("A file that is replaced, made, or reached through another link is taken over by itself")
    func replaced() async throws {
        try await TemporaryFolder.with { folder in
            // As Kubernetes mounts a Secret: the file is a link to ..data/accounts.json, and ..data is replaced.
            for name in ["one", "two"] {
                #expect(mkdir("\(folder)/\(name)", 0o700) == 0)
                try write([name], to: "\(folder)/\(name)/accounts.json")
            }
            #expect(symlink("one", folder + "/..data") == 0)
            #expect(symlink("..data/accounts.json", folder + "/accounts.json") == 0)
            try await following(folder + "/accounts.json", interval: .milliseconds(1)) { directory, _ in
                try await wait(for: ["one"], of: ["one", "two", "three"], in: directory)
                #expect(symlink("two", folder + "/..new") == 0)
                #expect(rename(folder + "/..new", folder + "/..data") == 0)
                try await wait(for: ["two"], of: ["one", "two", "three"], in: directory)
                try write(["two", "three"], to: folder + "/accounts.json")
                try await wait(for: ["two", "three"], of: ["one", "two", "three"], in: directory)
            }
            try await following(folder + "/later.json", interval: .milliseconds(1)) { directory, _ in
                try write(["one"], to: folder + "/later.json")
                try await wait(for: ["one"], of: ["one"], in: directory)
            }
        }
    }

    @Test("A file that never was is not said to be gone")
    func never() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/accounts.json"
            try await following(path, interval: .seconds(3_600)) { directory, requests in
                for _ in 0..<20 {
                    requests.yield()
                    try await Task.sleep(for: .milliseconds(2))
                }
                try write(["one"], to: path)
                requests.yield()
                try await wait(for: ["one"], of: ["one"], in: directory)
                #expect(log.texts == [])
            }
        }
    }

    @Test("A request reads the file at once; a malformed or missing file changes nothing")
    func asked() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder + "/accounts.json"
            try write(["one"], to: path)
            try await following(path, interval: .seconds(3_600)) { directory, requests in
                try write(["two"], to: path)
                #expect(directory.token(TokenDigest(of: "one")) != nil)
                requests.yield()
                try await wait(for: ["two"], of: ["one", "two"], in: directory)
                let warnings = log.texts.count
                for (number, bad) in ["{", #"{"accounts":[{"name":"x"}]}"#, nil].enumerated() {
                    if let bad {
                        try PrivateFile(path: path).replace(with: Array(bad.utf8))
                    } else {
                        #expect(unlink(path) == 0)
                    }
                    requests.yield()
                    let deadline = ContinuousClock.now + .seconds(60)
                    while log.texts.count <= warnings + number {
                        try #require(ContinuousClock.now < deadline, "nothing is reported")
                        try await Task.sleep(for: .milliseconds(2))
                    }
                    #expect(log.texts.last?.contains(path) == true)
                    #expect(directory.token(TokenDigest(of: "two")) != nil)
                }
            }
        }
    }
}
