import ArgumentParser
import LogStorage
import ProfileAPI

/// `profile-server account token list`: the programs that may log in.
struct TokenListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tokens: name, role, when they were made, and until when they are good."
    )

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            var table = TextTable(["NAME", "ROLE", "CREATED", "GOOD UNTIL"])
            let now = LogTimestamp.now()
            for token in try place.file.read()?.tokens ?? [] {
                table.add([token.name, token.role.rawValue, token.created?.rfc3339 ?? "-", token.end(now)])
            }
            print(table.text)
        }
    }
}
