/// Writes rows of RFC 4180 that spreadsheets can open without running anything.
package struct CSVWriter {
    /// What has been written, UTF-8.
    package private(set) var bytes: [UInt8] = []

    package init() {}

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
        let startsFormula = Self.startsFormula(field)
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

    /// Full-width forms count too: some spreadsheets normalize them.
    private static func startsFormula(_ field: String) -> Bool {
        switch field.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }
}
