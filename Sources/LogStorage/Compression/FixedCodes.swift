/// The fixed Huffman codes of deflate (RFC 1951, section 3.2.6), ready to be put into a stream.
struct FixedCodes: Sendable {
    /// Bits as they stand in the stream, the first in the lowest place, and how many.
    struct Code: Sendable {
        let bits: UInt32
        let count: UInt32
    }

    static let matchLengths = 3...258
    /// Larger than any distance of a short payload.
    static let distanceLimit = 4_096

    /// By byte.
    let literals: [Code]
    /// Symbol and extra bits, by length minus 3.
    let lengths: [Code]
    /// Symbol and extra bits, by distance minus 1.
    let distances: [Code]
    let endOfBlock: Code

    static let shared = FixedCodes()

    private init() {
        literals = (0..<256).map(Self.symbol)
        endOfBlock = Self.symbol(256)
        let shorter = Self.withExtraBits(Self.lengthExtraBits, first: 3, through: 257) { Self.symbol(257 + $0) }
        // The longest has a code of its own, without extra bits.
        lengths = shorter + [Self.symbol(285)]
        distances = Self.withExtraBits(Self.distanceExtraBits, first: 1, through: Self.distanceLimit) {
            Code(bits: Self.reversed(UInt32($0), 5), count: 5)
        }
    }

    /// Extra bits of the length symbols 257 to 284 (RFC 1951, section 3.2.5).
    private static let lengthExtraBits: [UInt32] =
        [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [UInt32](repeating: $0, count: 4) }

    /// Extra bits of the distance symbols 0 to 23 (RFC 1951, section 3.2.5), enough for ``distanceLimit``.
    private static let distanceExtraBits: [UInt32] =
        [0, 0] + (0...10).flatMap { [UInt32](repeating: $0, count: 2) }

    /// Each symbol stands for as many values as its extra bits can tell apart, one symbol's behind the other's.
    private static func withExtraBits(
        _ extraBits: [UInt32],
        first: Int,
        through last: Int,
        of symbol: (Int) -> Code
    ) -> [Code] {
        var codes: [Code] = []
        for (number, extra) in extraBits.enumerated() {
            let symbol = symbol(number)
            for value in 0..<UInt32(1) << extra where first + codes.count <= last {
                codes.append(Code(bits: symbol.bits | value << symbol.count, count: symbol.count + extra))
            }
        }
        return codes
    }

    private static func symbol(_ symbol: Int) -> Code {
        let (code, count): (Int, UInt32) =
            switch symbol {
            case ..<144: (0x30 + symbol, 8)
            case ..<256: (0x190 + symbol - 144, 9)
            case ..<280: (symbol - 256, 7)
            default: (0xC0 + symbol - 280, 8)
            }
        return Code(bits: reversed(UInt32(code), count), count: count)
    }

    /// Huffman codes stand in the stream with their highest bit first.
    private static func reversed(_ code: UInt32, _ count: UInt32) -> UInt32 {
        var (rest, result) = (code, UInt32(0))
        for _ in 0..<count {
            result = result << 1 | rest & 1
            rest >>= 1
        }
        return result
    }
}
