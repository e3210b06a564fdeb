package import ArgumentParser

/// Masks passwords that somebody has put into the command line, where messages about wrong usage would repeat them.
package enum SecretMask {
    /// What stands instead of a secret.
    package static let mark = "…"

    /// The text without any of the secrets.
    package static func masked(_ text: String, _ secrets: [String]) -> String {
        var bytes = Array(text.utf8)
        // The longest first, because another one may be a part of it.
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
            bytes = bytes.replacing(Array(secret.utf8), with: Array(mark.utf8))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What looks like a password among arguments: in an address (`scheme://user:password@host`), behind `user:`, or
    /// given to an option with such a name.
    package static func secrets(in arguments: [String]) -> [String] {
        var secrets: [String] = []
        var followsPassword = false
        for argument in arguments {
            let isOption = argument.hasPrefix("-")
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if isOption {
                let isPassword = isPasswordOption(parts[0])
                if isPassword, parts.count == 2 { secrets.append(String(parts[1])) }
                followsPassword = isPassword && parts.count == 1
            } else {
                if followsPassword { secrets.append(argument) }
                followsPassword = false
            }
            if let password = password(in: argument) { secrets.append(password) }
        }
        return secrets
    }

    /// Options of these programs that take a password's file end with `-file`.
    private static func isPasswordOption(_ name: Substring) -> Bool {
        let name = name.lowercased()
        guard !name.hasSuffix("-file") else { return false }
        return name == "-p" || ["pas", "pwd", "token", "secret"].contains { name.contains($0) }
    }

    /// The password in the user information of an address, as it is written there.
    private static func password(in argument: String) -> String? {
        guard let end = argument.lastIndex(of: "@") else { return nil }
        var start = argument[..<end]
        if let scheme = start.firstRange(of: "://") { start = start[scheme.upperBound...] }
        guard let colon = start.firstIndex(of: ":") else { return nil }
        return String(start[start.index(after: colon)...])
    }
}

extension ParsableCommand {
    /// Ends the process as `exit(withError:)` does, without passwords of the command line in the message.
    package static func exitMasked(_ error: any Error) -> Never {
        let text = SecretMask.masked(fullMessage(for: error), SecretMask.secrets(in: CommandLine.arguments))
        let code = exitCode(for: error)
        if code.isSuccess {
            print(text)
        } else if !text.isEmpty {
            Console.standard().note(text + "\n")
        }
        // Of an exit code alone nothing is printed.
        exit(withError: code)
    }
}
