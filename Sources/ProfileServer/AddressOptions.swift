import ArgumentParser
import ProfileAPI

/// The options that say where the server listens; `profile-server` and its health check share them.
struct AddressOptions: ParsableArguments {
    // No defaults here: an option that is not given must not hide the environment.
    @Option(help: "Address to listen on (HTTP_HOST; default 127.0.0.1).")
    var host: String?

    @Option(help: "Port to listen on, 0 for any free one (HTTP_PORT; default 8000).")
    var port: String?

    /// The settings that these options give, nil where they were left out.
    var settings: [SettingName: String?] { [.host: host, .port: port] }
}
