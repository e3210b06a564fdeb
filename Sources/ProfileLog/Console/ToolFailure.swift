import LogStorage

/// Why a command cannot go on, in one line for people.
struct ToolFailure: Error, CustomStringConvertible {
    let status: ToolStatus
    let description: String

    init(_ status: ToolStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    init(_ error: LogError) {
        self.init(Self.status(error.code), error.description)
    }

    private static func status(_ code: LogError.Code) -> ToolStatus {
        switch code {
        case .damaged, .invalidDirectory: .damage
        case .notFound, .unsupportedFormat: .noData
        default: .io
        }
    }
}
