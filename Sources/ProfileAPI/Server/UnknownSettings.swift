import UserProfiles

/// Finds names that stand where settings stand and are none.
///
/// The file `.env` belongs to this project, so that everything in it has to be known. The environment belongs to
/// everybody: there only a misspelled setting counts.
public enum UnknownSettings {
    /// What other programs of the project and libpq read from the same file.
    private static let foreignNames: Set<String> = [
        "BACKUP_PASSWORD", "BACKUP_TOKEN", "DATABASE_URL", "EXPORT_PASSWORD",
    ]
    private static let foreignPrefix = "PG"

    /// One problem for each name that is none of a setting's.
    public static func problems(file: [String], environment: [String]) -> [StartError] {
        let inFile = file.sorted().filter { !isKnown($0) }.map { name in
            let advice = SettingName.nearest(to: name).map { "did you mean \($0.rawValue)?" }
            return StartError(
                ".env: there is no setting \(printable(name))\(advice.map { ": \($0)" } ?? "; --help lists them all")"
            )
        }
        let inEnvironment = environment.sorted().filter { !isKnown($0) }.compactMap { name in
            SettingName.nearest(to: name).map {
                StartError(
                    "environment: there is no setting \(printable(name)): did you mean \($0.rawValue)?"
                )
            }
        }
        return inFile + inEnvironment
    }

    private static func isKnown(_ name: String) -> Bool {
        SettingName(rawValue: name) != nil || foreignNames.contains(name) || name.hasPrefix(foreignPrefix)
    }

    /// The start of a name; characters that nobody would see, such as U+200B, by their numbers.
    private static func printable(_ name: String) -> String {
        name.unicodeScalars.prefix(64).map { TextRule.isVisible($0) ? String($0) : "<\(TextRule.name(of: $0))>" }
            .joined()
    }
}
