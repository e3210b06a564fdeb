import Synchronization

/// The name of a request in logs, answers and records.
enum RequestIdentifier {
    /// The longest identifier that is taken from a caller, in characters.
    static let maximumLength = 128

    /// The caller's own identifier when it is 1–128 visible ASCII characters, otherwise a new one of 13 characters
    /// (64 bits; short, because every record stores it).
    static func choose(callers: String?) -> String {
        if let callers, isUsable(callers) { return callers }
        return RandomText.base32(sequence.next())
    }

    private static let sequence = RandomSequence()

    private static func isUsable(_ text: String) -> Bool {
        (1...maximumLength).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Numbers that look random, of which none comes twice: SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom
/// Number Generators", OOPSLA 2014) from a random start.
///
/// For names, not for secrets: the next number can be computed from one of them.
final class RandomSequence: Sendable {
    /// The step of the counter: 2⁶⁴ divided by the golden ratio, made odd, so that all 2⁶⁴ numbers come once.
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private let counter: Atomic<UInt64>

    init(startingAt start: UInt64 = .random(in: .min ... .max)) {
        counter = Atomic(start)
    }

    /// The next number; may be called by any thread.
    func next() -> UInt64 {
        var mixed = counter.wrappingAdd(Self.step, ordering: .relaxed).newValue
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
