/// Names as they stand in SQL.
package enum SQLName {
    /// PostgreSQL cuts longer names off without an error (its documentation, "Identifiers and Key Words").
    static let maximumBytes = 63

    /// The name in double quotes, so that any name is one.
    static func quoted(_ name: String) -> String { "\"\(doubled(name, ["\""]))\"" }

    /// The text as a string constant.
    static func literal(_ text: String) -> String { "E'\(doubled(text, ["'", "\\"]))'" }

    /// By scalars: behind a quote there may be a combining mark, which would make both one character.
    private static func doubled(_ text: String, _ marks: [Unicode.Scalar]) -> String {
        var doubled = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if marks.contains(scalar) { doubled.append(scalar) }
            doubled.append(scalar)
        }
        return String(doubled)
    }

    /// Makes sure that a schema of this name can hold an export. Asks nobody.
    ///
    /// - Throws: ``ExportRefusal``.
    package static func checkSchema(_ name: String) throws(ExportRefusal) {
        let why: String
        if name.isEmpty || name.utf8.contains(0) {
            why = "is no name"
        } else if name.utf8.count > maximumBytes {
            why = "has \(name.utf8.count) bytes, and PostgreSQL cuts a name after \(maximumBytes)"
        } else if name.hasPrefix("pg_") || name == "information_schema" {
            why = "belongs to PostgreSQL itself"
        } else {
            return
        }
        throw ExportRefusal(.wrongName, "the schema \"\(name)\" \(why): give another with --schema")
    }
}
