/// How much work a password hash costs (RFC 7914, section 2).
public struct ScryptCost: Sendable, Hashable {
    /// CPU and memory cost `N`, a power of two; memory is `128 · r · N` bytes.
    public let rounds: Int
    /// Block size `r`.
    public let blockSize: Int
    /// Parallelization `p`.
    public let parallelism: Int

    /// `N = 2^14, r = 8, p = 1`: 16 MiB and, on the machine it was measured on, 86 ms a hash.
    public static let standard = ScryptCost(uncheckedRounds: 1 << 14, blockSize: 8, parallelism: 1)

    /// Takes parameters from outside; nil when scrypt does not allow them or when they would cost more than 256 MiB
    /// of memory or 64 times the standard work.
    public init?(rounds: Int, blockSize: Int, parallelism: Int) {
        guard (2...1 << 20).contains(rounds), rounds & (rounds - 1) == 0 else { return nil }
        guard (1...32).contains(blockSize), (1...16).contains(parallelism) else { return nil }
        guard 128 * rounds * blockSize <= 256 << 20 else { return nil }
        guard rounds * blockSize * parallelism <= 64 * (1 << 14) * 8 else { return nil }
        self.init(uncheckedRounds: rounds, blockSize: blockSize, parallelism: parallelism)
    }

    private init(uncheckedRounds: Int, blockSize: Int, parallelism: Int) {
        self.rounds = uncheckedRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }
}
