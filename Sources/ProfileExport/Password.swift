import ToolConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The password of the account on the server.
enum Password {
    static let variable = "EXPORT_PASSWORD"

    /// - Parameter file: a file whose first line it is; without one, the environment is asked.
    static func read(file: String?) throws -> String {
        if let file {
            let text: String
            do {
                text = try String(contentsOfFile: file, encoding: .utf8)
            } catch {
                throw ToolFailure(.noData, "--password-file: \(file) cannot be read")
            }
            return String(text.prefix { !$0.isNewline })
        }
        guard let password = Environment.value(variable) else {
            throw ToolFailure(.usage, "no password is given: set \(variable) or use --password-file")
        }
        return password
    }
}
