/// What makes a name valid that stands as `actor` in records: that of an account or of a token.
package enum ActorRule {
    /// The longest name, in bytes of UTF-8.
    package static let maximumBytes = 128

    /// What is wrong with `name`, as in "must not be empty"; nil if nothing is.
    ///
    /// Two names that look alike must not differ in characters that nobody sees.
    package static func problem(with name: String) -> String? {
        if name.isEmpty { return "must not be empty" }
        if name.utf8.count > maximumBytes { return "must have at most \(maximumBytes) bytes in UTF-8" }
        guard let scalar = TextRule.firstForbidden(inName: name) else { return nil }
        if scalar == " " { return "must have no space at its start or end, nor two together" }
        return "must not contain the character \(TextRule.name(of: scalar))"
    }
}
