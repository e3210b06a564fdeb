import Crypto
import CryptoExtras

/// A salted scrypt hash, which stands for a password without telling it.
public struct PasswordHash: Sendable, Hashable, Concealed {
    /// Bytes of salt that a new hash gets.
    public static let saltBytes = 16
    /// Bytes of derived key.
    public static let hashBytes = 32

    /// The work that made the hash and that a check costs again.
    public let cost: ScryptCost
    /// Random bytes that make equal passwords hash differently.
    public let salt: [UInt8]
    /// The derived key.
    public let hash: [UInt8]

    /// Takes a stored hash; nil when salt or hash have impossible lengths.
    public init?(cost: ScryptCost, salt: [UInt8], hash: [UInt8]) {
        guard (8...64).contains(salt.count), hash.count == Self.hashBytes else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Hashes a password with a fresh salt. Takes `cost` of time and memory: never call it on an event loop.
    public init(password: [UInt8], cost: ScryptCost = .standard) throws {
        self.cost = cost
        salt = Self.random(Self.saltBytes)
        let key = try Self.derive(password, salt: salt, cost: cost)
        hash = key.withUnsafeBytes { Array($0) }
    }

    /// Makes random bytes that look like a hash. No password matches, and a comparison takes as long as with a real hash.
    init(decoyOf cost: ScryptCost) {
        self.cost = cost
        salt = Self.random(Self.saltBytes)
        hash = Self.random(Self.hashBytes)
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Whether `password` made this hash, compared in constant time. Blocks for as long as making a hash does.
    public func matches(_ password: [UInt8]) -> Bool {
        guard let key = try? Self.derive(password, salt: salt, cost: cost) else { return false }
        return key == SymmetricKey(data: hash)
    }

    private static func derive(_ password: [UInt8], salt: [UInt8], cost: ScryptCost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: password,
            salt: salt,
            outputByteCount: hashBytes,
            rounds: cost.rounds,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        )
    }
}

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
