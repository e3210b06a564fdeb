import ArgumentParser
import ProfileAPI

/// `profile-server account add`: one more who may log in with a password.
struct AccountAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an account with a password.")

    @Argument(help: "The account's name.")
    var name: String

    @Option(help: "admin, editor (profiles and restore), auditor (reads all) or reader (reads profiles).")
    var role = Role.reader

    @Flag(help: "Take the first line of the standard input as the password.")
    var passwordStdin = false

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            if let problem = Account.problem(withName: name) { throw AccountError(problem) }
            try place.requireOther(name)
            try place.file.requireWritable()
            // Before anybody types a password for nothing; what counts is the check below.
            try (place.file.read() ?? AccountList()).requireFree(name)
            let account = try Account(
                name: name,
                role: role,
                password: PasswordHash(password: PasswordInput.read(fromInput: passwordStdin))
            )
            var hasAdministrator = place.administrator != nil
            try place.file.update { list throws(AccountError) in
                try list.add(account)
                hasAdministrator = hasAdministrator || list.accounts.contains { $0.role == .admin }
            }
            print("\(name) may log in now, as \(role.rawValue) (\(place.file.path))")
            if !hasAdministrator {
                writeToStandardError(
                    "There is no administrator yet: a server makes one only when there is no account.\n"
                )
            }
        }
    }
}
