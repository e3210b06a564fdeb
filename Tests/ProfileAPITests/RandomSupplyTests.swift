import Testing

@testable import ProfileAPI

@Suite("Random numbers of requests")
struct RandomSupplyTests {
    @Test("No number comes twice, from one supply or from two, and every bit of them changes")
    func differ() {
        var one = RandomSupply()
        var two = RandomSupply()
        var seen: Set<UInt64> = []
        var ones = UInt64.min
        var zeros = UInt64.min
        for _ in 0..<2_000 {
            for number in [one.next(), two.next()] {
                #expect(seen.insert(number).inserted)
                ones |= number
                zeros |= ~number
            }
        }
        #expect(ones == .max && zeros == .max)
    }
}
