import ArgumentParser
import ProfileAPI

/// `profile-server account role`: another role for an account.
struct AccountRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Give an account another role. Its password stays."
    )

    @Argument(help: "The account's name.")
    var name: String

    @Argument(help: "admin, editor (profiles and restore), auditor (reads all) or reader (reads profiles).")
    var role: Role

    @Flag(help: "Take the role from the last administrator, too.")
    var force = false

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            try place.requireOther(name)
            try place.file.requireWritable()
            let mayBeLastAdmin = force || place.administrator != nil
            try place.file.update { list throws(AccountError) in
                try list.setRole(role, of: name, mayBeLastAdmin: mayBeLastAdmin)
            }
            print("\(name) is \(role.rawValue) from now on (\(place.file.path))")
        }
    }
}
