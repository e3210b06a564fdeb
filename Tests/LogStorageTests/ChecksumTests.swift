import TestSupport
import Testing

@testable import LogStorage

@Suite("Checksums")
struct ChecksumTests {
    /// CRC-32 bit by bit, as its definition has it.
    private static func reference(_ bytes: some Sequence<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        // Step by step: as one expression it takes the compiler too long.
        var sum = ~previous
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    @Test("The checksum is the CRC-32 that everybody has")
    func check() {
        #expect(Checksum.of([]) == 0)
        #expect(Checksum.of(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum.of([UInt8](repeating: 0, count: 32)) == 0x190A_55AD)
        #expect(Checksum.of([UInt8](repeating: 0xFF, count: 32)) == 0xFF6C_AB0B)
    }

    @Test("It is the same for every length, wherever the bytes stand, in one piece or in two")
    func everyLength() {
        var random = SeededGenerator(seed: 32)
        let bytes = (0..<1_100).map { _ in UInt8.random(in: 0...255, using: &random) }
        for count in 0..<1_050 {
            let start = count % 17
            let piece = Array(bytes[start..<(start + count)])
            let expected = Self.reference(piece)
            #expect(Checksum.of(piece) == expected, "\(count) bytes")
            bytes.withUnsafeBytes { bytes in
                #expect(Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])) == expected)
                let cut = Int.random(in: 0...count, using: &random)
                let first = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + cut)]))
                let rest = UnsafeRawBufferPointer(rebasing: bytes[(start + cut)..<(start + count)])
                #expect(Checksum.of(rest, continuing: first) == expected, "\(count) bytes, cut at \(cut)")
            }
        }
    }

    @Test("A million bytes, and any bit of them counts")
    func long() {
        var random = SeededGenerator(seed: 33)
        var bytes = (0..<1_000_003).map { _ in UInt8.random(in: 0...255, using: &random) }
        let expected = Self.reference(bytes)
        #expect(Checksum.of(bytes) == expected)
        for _ in 0..<100 {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let bit = UInt8(1) << UInt8.random(in: 0...7, using: &random)
            bytes[place] ^= bit
            #expect(Checksum.of(bytes) != expected)
            bytes[place] ^= bit
        }
    }
}
