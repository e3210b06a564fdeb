import ToolConsole
import UserProfiles

/// The colour of each operation.
enum OperationStyle {
    static func role(of operation: Operation) -> Style.Role {
        switch operation {
        case .create: .good
        case .update: .warning
        case .delete: .bad
        case .restore: .accent
        }
    }
}
