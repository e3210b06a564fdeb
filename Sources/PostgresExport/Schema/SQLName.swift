/// Names as they stand in SQL.
enum SQLName {
    /// The name in double quotes, so that any name is one.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
