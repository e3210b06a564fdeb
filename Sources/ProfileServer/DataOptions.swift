import ArgumentParser
import ProfileAPI

/// The option that says where the server's data is; all commands that look there share it.
struct DataOptions: ParsableArguments {
    // No default here: an option that is not given must not hide the environment.
    @Option(help: SettingName.dataDirectory.optionHelp)
    var data: String?

    /// The setting that this option gives, nil where it was left out.
    var settings: [SettingName: String?] { [.dataDirectory: data] }
}

extension SettingName {
    /// The setting's description as that of an option.
    var optionHelp: ArgumentHelp {
        let summary = definition.summary
        let capitalized = summary.prefix(1).uppercased() + summary.dropFirst()
        return ArgumentHelp("\(capitalized) (\(rawValue); default \(definition.fallback)).")
    }
}
