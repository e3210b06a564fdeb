import Crypto

/// Random numbers, fetched many at a time: to ask the kernel for each took one and a half percent of a read of a user.
struct RandomSupply: Sendable {
    private static let fetched = 256

    private var numbers: [UInt64] = []

    /// A random number that nobody else gets.
    mutating func next() -> UInt64 {
        if let number = numbers.popLast() { return number }
        let size = SymmetricKeySize(bitCount: Self.fetched * UInt64.bitWidth)
        numbers = SymmetricKey(size: size).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
        return numbers.removeLast()
    }
}
