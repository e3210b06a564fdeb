import ArgumentParser

/// `profile-server account token`: which programs may log in.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Add, list and revoke tokens, with which programs log in (Authorization: Bearer).",
        subcommands: [TokenAddCommand.self, TokenListCommand.self, TokenRevokeCommand.self]
    )
}
