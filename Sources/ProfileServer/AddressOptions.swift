import ArgumentParser
import ProfileAPI

/// The options that say where the server listens; `profile-server` and its health check share them.
struct AddressOptions: ParsableArguments {
    // No defaults here: an option that is not given must not hide the environment.
    @Option(help: SettingName.host.optionHelp)
    var host: String?

    @Option(help: SettingName.port.optionHelp)
    var port: String?

    /// The settings that these options give, nil where they were left out.
    var settings: [SettingName: String?] { [.host: host, .port: port] }
}
