import ArgumentParser
import ServerAccess
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Whose login a backup is taken with.
struct BackupLogin: ParsableArguments {
    static let passwordVariable = "BACKUP_PASSWORD"
    static let tokenVariable = "BACKUP_TOKEN"

    @Option(help: ArgumentHelp("The administrator's account.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("A file whose first line is an API token.", valueName: "file"))
    var tokenFile: String?

    func validate() throws {
        if user != nil, tokenFile != nil { throw ValidationError("Give --user or --token-file, not both.") }
        if user == nil, passwordFile != nil { throw ValidationError("--password-file needs --user.") }
    }

    /// The value of the header `Authorization`.
    func authorization() throws -> String {
        if let user {
            guard let password = try secret(passwordFile, Self.passwordVariable) else {
                throw BackupError("no password is given: set \(Self.passwordVariable) or use --password-file")
            }
            return ServerConnector.basic(user: user, password: password)
        }
        guard let token = try secret(tokenFile, Self.tokenVariable) else {
            throw BackupError("no login is given: use --user, --token-file or \(Self.tokenVariable)")
        }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw BackupError("the token is none") }
        return "Bearer \(token)"
    }

    /// The first line of a file, or the variable.
    private func secret(_ file: String?, _ variable: String) throws -> String? {
        guard let file else { return ProcessInfo.processInfo.environment[variable] }
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        } catch {
            throw BackupError("\(file) cannot be read")
        }
        if let problem = EditedText.problem(with: bytes) { throw BackupError("\(file) \(problem)") }
        return String(decoding: EditedText.firstLine(of: bytes), as: UTF8.self)
    }
}
