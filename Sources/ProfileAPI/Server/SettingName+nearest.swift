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
