/// Puts bits into memory, the first into the lowest place of the first byte (RFC 1951, section 3.1.1).
struct BitWriter {
    private let output: UnsafeMutableBufferPointer<UInt8>
    private var pending: UInt64 = 0
    private var pendingCount: UInt32 = 0
    /// Whole bytes written.
    private(set) var count = 0

    /// - Parameter output: must have room for all that is put.
    init(_ output: UnsafeMutableBufferPointer<UInt8>) {
        self.output = output
    }

    mutating func put(_ code: FixedCodes.Code) {
        pending |= UInt64(code.bits) << UInt64(pendingCount)
        pendingCount += code.count
        while pendingCount >= 8 {
            output[count] = UInt8(truncatingIfNeeded: pending)
            count += 1
            pending >>= 8
            pendingCount -= 8
        }
    }

    /// Fills the last byte up with zeros.
    mutating func finish() {
        put(FixedCodes.Code(bits: 0, count: (8 - pendingCount) % 8))
    }
}
