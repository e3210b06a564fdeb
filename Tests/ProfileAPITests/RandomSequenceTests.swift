import Testing

@testable import ProfileAPI

@Suite("Numbers that name requests")
struct RandomSequenceTests {
    @Test("The numbers are those of SplitMix64")
    func reference() {
        // The first outputs of the reference implementation (prng.di.unimi.it/splitmix64.c) for the state 1234567.
        let sequence = RandomSequence(startingAt: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in sequence.next() } == expected)
    }

    @Test("No number comes twice, from one sequence or from two, whoever asks")
    func differ() async {
        let sequences = [RandomSequence(), RandomSequence()]
        let numbers = await withTaskGroup(of: [UInt64].self) { group in
            for sequence in sequences + sequences {
                group.addTask { (0..<2_000).map { _ in sequence.next() } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.count == 8_000)
        #expect(Set(numbers).count == numbers.count)
    }
}
