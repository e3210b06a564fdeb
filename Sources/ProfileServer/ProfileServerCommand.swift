import ArgumentParser

/// `profile-server`: keeps user profiles and every change to them.
@main
struct ProfileServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile-server",
        abstract: "Keeps user profiles and can never lose a change to one.",
        subcommands: [ServeCommand.self, HashPasswordCommand.self],
        defaultSubcommand: ServeCommand.self
    )
}
