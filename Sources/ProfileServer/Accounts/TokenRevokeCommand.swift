import ArgumentParser
import ProfileAPI

/// `profile-server account token revoke`: one program fewer that may log in.
struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Remove a token. What it did stays in the history, under its name."
    )

    @Argument(help: "The token's name.")
    var name: String

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            try place.file.requireWritable()
            try place.file.update { list throws(AccountError) in try list.removeToken(name) }
            print("the token \(name) is good for nothing any more (\(place.file.path))")
        }
    }
}
