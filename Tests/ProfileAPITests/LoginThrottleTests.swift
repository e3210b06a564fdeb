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

    @Test func guessingFromManyAddressesIsStoppedByTheAccountsBudget() {
        let throttle = throttle()
        for address in 0..<30 { #expect(throttle.begin(account: "ada", address: "192.0.2.\(address)") == nil) }
        #expect(throttle.begin(account: "ada", address: "198.51.100.1") == 2)
        #expect(throttle.begin(account: "grace", address: "198.51.100.1") == nil)
        clock.advance(by: .seconds(2))
        #expect(throttle.begin(account: "ada", address: "198.51.100.1") == nil)
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
