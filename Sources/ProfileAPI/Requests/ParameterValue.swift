import LogStorage

/// A parameter's value after checking.
enum ParameterValue: Sendable, Hashable {
    case integer(UInt64)
    case text(String)
    case flag(Bool)
    case time(LogTimestamp)
}
