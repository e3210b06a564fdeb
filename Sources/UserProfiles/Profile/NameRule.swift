/// What makes a name valid.
enum NameRule {
    /// The most characters, counted as Unicode scalars so that one visible character cannot hide a thousand of them.
    static let maximumScalars = 255

    /// What is wrong with `name`, which is trimmed already.
    static func errors(_ name: String) -> [FieldError] {
        guard name.unicodeScalars.contains(where: TextRule.isVisible) else { return [error("must not be empty")] }
        guard name.unicodeScalars.count <= maximumScalars else {
            return [error("must have at most \(maximumScalars) characters")]
        }
        if let scalar = TextRule.firstForbidden(in: name) {
            return [error("must not contain the character \(TextRule.name(of: scalar))")]
        }
        return []
    }

    private static func error(_ message: String) -> FieldError {
        FieldError(field: "name", message: message)
    }
}
