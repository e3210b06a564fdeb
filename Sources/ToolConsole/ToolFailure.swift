package import LogStorage

/// Why a command cannot go on, in one line for people.
package struct ToolFailure: Error, CustomStringConvertible {
    package let status: ToolStatus
    package let description: String

    package init(_ status: ToolStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    package init(_ error: LogError) {
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

/// An error of a library that knows how a program ends because of it.
package protocol ToolFailureConvertible: Error {
    var toolFailure: ToolFailure { get }
}
