/// Why accounts could not be read, made or kept; one line that names the file and the way out.
public struct AccountError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole sentence, fit for a terminal.
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}
