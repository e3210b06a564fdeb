/// What is kept about a user: name, email and free attributes.
public struct Profile: Sendable {
    /// 1 to 255 characters, without white space at its ends and without control characters.
    public let name: String
    /// A valid address of at most 254 bytes, in the caller's spelling.
    public let email: String
    /// Any JSON object of at most 32 KiB when minified.
    public let attributes: JSONObject

    /// Makes a profile of valid values; white space around name and email is dropped.
    ///
    /// - Throws: ``ValidationError`` with every field that is not valid.
    public init(name: String, email: String, attributes: JSONObject = JSONObject()) throws(ValidationError) {
        let name = WhiteSpace.trimmed(name)
        let email = WhiteSpace.trimmed(email)
        var errors = NameRule.errors(name) + EmailRule.errors(email)
        let text = attributes.minified
        errors += AttributesRule.errors(text)
        guard errors.isEmpty else { throw ValidationError(errors) }
        self.init(validatedName: name, email: email, attributes: JSONObject(validatedText: text))
    }

    /// The profile with another email; `nil` keeps the one it has.
    ///
    /// - Throws: ``ProfileError/Code/invalid(_:)``.
    func with(email: String?) throws(ProfileError) -> Profile {
        guard let email else { return self }
        let trimmed = WhiteSpace.trimmed(email)
        let errors = EmailRule.errors(trimmed)
        guard errors.isEmpty else { throw .invalid(errors) }
        return Profile(validatedName: name, email: trimmed, attributes: attributes)
    }

    /// About how many bytes it takes in an answer, when it was read from the log.
    var byteCount: Int { name.utf8.count + email.utf8.count + (attributes.heldText?.count ?? 0) }

    init(validatedName: String, email: String, attributes: JSONObject) {
        self.name = validatedName
        self.email = email
        self.attributes = attributes
    }
}

extension Profile: Hashable {
    public static func == (left: Profile, right: Profile) -> Bool {
        ExactText.equal(left.name, right.name) && ExactText.equal(left.email, right.email)
            && left.attributes == right.attributes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactText(name))
        hasher.combine(ExactText(email))
        hasher.combine(attributes)
    }
}
