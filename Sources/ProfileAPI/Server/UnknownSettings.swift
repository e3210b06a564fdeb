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

    /// One problem for each name that is none of a setting's.
    public static func problems(file: [String], environment: [String]) -> [StartError] {
        file.sorted().compactMap { problem(in: ".env", $0, otherwise: "; --help lists them all") }
            + environment.sorted().compactMap { problem(in: "environment", $0, otherwise: nil) }
    }

    /// - Parameter otherwise: what to say of a name that is no misspelling; nil to say nothing.
    private static func problem(in place: String, _ name: String, otherwise: String?) -> StartError? {
        let advice = SettingName.nearest(to: name).map { ": did you mean \($0.rawValue)?" } ?? otherwise
        guard !isKnown(name), let advice else { return nil }
        return StartError("\(place): there is no setting \(printable(name))\(advice)")
    }

    private static func isKnown(_ name: String) -> Bool {
        SettingName(rawValue: name) != nil || foreignNames.contains(name) || name.hasPrefix("PG")
    }

    /// The start of a name; characters that nobody would see, such as U+200B, by their numbers.
    private static func printable(_ name: String) -> String {
        name.unicodeScalars.prefix(64).map { TextRule.isVisible($0) ? String($0) : "<\(TextRule.name(of: $0))>" }
            .joined()
    }
}

extension SettingName {
    /// The setting that `text` is a misspelling of: up to two letters more, fewer or others, in either case.
    ///
    /// Nil for the name of a setting itself, and for what is too far from all of them.
    public static func nearest(to text: String) -> SettingName? {
        guard SettingName(rawValue: text) == nil else { return nil }
        let letters = Array(text.uppercased().utf8)
        let near = allCases.map { (name: $0, distance: distance(letters, Array($0.rawValue.utf8), limit: 2)) }
            .filter { $0.distance <= 2 }
        return near.min { $0.distance < $1.distance }?.name
    }

    /// How many letters have to be put in, left out or exchanged to make `second` of `first` (Levenshtein), or something
    /// above `limit` if that is more than `limit`.
    private static func distance(_ first: [UInt8], _ second: [UInt8], limit: Int) -> Int {
        guard abs(first.count - second.count) <= limit else { return limit + 1 }
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let exchanged = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(exchanged, min(row[column], diagonal) + 1)
            }
        }
        return row[second.count]
    }
}
