import ArgumentParser
import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `profile-server hash-password`: prints an entry for `accounts.json`.
struct HashPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash-password",
        abstract: "Make an entry for accounts.json out of a password.",
        discussion: """
            Reads the password from the first line of the standard input and prints the entry, to be put into the \
            array "accounts" of accounts.json in the data directory. The server reads that file when it starts.
            """
    )

    @Option(help: "The account's name.")
    var name: String

    @Option(help: "admin, editor (profiles and restore), auditor (reads all) or reader (reads profiles).")
    var role: String

    func run() throws {
        do {
            guard let role = Role(rawValue: role) else {
                throw AccountError("--role must be one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard let password = readPassword(), !password.isEmpty else {
                throw AccountError("the first line of the standard input must be the password")
            }
            let account = try Account(name: name, role: role, password: PasswordHash(password: Array(password.utf8)))
            print(AccountFile.entry(account))
        } catch {
            writeToStandardError("profile-server: \(error)\n")
            throw ExitCode.failure
        }
    }

    /// The first line of the input; at a terminal it is not shown while it is typed.
    private func readPassword() -> String? {
        var terminal = termios()
        guard tcgetattr(STDIN_FILENO, &terminal) == 0 else { return readLine(strippingNewline: true) }
        writeToStandardError("password: ")
        var silent = terminal
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &terminal)
            writeToStandardError("\n")
        }
        return readLine(strippingNewline: true)
    }
}
