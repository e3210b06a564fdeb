/// How a program ends; the raw value is its exit code (`sysexits.h`, but for damage). Programs add codes of their own.
package struct ToolStatus: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let good = ToolStatus(rawValue: 0)
    /// Something in the data directory is not what was written.
    package static let damage = ToolStatus(rawValue: 1)
    /// The command line is wrong.
    package static let usage = ToolStatus(rawValue: 64)
    /// There is no such directory, user or record.
    package static let noData = ToolStatus(rawValue: 66)
    /// The system could not read or write.
    package static let io = ToolStatus(rawValue: 74)
}
