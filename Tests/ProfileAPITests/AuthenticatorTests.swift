import HTTPTransport
import HTTPTypes
import LogStorage
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import ProfileAPI

@Suite struct AuthenticatorTests {
    private static let cheap = ScryptCost(rounds: 2, blockSize: 1, parallelism: 1)
    private let clock = TestClock()

    private func with(_ body: (Authenticator) async throws -> Void) async throws {
        try await withDirectory { authenticator, _ in try await body(authenticator) }
    }

    private func withDirectory(
        lifetime: Duration = .seconds(300),
        pool: NIOThreadPool = NIOThreadPool(numberOfThreads: 2),
        wallClock: @escaping @Sendable () -> LogTimestamp = LogTimestamp.now,
        _ body: (Authenticator, AccountDirectory) async throws -> Void
    ) async throws {
        let cost = try #require(Self.cheap)
        let hash = try PasswordHash(password: Array("secret:密".utf8), cost: cost)
        let list = try AccountList(accounts: [Account(name: "ada", role: .editor, password: hash)])
        let directory = try AccountDirectory(list, decoyCost: cost)
        pool.start()
        let authenticator = Authenticator(
            directory: directory,
            hashing: pool,
            cache: CredentialCache(capacity: 2, lifetime: lifetime, now: clock.now),
            throttle: LoginThrottle(now: clock.now),
            wallClock: wallClock
        )
        do {
            try await body(authenticator, directory)
        } catch {
            try await pool.shutdownGracefully()
            throw error
        }
        try await pool.shutdownGracefully()
    }

    /// The problem that a login meets; nil when it is good.
    private func kind(
        _ authenticator: Authenticator,
        _ header: String?,
        from address: String = "192.0.2.1"
    ) async -> ProblemKind? {
        do throws(Problem) {
            _ = try await authenticator.account(
                authorization: header,
                from: ClientAddress(try? SocketAddress(ipAddress: address, port: 1))
            )
            return nil
        } catch {
            return error.kind
        }
    }

    /// Who a request comes from that needs no password hash, on a connection that has had another one or none.
    private func known(
        _ authenticator: Authenticator,
        _ header: String,
        _ proven: inout ProvenLogin?,
        from address: String = "192.0.2.1"
    ) -> Caller? {
        let head = RequestHead(.get, target: "/", fields: [("Authorization", header)])
        let address = ClientAddress(try? SocketAddress(ipAddress: address, port: 1))
        if case .caller(let caller)? = try? authenticator.login(head, from: address, known: &proven) { return caller }
        return nil
    }

    private func known(_ authenticator: Authenticator, _ header: String, from address: String = "192.0.2.1") -> Caller?
    {
        var proven: ProvenLogin?
        return known(authenticator, header, &proven, from: address)
    }

    /// 30 addresses guess at an account until all of them have to wait.
    private func guess(_ authenticator: Authenticator, _ account: String) async {
        for address in 0..<30 {
            var outcome: ProblemKind?
            repeat {
                let header = TestServer.basic(account, "guess \(UInt64.random(in: 0 ... .max))")
                outcome = await kind(authenticator, header, from: "203.0.113.\(address)")
            } while outcome == .unauthorized
            #expect(outcome == .tooManyLogins)
        }
    }

    @Test func guessingFrom30AddressesKeepsNoOwnerOutWhoHasLoggedInFromHisAddressBefore() async throws {
        try await withDirectory(lifetime: .zero) { authenticator, _ in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header, from: "198.51.100.7") == nil)
            for _ in 0..<20 {
                await guess(authenticator, "ada")
                #expect(await kind(authenticator, header, from: "198.51.100.7") == nil)
                // What holds only for addresses with a login.
                #expect(await kind(authenticator, header, from: "198.51.100.8") == .tooManyLogins)
                clock.advance(by: .seconds(1))
            }
            // Once an unknown address gets its try, it is known.
            #expect(await kind(authenticator, header, from: "198.51.100.8") == nil)
            await guess(authenticator, "ada")
            #expect(await kind(authenticator, header, from: "198.51.100.8") == nil)
        }
    }

    @Test func aLoginThatIsRememberedMakesItsAddressKnownToo() async throws {
        try await withDirectory { authenticator, _ in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header, from: "198.51.100.1") == nil)
            #expect(await kind(authenticator, header, from: "198.51.100.2") == nil)
            #expect(known(authenticator, header, from: "198.51.100.3")?.name == "ada")
            // The remembered login ends, and then nothing but these addresses' reserves can let the owner in.
            clock.advance(by: .seconds(300))
            await guess(authenticator, "ada")
            for address in 1...3 {
                #expect(await kind(authenticator, header, from: "198.51.100.\(address)") == nil)
                clock.advance(by: .seconds(300))
                await guess(authenticator, "ada")
            }
            #expect(await kind(authenticator, header, from: "198.51.100.4") == .tooManyLogins)
        }
    }

    @Test func guessesThatWaitForAHashLeavePlacesForKnownAddresses() async throws {
        let (pool, gate) = (NIOThreadPool(numberOfThreads: 1), Gate())
        try await withDirectory(lifetime: .zero, pool: pool) { authenticator, _ in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header, from: "198.51.100.7") == nil)
            pool.submit { _ in gate.pass() }
            await gate.reached()
            let guesses = Authenticator.waitingLimit + 1
            try await withThrowingTaskGroup(of: ProblemKind?.self) { group in
                for number in 0..<guesses {
                    group.addTask {
                        await kind(authenticator, TestServer.basic("nobody\(number)"), from: "192.0.\(number % 200).1")
                    }
                }
                // The last guess finds no place. The owner does.
                #expect(try await group.next() == .tooManyLogins)
                group.addTask { await kind(authenticator, header, from: "198.51.100.7") }
                gate.open()
                var outcomes: [ProblemKind?] = []
                while let outcome = try await group.next() { outcomes.append(outcome) }
                #expect(outcomes.filter { $0 == nil }.count == 1)
                #expect(outcomes.filter { $0 == .unauthorized }.count == guesses - 1)
            }
        }
    }

    @Test func goodCredentialsOpenAndWrongOnesDoNot() async throws {
        try await with { authenticator in
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
            #expect(await kind(authenticator, TestServer.basic("ada", "secret")) == .unauthorized)
            #expect(await kind(authenticator, TestServer.basic("nobody", "secret:密")) == .unauthorized)
            #expect(await kind(authenticator, nil) == .unauthorized)
        }
    }

    @Test func verifiedCredentialsPassWhileGuessingIsStopped() async throws {
        try await with { authenticator in
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
            for guess in 0..<10 {
                #expect(await kind(authenticator, TestServer.basic("ada", "guess \(guess)")) == .unauthorized)
            }
            #expect(await kind(authenticator, TestServer.basic("ada", "guess")) == .tooManyLogins)
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
            clock.advance(by: .seconds(300))
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
        }
    }

    @Test func theRightPasswordWaitsTooOnceTheBudgetIsUsedUp() async throws {
        try await with { authenticator in
            for guess in 0..<10 { _ = await kind(authenticator, TestServer.basic("ada", "guess \(guess)")) }
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == .tooManyLogins)
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密"), from: "198.51.100.1") == nil)
            clock.advance(by: .seconds(10))
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
        }
    }

    @Test func manyClientsWithGoodCredentialsAtOnceAllGetIn() async throws {
        try await with { authenticator in
            try await withThrowingTaskGroup(of: Caller.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await authenticator.account(
                            authorization: TestServer.basic("ada", "secret:密"),
                            from: ClientAddress(try? SocketAddress(ipAddress: "192.0.2.1", port: 1))
                        )
                    }
                }
                for try await account in group { #expect(account.name == "ada") }
            }
        }
    }

    @Test func loginsThatWaitForAHashAreBoundedAndTheNextIsTold() async throws {
        let (pool, gate) = (NIOThreadPool(numberOfThreads: 1), Gate())
        try await withDirectory(pool: pool) { authenticator, _ in
            // The one thread is busy, so nobody's password can be looked at.
            pool.submit { _ in gate.pass() }
            await gate.reached()
            let waiting = Authenticator.waitingLimit
            try await withThrowingTaskGroup(of: ProblemKind?.self) { group in
                func logIn(_ number: Int) {
                    group.addTask {
                        await kind(authenticator, TestServer.basic("nobody\(number)"), from: "192.0.\(number % 200).1")
                    }
                }
                for number in 0...waiting { logIn(number) }
                // Whoever comes last finds no place, and only that one.
                #expect(try await group.next() == .tooManyLogins)
                gate.open()
                var refused = 0
                while let outcome = try await group.next() { if outcome == .unauthorized { refused += 1 } }
                #expect(refused == waiting)
            }
            #expect(await kind(authenticator, TestServer.basic("ada", "secret:密")) == nil)
        }
    }

    @Test func aLoginThatIsNotToBeRememberedIsHashedEachTime() async throws {
        try await withDirectory(lifetime: .zero) { authenticator, _ in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header) == nil)
            #expect(known(authenticator, header) == nil)
        }
        try await withDirectory { authenticator, _ in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header) == nil)
            #expect(known(authenticator, header)?.name == "ada")
            clock.advance(by: .seconds(300))
            #expect(known(authenticator, header) == nil)
        }
    }

    @Test func aConnectionsLoginHoldsForTheSameHeaderWhileNothingHasChanged() async throws {
        try await withDirectory { authenticator, directory in
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header) == nil)
            var proven: ProvenLogin?
            for _ in 0..<3 { #expect(known(authenticator, header, &proven)?.role == .editor) }
            #expect(proven != nil)
            // Others on the same connection: as long, shorter, longer, different in the first or in the last character.
            for other in [
                TestServer.basic("ada", "secret:寇"), "", String(header.dropLast()), header + "x",
                "b" + header.dropFirst(),
            ] {
                #expect(known(authenticator, other, &proven) == nil)
                #expect(proven == nil)
                #expect(known(authenticator, header, &proven)?.name == "ada")
            }
            let ada = try #require(directory.account(named: "ada"))
            try directory.replace(
                with: AccountList(accounts: [Account(name: "ada", role: .reader, password: ada.password)])
            )
            #expect(known(authenticator, header, &proven) == nil)
            try directory.replace(with: AccountList(accounts: [ada]))
            #expect(known(authenticator, header, &proven)?.role == .editor)
            clock.advance(by: .seconds(299))
            #expect(known(authenticator, header, &proven)?.role == .editor)
            clock.advance(by: .seconds(1))
            #expect(known(authenticator, header, &proven) == nil)
        }
    }

    @Test func aConnectionsTokenEndsWithItsTimeAndWithItsName() async throws {
        let (text, start) = (TokenText.random(), LogTimestamp.now())
        let token = try APIToken(
            name: "ci",
            role: .auditor,
            digest: TokenDigest(of: text),
            created: nil,
            expires: start.advanced(byMicroseconds: 1_000_000)
        )
        let time = Monitor(start)
        try await withDirectory(wallClock: { time.withLock { $0 } }) { authenticator, directory in
            try directory.replace(with: AccountList(tokens: [token]))
            var proven: ProvenLogin?
            for _ in 0..<2 { #expect(known(authenticator, "Bearer \(text)", &proven)?.name == "ci") }
            #expect(known(authenticator, "Bearer \(TokenText.random())", &proven) == nil)
            #expect(known(authenticator, "Bearer \(text)", &proven)?.name == "ci")
            time.withLock { $0 = start.advanced(byMicroseconds: 1_000_000) }
            #expect(known(authenticator, "Bearer \(text)", &proven) == nil)
            time.withLock { $0 = start }
            #expect(known(authenticator, "Bearer \(text)", &proven)?.name == "ci")
            try directory.replace(with: AccountList())
            #expect(known(authenticator, "Bearer \(text)", &proven) == nil)
        }
    }

    @Test func aVerifiedLoginEndsWithItsAccountAndSurvivesOtherChanges() async throws {
        try await withDirectory { authenticator, directory in
            let cost = try #require(Self.cheap)
            let header = TestServer.basic("ada", "secret:密")
            #expect(await kind(authenticator, header) == nil)
            let ada = try #require(directory.account(named: "ada"))
            let bob = try Account(name: "bob", role: .reader, password: PasswordHash(password: [1], cost: cost))
            try directory.replace(with: AccountList(accounts: [ada, bob]))
            // No budget is left, so that nothing but the remembered login can pass.
            for guess in 0..<10 {
                _ = await kind(authenticator, TestServer.basic("ada", "guess \(guess)"))
                _ = await kind(authenticator, TestServer.basic("bob", "guess \(guess)"))
            }
            #expect(await kind(authenticator, TestServer.basic("bob", "guess")) == .tooManyLogins)
            #expect(await kind(authenticator, header) == nil)
            let demoted = try Account(name: "ada", role: .reader, password: ada.password)
            try directory.replace(with: AccountList(accounts: [demoted, bob]))
            #expect(await kind(authenticator, header) == .tooManyLogins)
            try directory.replace(with: AccountList(accounts: [ada, bob]))
            #expect(await kind(authenticator, header) == nil)
            try directory.replace(with: AccountList(accounts: [bob]))
            #expect(await kind(authenticator, header, from: "198.51.100.1") == .unauthorized)
        }
    }

    @Test func tokensPassWithoutAHashAndFailedOnesUseUpTheAddressesBudget() async throws {
        try await withDirectory { authenticator, directory in
            let text = TokenText.random()
            let token = try APIToken(
                name: "ci",
                role: .auditor,
                digest: TokenDigest(of: text),
                created: nil,
                expires: nil
            )
            try directory.replace(with: AccountList(tokens: [token]))
            for header in ["Bearer \(text)", "bearer \(text)", "BEARER  \(text)"] {
                #expect(await kind(authenticator, header) == nil)
            }
            for _ in 0..<10 { #expect(await kind(authenticator, "Bearer \(TokenText.random())") == .unauthorized) }
            #expect(await kind(authenticator, "Bearer \(TokenText.random())") == .tooManyLogins)
            #expect(await kind(authenticator, "Bearer \(TokenText.random())", from: "198.51.100.1") == .unauthorized)
            #expect(await kind(authenticator, "Bearer \(text)") == nil)
            clock.advance(by: .seconds(10))
            #expect(await kind(authenticator, "Bearer \(text)x") == .unauthorized)
            #expect(await kind(authenticator, "Bearer") == .tooManyLogins)
            try directory.replace(with: AccountList())
            #expect(await kind(authenticator, "Bearer \(text)", from: "198.51.100.2") == .unauthorized)
        }
    }

    @Test func neighboursInOneIPv6NetworkShareABudget() throws {
        let one = try ClientAddress(SocketAddress(ipAddress: "2001:db8:1:2::1", port: 1)).throttleKey
        let two = try ClientAddress(SocketAddress(ipAddress: "2001:db8:1:2:ffff::9", port: 2)).throttleKey
        let other = try ClientAddress(SocketAddress(ipAddress: "2001:db8:1:3::1", port: 1)).throttleKey
        #expect(one == two)
        #expect(one != other)
        let mapped = try ClientAddress(SocketAddress(ipAddress: "::ffff:192.0.2.7", port: 1))
        #expect(mapped.text == "192.0.2.7")
        #expect(mapped.throttleKey == "192.0.2.7")
    }
}

extension Authenticator {
    /// Who sent a request with this header, on a connection of its own.
    fileprivate func account(
        authorization header: String?,
        from address: ClientAddress
    ) async throws(Problem) -> Caller {
        let head = RequestHead(.get, target: "/", fields: header.map { [("Authorization", $0)] } ?? [])
        var known: ProvenLogin?
        switch try login(head, from: address, known: &known) {
        case .caller(let caller): return caller
        case .later(let start):
            let result = await withCheckedContinuation { continuation in start { continuation.resume(returning: $0) } }
            return try result.get()
        }
    }
}
