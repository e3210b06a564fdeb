import ArgumentParser

/// `profile-log`: reads, checks and follows the log without the server.
@main
struct ProfileLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile-log",
        abstract: "Reads, checks and follows the log of user profiles without the server."
    )
}
