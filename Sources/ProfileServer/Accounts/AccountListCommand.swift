import ArgumentParser
import LogStorage
import ProfileAPI

/// `profile-server account list`: everybody who may log in.
struct AccountListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List accounts and tokens: name, role, kind, and until when they are good."
    )

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            let list = try place.file.read() ?? AccountList()
            var table = TextTable(["NAME", "ROLE", "KIND", "GOOD UNTIL"])
            if let name = place.administrator {
                table.add([name, Role.admin.rawValue, "password of the settings", "-"])
            }
            for account in list.accounts where account.name != place.administrator {
                table.add([account.name, account.role.rawValue, "password", "-"])
            }
            let now = LogTimestamp.now()
            for token in list.tokens { table.add([token.name, token.role.rawValue, "token", token.end(now)]) }
            print(table.text)
        }
    }
}
