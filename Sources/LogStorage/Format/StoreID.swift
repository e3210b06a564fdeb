/// The random id that a store gets once; every file of the store repeats it.
public struct StoreID: Hashable, Sendable, CustomStringConvertible {
    /// 16 bytes.
    let bytes: [UInt8]

    static let byteCount = 16

    /// A new random id (UUID version 4).
    static func random() -> StoreID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> StoreID {
        var bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return StoreID(bytes: bytes)
    }

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the text form; `nil` if it is not that of a UUID.
    package init?(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
        let digits = Array(groups.joined())
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexDigitValue, let low = digits[index + 1].hexDigitValue else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// For example `0f8fad5b-d9cb-469f-a165-70867728950e`.
    public var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text
    }
}
