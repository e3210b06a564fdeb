import ArgumentParser
import ProfileAPI

/// `profile-server account password`: another password for an account.
struct AccountPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Give an account another password. The old one ends with it."
    )

    @Argument(help: "The account's name.")
    var name: String

    @Flag(help: "Take the first line of the standard input as the password.")
    var passwordStdin = false

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            try place.requireOther(name)
            try place.file.requireWritable()
            let account = try (place.file.read() ?? AccountList()).account(named: name)
            let password = try PasswordHash(password: PasswordInput.read(fromInput: passwordStdin))
            try place.file.update { list throws(AccountError) in try list.setPassword(password, of: account.name) }
            print("\(account.name) has a new password (\(place.file.path))")
        }
    }
}
