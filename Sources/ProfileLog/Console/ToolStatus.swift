/// How the program ends; the raw value is its exit code (`sysexits.h`, but for damage).
enum ToolStatus: Int32, Sendable {
    case good = 0
    /// Something in the data directory is not what was written.
    case damage = 1
    /// The command line is wrong.
    case usage = 64
    /// There is no such directory, user or record.
    case noData = 66
    /// The system could not read or write.
    case io = 74
}
