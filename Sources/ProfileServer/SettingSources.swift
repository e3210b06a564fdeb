import Configuration
import ProfileAPI

/// Where settings stand: the command's options, then the environment, then the file `.env` of the working directory.
struct SettingSources {
    /// One of the places, by the name that `profile-server config` shows.
    enum Place: String {
        case option, environment
        case file = ".env"
        case fallback = "default"
    }

    private let readers: [(place: Place, reader: ConfigReader)]
    private let file: EnvironmentFile
    private let environment: [String]

    /// - Parameter options: what the options of the command say; nil for those that were not given.
    /// - Throws: ``StartError`` when there is a file `.env` that cannot be read.
    init(options: [SettingName: String?]) throws {
        var given: [AbsoluteConfigKey: ConfigValue] = [:]
        for case (let name, let text?) in options {
            given[AbsoluteConfigKey(Self.key(of: name))] = ConfigValue(.string(text), isSecret: false)
        }
        do {
            file = try EnvironmentFile(path: ".env")
        } catch {
            throw StartError("the file .env cannot be read: it has to be a file that this account may read, or be away")
        }
        environment = ProcessEnvironment.names
        readers = [
            (.option, ConfigReader(provider: InMemoryProvider(values: given))),
            (.environment, ConfigReader(provider: EnvironmentVariablesProvider())),
            (.file, ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: file.variables))),
        ]
    }

    /// The setting's text from the first place that has one.
    func text(_ name: SettingName) -> String? { found(name)?.text }

    /// The first place that has the setting.
    func place(_ name: SettingName) -> Place { found(name)?.place ?? .fallback }

    /// What stands in `.env` or in the environment and was meant as a setting, but is none.
    var problems: [StartError] {
        file.problems + UnknownSettings.problems(file: Array(file.variables.keys), environment: environment)
    }

    /// - Throws: the first of ``problems``.
    func check() throws {
        if let problem = problems.first { throw problem }
    }

    private func found(_ name: SettingName) -> (text: String, place: Place)? {
        for (place, reader) in readers {
            let text = reader.string(forKey: Self.key(of: name), isSecret: name.definition.isSecret)
            if let text { return (text, place) }
        }
        return nil
    }

    /// `HTTP_PORT` is the key `http.port`.
    private static func key(of name: SettingName) -> ConfigKey {
        ConfigKey(name.rawValue.lowercased().split(separator: "_").joined(separator: "."))
    }
}
