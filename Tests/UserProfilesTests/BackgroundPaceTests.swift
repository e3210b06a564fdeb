import LogStorage
import Testing

@testable import UserProfiles

@Suite("Pace of background work")
struct BackgroundPaceTests {
    private static func work(_ duration: Duration) {
        let start = ContinuousClock.now
        while start.duration(to: .now) < duration {}
    }

    @Test("It rests while the log grows, many times as long as it has worked")
    func rests() {
        var pace = BackgroundPace(at: LogSequenceNumber(10))
        for position in 11...13 as ClosedRange<UInt64> {
            Self.work(.milliseconds(2))
            let start = ContinuousClock.now
            pace.pause(at: LogSequenceNumber(position))
            #expect(start.duration(to: .now) >= .milliseconds(18))
        }
    }

    @Test("It does not rest while nobody changes anything")
    func goesOn() {
        var pace = BackgroundPace(at: LogSequenceNumber(10))
        Self.work(.milliseconds(500))
        let start = ContinuousClock.now
        pace.pause(at: LogSequenceNumber(10))
        #expect(start.duration(to: .now) < .milliseconds(4_500))
    }
}
