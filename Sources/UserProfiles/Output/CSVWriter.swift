/// Writes rows of RFC 4180 that spreadsheets can open without running anything.
///
/// A field with a comma, semicolon, tab, quotation mark or line break is put into quotation marks, because spreadsheets of
/// many countries split at semicolons. A field that begins with a sign of a formula gets an apostrophe in front, unless
/// ``init(guardsFormulas:)`` says no: the apostrophe cannot be told from one that belongs to the value.
package struct CSVWriter {
    /// What has been written, UTF-8.
    package private(set) var bytes: [UInt8] = []

    private let guardsFormulas: Bool

    /// - Parameter guardsFormulas: false where a program reads the rows.
    package init(guardsFormulas: Bool = true) {
        self.guardsFormulas = guardsFormulas
    }

    /// Appends one row.
    package mutating func row(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// Gives up what has been written and starts anew with the same memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ field: String) {
        let startsFormula = guardsFormulas && Self.startsFormula(field)
        let needsQuotes = startsFormula || field.utf8.contains { Self.isSpecial($0) }
        guard needsQuotes else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        // A leading apostrophe makes spreadsheets take the cell as text (OWASP, CSV injection).
        if startsFormula { bytes.append(UInt8(ascii: "'")) }
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Only the first character counts. Full-width forms do, too: some spreadsheets normalize them.
    private static func startsFormula(_ field: String) -> Bool {
        switch field.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "\r"),
            UInt8(ascii: "\n"):
            true
        default: false
        }
    }
}
