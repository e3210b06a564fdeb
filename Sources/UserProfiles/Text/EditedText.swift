/// The bytes of a text file that people edit, such as settings, a password, accounts or certificates.
package enum EditedText {
    /// The byte order mark U+FEFF in UTF-8, which some editors write at the start of a file.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The bytes without a byte order mark at their start.
    package static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    }

    /// The first line without a byte order mark and without its end (LF or CR LF).
    package static func firstLine(of bytes: [UInt8]) -> [UInt8] {
        let line = withoutMark(bytes).prefix { $0 != UInt8(ascii: "\n") }
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }

    /// Why the bytes cannot be read as UTF-8, as in "is UTF-16: …"; nil when they can.
    package static func problem(with bytes: [UInt8]) -> String? {
        let marksOfUTF16: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]
        if marksOfUTF16.contains(where: { bytes.starts(with: $0) }) { return "is UTF-16: save it as UTF-8" }
        return String(validating: bytes, as: UTF8.self) == nil ? "is not valid UTF-8: save it as UTF-8" : nil
    }
}
