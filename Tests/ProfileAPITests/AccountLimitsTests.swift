import HTTPTypes
import HTTPTransport
import Testing

@testable import ProfileAPI

@Suite struct AccountLimitsTests {
    @Test func requestsAtTheSameTimeAreCountedUntilTheyAreReleased() throws {
        let limits = AccountLimits(atOnce: 2, perSecond: 0)
        var turns = [try limits.begin("ada"), try limits.begin("ada")]
        let problem = #expect(throws: Problem.self) { try limits.begin("ada") }
        #expect(problem?.kind == .tooManyRequests)
        #expect(problem?.headers.first { $0.name == "Retry-After" }?.value == "1")
        turns.append(try limits.begin("bo"))
        turns.removeFirst()
        turns.append(try limits.begin("ada"))
        #expect(throws: Problem.self) { try limits.begin("ada") }
    }

    @Test func requestsASecondComeBackWithTime() throws {
        let clock = TestClock()
        let limits = AccountLimits(atOnce: 100, perSecond: 4, now: clock.now)
        for _ in 0..<4 { _ = try limits.begin("ada") }
        let problem = #expect(throws: Problem.self) { try limits.begin("ada") }
        #expect(problem?.headers.first { $0.name == "Retry-After" }?.value == "1")
        let other = try limits.begin("bo")
        clock.advance(by: .milliseconds(250))
        let turn = try limits.begin("ada")
        #expect(throws: Problem.self) { try limits.begin("ada") }
        withExtendedLifetime((other, turn)) {}
    }
}
