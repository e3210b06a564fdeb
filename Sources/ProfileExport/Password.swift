import ToolConsole
import UserProfiles

/// The password of the account on the server.
enum Password {
    static let variable = "EXPORT_PASSWORD"

    /// - Parameter file: a file whose first line it is; without one, the environment is asked.
    static func read(file: String?) throws -> String {
        if let file {
            let bytes = try InputFile.bytes(file, option: "--password-file")
            return String(decoding: EditedText.firstLine(of: bytes), as: UTF8.self)
        }
        guard let password = Environment.value(variable) else {
            throw ToolFailure(.usage, "no password is given: set \(variable) or use --password-file")
        }
        return password
    }
}
