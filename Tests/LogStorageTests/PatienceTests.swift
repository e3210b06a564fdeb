import Testing

@testable import LogStorage

@Suite("Looking for work before sleeping")
struct PatienceTests {
    /// Longer than a busy machine lets a test wait for nothing.
    private static let short = Duration.seconds(5)

    @Test("The first pause is slept through; after a short one, work is found without sleeping")
    func lookingAfterShortPause() {
        var patience = Patience(Self.short)
        var sleeps = 0
        patience.wait(until: { false }, sleep: { sleeps += 1 })
        #expect(sleeps == 1)
        var looks = 0
        patience.wait(
            until: {
                looks += 1
                return looks > 10
            },
            sleep: { sleeps += 1 }
        )
        #expect(sleeps == 1)
        #expect(looks > 10)
    }

    @Test("When no work comes it sleeps after the limit, and after a long pause at once")
    func sleepingAfterLongPause() {
        let limit = Duration.milliseconds(2)
        var patience = Patience(limit)
        patience.wait(until: { false }, sleep: {})
        let start = ContinuousClock.now
        var slept = Duration.zero
        patience.wait(until: { false }, sleep: { slept = start.duration(to: .now) })
        #expect(slept >= limit)
        var looks = 0
        patience.wait(
            until: {
                looks += 1
                return false
            },
            sleep: {}
        )
        #expect(looks == 1)
    }

    @Test("Without a limit it never looks")
    func noLimit() {
        var patience = Patience(.zero)
        var sleeps = 0
        for _ in 0..<3 { patience.wait(until: { true }, sleep: { sleeps += 1 }) }
        #expect(sleeps == 3)
    }
}
