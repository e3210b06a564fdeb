import LogStorage
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing
import UserProfiles

@testable import ProfileAPI

@Suite("The handler of the fast path")
struct FastPathHandlerTests {
    /// An open store with one user, and an administrator whose password has been verified.
    private static func withService(_ body: (APIService) throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let pool = NIOThreadPool(numberOfThreads: 1)
            pool.start()
            let store = try ProfileStore.open(
                ProfileStoreConfiguration(log: LogConfiguration(directory: folder)),
                logger: TestServer.quietLogger
            )
            let result: Result<Void, any Error>
            do {
                try body(try await service(store, folder, pool))
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await store.close()
            try await pool.shutdownGracefully()
            try result.get()
        }
    }

    private static func service(_ store: ProfileStore, _ folder: String, _ pool: NIOThreadPool) async throws
        -> APIService
    {
        let cost = try #require(ScryptCost(rounds: 2, blockSize: 1, parallelism: 1))
        let hash = try PasswordHash(password: Array(TestServer.password.utf8), cost: cost)
        let list = try AccountList(accounts: [Account(name: "admin", role: .admin, password: hash)])
        let directory = try AccountDirectory(list, decoyCost: cost)
        let authenticator = Authenticator(directory: directory, hashing: pool)
        _ = try await authenticator.account(authorization: TestServer.basic("admin"), from: ClientAddress(nil))
        let draft = ProfileDraft(try Profile(name: "Zoë", email: "zoe@example.com"))
        let context = ChangeContext(actor: "admin", reason: nil, requestID: "r-1", sourceIP: nil)
        _ = try await store.create(draft, context)
        let service = APIService(reading: pool, searching: pool, documentation: Documentation(directory: "/nowhere"))
        service.open(
            Runtime(
                store: store,
                authenticator: authenticator,
                reading: pool,
                searching: pool,
                dataDirectory: folder,
                segmentBytes: 1 << 20,
                logger: TestServer.quietLogger,
                backups: BackupGate(),
                scrub: ScrubReport()
            )
        )
        return service
    }

    private static func connection(_ fast: FastPath, _ loop: EmbeddedEventLoop) throws -> EmbeddedChannel {
        let limits = RequestLimits(ServerSettings())
        let refusal = Refusal(
            limits: limits,
            headers: .plain,
            metrics: ServerMetrics().requests,
            logger: TestServer.quietLogger
        )
        let door = ConnectionDoor(ConnectionTable(limit: 10, grace: .seconds(2), group: loop))
        let rest = ConnectionGuard(limits: limits, refusal: refusal, door: door)
        let handler = fast.handler(on: loop, scanner: RequestScanner(limits: limits), rest: rest)
        let channel = EmbeddedChannel(handlers: [door, handler], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test("It answers itself, and what it answers in one turn of the event loop is sent together")
    func answersTogether() async throws {
        try await Self.withService { service in
            let loop = EmbeddedEventLoop()
            let responder = try #require(
                FastResponder(
                    service: service,
                    accountLimits: AccountLimits(atOnce: 10, perSecond: 0),
                    headers: .plain,
                    metrics: nil,
                    logger: TestServer.quietLogger
                )
            )
            let fast = FastPath(responder, group: loop)
            let channels = try (0..<3).map { _ in try Self.connection(fast, loop) }
            for channel in channels {
                try channel.writeInbound(ByteBuffer(bytes: TestServer.request("GET", "/users/1")))
                #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
            }
            for channel in channels { #expect(try channel.readOutbound(as: ByteBuffer.self) == nil) }
            loop.run()
            for channel in channels {
                let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
                #expect(String(buffer: answer).hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(String(buffer: answer).contains("zoe@example.com"))
                _ = try channel.finish()
            }
        }
    }
}
