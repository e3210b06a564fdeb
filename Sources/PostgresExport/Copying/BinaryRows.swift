/// Rows in the binary form of `COPY` (PostgreSQL's documentation of COPY, "Binary Format"), without header and trailer.
package struct BinaryRows: Sendable {
    package private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    /// Signature, no flags, no extension.
    static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]
    /// A row of −1 fields.
    static let trailer: [UInt8] = [0xFF, 0xFF]

    package init() {}

    /// Starts a row; so many fields must follow.
    mutating func beginRow(fields: Int16) {
        put(fields)
        count += 1
    }

    /// A `bigint`.
    mutating func field(_ number: Int64) {
        put(Int32(8))
        put(number)
    }

    /// A `boolean`.
    mutating func field(_ value: Bool) {
        put(Int32(1))
        bytes.append(value ? 1 : 0)
    }

    /// A `text`, or another type whose binary form is its UTF-8.
    mutating func field(_ text: [UInt8]) {
        put(Int32(clamping: text.count))
        bytes.append(contentsOf: text)
    }

    /// A `jsonb`: a version and the text.
    mutating func field(json: [UInt8]) {
        put(Int32(clamping: json.count + 1))
        bytes.append(1)
        bytes.append(contentsOf: json)
    }

    mutating func null() {
        put(Int32(-1))
    }

    private mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
