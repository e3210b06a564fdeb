/// Text as PostgreSQL can hold it: everything but U+0000, which becomes U+FFFD.
enum PostgresText {
    static func holds(_ text: String) -> Bool { !text.utf8.contains(0) }

    static func fitted(_ text: String) -> String {
        guard !holds(text) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(scalar.value == 0 ? "\u{FFFD}" : scalar) }
        return String(scalars)
    }
}
