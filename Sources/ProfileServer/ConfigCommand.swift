import ArgumentParser
import ProfileAPI
import ToolConsole

/// `profile-server config`: prints the settings that a start in the same place would have.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print every setting, its value and where it comes from.",
        discussion: """
            A line is the setting's name, its place (option, environment, .env or default) and its value. A secret \
            shows only that it is there. The exit code is 1 when the server would not start with these settings.
            """
    )

    @OptionGroup var directory: DataOptions
    @OptionGroup var address: AddressOptions

    func run() throws {
        let problems: [any Error]
        do {
            problems = try printSettings()
        } catch {
            problems = [error]
        }
        for problem in problems { report("\(problem)") }
        guard problems.isEmpty else { throw ExitCode.failure }
    }

    /// - Returns: what is wrong with the settings.
    private func printSettings() throws -> [StartError] {
        let sources = try SettingSources(options: directory.settings.merging(address.settings) { $1 })
        var settings = ServerSettings()
        let malformed = settings.take(from: sources.text)
        let width = SettingName.allCases.map(\.rawValue.count).max() ?? 0
        for name in SettingName.allCases {
            let place = Self.padded(self.place(of: name, sources, settings), to: Self.placeWidth)
            let value = VisibleText.of(name.definition.shown(settings))
            let line = "\(Self.padded(name.rawValue, to: width))  \(place)  \(value)"
            print(value.isEmpty ? String(line.reversed().drop { $0 == " " }.reversed()) : line)
        }
        return malformed + sources.problems
    }

    private func place(of name: SettingName, _ sources: SettingSources, _ settings: ServerSettings) -> String {
        let place = sources.place(name)
        // A password from a file has no place of its own.
        guard name == .adminPassword, place == .fallback, settings.adminPassword != nil else { return place.rawValue }
        return "file"
    }

    private static let placeWidth = SettingSources.Place.environment.rawValue.count

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
