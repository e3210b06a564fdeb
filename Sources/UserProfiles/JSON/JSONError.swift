/// Why bytes are not an acceptable JSON text, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place of the offending byte, from 0.
    public let offset: Int
    /// Its line, from 1.
    public let line: Int
    /// Its place in the line in bytes, from 1.
    public let column: Int
    /// What is wrong there.
    public let message: String

    public init(offset: Int, line: Int, column: Int, message: String) {
        self.offset = offset
        self.line = line
        self.column = column
        self.message = message
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}
