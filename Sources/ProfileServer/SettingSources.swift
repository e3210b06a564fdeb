import Configuration
import ProfileAPI
import SystemPackage

/// Where settings stand: the command's options, then the environment, then the file `.env` of the working directory.
struct SettingSources {
    private let reader: ConfigReader

    /// - Parameter options: what the options of the command say; nil for those that were not given.
    /// - Throws: ``StartError`` when there is a file `.env` that cannot be read.
    init(options: [SettingName: String?]) async throws {
        var given: [AbsoluteConfigKey: ConfigValue] = [:]
        for case (let name, let text?) in options {
            given[AbsoluteConfigKey(Self.key(of: name))] = ConfigValue(.string(text), isSecret: false)
        }
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw StartError("the file .env cannot be read: \(error)")
        }
        reader = ConfigReader(providers: [InMemoryProvider(values: given), EnvironmentVariablesProvider(), file])
    }

    /// The setting's text from the first place that has one.
    func text(_ name: SettingName) -> String? {
        reader.string(forKey: Self.key(of: name), isSecret: name == .adminPassword)
    }

    /// `HTTP_PORT` is the key `http.port`.
    private static func key(of name: SettingName) -> ConfigKey {
        ConfigKey(name.rawValue.lowercased().split(separator: "_").joined(separator: "."))
    }
}
