import ArgumentParser
import ProfileAPI

/// `profile-server account`: who may log in.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "List, add, change and remove accounts and tokens.",
        discussion: """
            Works on the accounts file: accounts.json of the data directory, ACCOUNTS_FILE, or --file. The server need \
            not run; one that does takes the change over within seconds.
            """,
        subcommands: [
            AccountAddCommand.self, AccountListCommand.self, AccountRemoveCommand.self, AccountPasswordCommand.self,
            AccountRoleCommand.self, TokenCommand.self,
        ]
    )
}
