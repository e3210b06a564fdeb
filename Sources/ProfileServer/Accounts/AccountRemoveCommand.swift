import ArgumentParser
import ProfileAPI

/// `profile-server account remove`: one fewer who may log in.
struct AccountRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an account. What it did stays in the history, under its name."
    )

    @Argument(help: "The account's name.")
    var name: String

    @Flag(help: "Remove the last administrator, too.")
    var force = false

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            try place.file.requireWritable()
            let mayBeLastAdmin = force || place.administrator != nil
            try place.file.update { list throws(AccountError) in
                try list.removeAccount(name, mayBeLastAdmin: mayBeLastAdmin)
            }
            print("\(name) may not log in any more (\(place.file.path))")
        }
    }
}
