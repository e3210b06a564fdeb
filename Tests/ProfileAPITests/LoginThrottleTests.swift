import Testing

@testable import ProfileAPI

@Suite struct LoginThrottleTests {
    private let clock = TestClock()

    private func throttle(tableSize: Int = 100) -> LoginThrottle {
        var limits = LoginThrottle.Limits()
        limits.tableSize = tableSize
        return LoginThrottle(limits: limits, now: clock.now)
    }

    @Test func anAddressIsStoppedAfterTenFailuresAndMayTryAgainAfterTenSeconds() {
        let throttle = throttle()
        for _ in 0..<10 { #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil) }
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 10)
        #expect(throttle.refusal(account: "another", address: "192.0.2.1") == 10)
        clock.advance(by: .seconds(9))
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 1)
        clock.advance(by: .seconds(1))
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil)
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 10)
    }

    @Test func guessingFromOneAddressForHoursNeverKeepsTheOwnerOutElsewhere() {
        let throttle = throttle()
        for _ in 0..<10_000 {
            _ = throttle.begin(account: "ada", address: "192.0.2.1")
            clock.advance(by: .seconds(1))
            #expect(throttle.refusal(account: "ada", address: "198.51.100.7") == nil)
        }
    }

    @Test func unknownAddressesTogetherGetOneTryASecondForAnAccount() {
        let throttle = throttle()
        for address in 0..<30 { #expect(throttle.begin(account: "ada", address: "192.0.2.\(address)") == nil) }
        #expect(throttle.begin(account: "grace", address: "198.51.100.1") == nil)
        for second in 1...5 {
            #expect(throttle.begin(account: "ada", address: "198.51.100.\(second)") == 1)
            clock.advance(by: .seconds(1))
            #expect(throttle.begin(account: "ada", address: "198.51.100.\(second)") == nil)
        }
    }

    @Test func guessingFrom30AddressesForHoursNeverKeepsTheOwnerOutWhereHeHasLoggedInBefore() {
        let throttle = throttle()
        logIn(throttle, "ada", "198.51.100.7")
        for second in 0..<10_000 {
            for address in 0..<30 { _ = throttle.begin(account: "ada", address: "192.0.2.\(address)") }
            // The owner logs in every 10 minutes, and is never told to wait.
            if second % 600 == 0 {
                #expect(throttle.begin(account: "ada", address: "198.51.100.7") == nil)
                throttle.succeed(account: "ada", address: "198.51.100.7")
            }
            #expect(throttle.refusal(account: "ada", address: "198.51.100.7") == nil)
            clock.advance(by: .seconds(1))
        }
        // From an address without a login he competes with those who guess.
        for address in 0..<30 { _ = throttle.begin(account: "ada", address: "192.0.2.\(address)") }
        #expect(throttle.begin(account: "ada", address: "203.0.113.5") == 1)
    }

    @Test func guessingFromNineAddressesKeepsTheOwnerOutOfNewAddressesForTenMinutesAtMost() {
        let throttle = throttle()
        for second in 0..<5000 {
            for address in 0..<9 {
                while throttle.begin(account: "ada", address: "192.0.2.\(address)") == nil {}
            }
            if second > 620 { #expect(throttle.refusal(account: "ada", address: "198.51.100.7") == nil) }
            clock.advance(by: .seconds(1))
        }
    }

    @Test func guessingAtOthersFromTheOwnersAddressDoesNotKeepHimOut() {
        let throttle = throttle()
        logIn(throttle, "ada", "192.0.2.1")
        for _ in 0..<10 { #expect(throttle.begin(account: "grace", address: "192.0.2.1") == nil) }
        for _ in 0..<10 { _ = throttle.begin(address: "192.0.2.1") }
        #expect(throttle.begin(account: "grace", address: "192.0.2.1") == 10)
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil)
    }

    @Test func aKnownPairsReserveIsBoundedAndIsAllThatItsFailuresUseUp() {
        let throttle = throttle()
        logIn(throttle, "ada", "192.0.2.1")
        for _ in 0..<10 { #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil) }
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 10)
        #expect(throttle.refusal(account: "ada", address: "192.0.2.1") == 10)
        for address in 0..<30 { #expect(throttle.begin(account: "ada", address: "198.51.100.\(address)") == nil) }
        for _ in 0..<10 { #expect(throttle.begin(account: "grace", address: "192.0.2.1") == nil) }
        clock.advance(by: .seconds(10))
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil)
    }

    @Test func aSuccessOfAKnownPairForgivesNoFailuresOfItsAddressOrOfTheAccountElsewhere() {
        let throttle = throttle()
        logIn(throttle, "mallory", "192.0.2.1")
        for _ in 0..<10 { _ = throttle.begin(account: "ada", address: "192.0.2.1") }
        for address in 2..<22 { _ = throttle.begin(account: "ada", address: "192.0.2.\(address)") }
        for _ in 0..<5 { logIn(throttle, "mallory", "192.0.2.1") }
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 10)
        #expect(throttle.begin(account: "ada", address: "198.51.100.1") == 1)
    }

    @Test func anAccountsKnownAddressesAreBoundedAndTheLongestUnusedIsForgottenFirst() {
        let throttle = throttle()
        logIn(throttle, "ada", "203.0.113.1")
        for address in 0..<99 {
            clock.advance(by: .seconds(1))
            logIn(throttle, "ada", "192.0.2.\(address)")
        }
        clock.advance(by: .seconds(1))
        logIn(throttle, "ada", "203.0.113.1")
        #expect((0..<99).allSatisfy { throttle.isKnown(account: "ada", address: "192.0.2.\($0)") })
        clock.advance(by: .seconds(1))
        logIn(throttle, "ada", "198.51.100.1")
        #expect(!throttle.isKnown(account: "ada", address: "192.0.2.0"))
        #expect(throttle.isKnown(account: "ada", address: "192.0.2.1"))
        #expect(throttle.isKnown(account: "ada", address: "203.0.113.1"))
    }

    @Test func loggingInFromManyAddressesMakesNoOtherAccountsAddressForgotten() {
        let throttle = throttle()
        logIn(throttle, "ada", "203.0.113.1")
        for address in 0..<1000 {
            clock.advance(by: .seconds(1))
            logIn(throttle, "mallory", "192.0.\(address / 250).\(address % 250)")
        }
        #expect(throttle.isKnown(account: "ada", address: "203.0.113.1"))
    }

    private func logIn(_ throttle: LoginThrottle, _ account: String, _ address: String) {
        #expect(throttle.begin(account: account, address: address) == nil)
        throttle.succeed(account: account, address: address)
        throttle.remember(account: account, address: address)
    }

    @Test func successesCostNothing() {
        let throttle = throttle()
        for _ in 0..<1000 {
            #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil)
            throttle.succeed(account: "ada", address: "192.0.2.1")
        }
    }

    @Test func aSuccessDoesNotForgiveFailuresOfTheSameAddress() {
        let throttle = throttle()
        for _ in 0..<9 { _ = throttle.begin(account: "ada", address: "192.0.2.1") }
        _ = throttle.begin(account: "mallory", address: "192.0.2.1")
        throttle.succeed(account: "mallory", address: "192.0.2.1")
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == nil)
        #expect(throttle.begin(account: "ada", address: "192.0.2.1") == 10)
    }

    @Test func tablesStayBoundedAndForgetWhatHasRecoveredMost() {
        var table = BucketTable(rate: TokenBucket.Rate(capacity: 2, secondsPerToken: 10), limit: 3)
        table.take("often", now: .zero)
        table.take("often", now: .zero)
        for number in 0..<50 { table.take("once \(number)", now: .seconds(number) / 100) }
        #expect(table.count <= 3)
        #expect(table.wait("often", now: .seconds(1)) > 0)
    }
}
