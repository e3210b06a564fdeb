extension ProfileError {
    static func invalid(_ errors: [FieldError]) -> ProfileError {
        let fields = errors.map { $0.field.isEmpty ? $0.message : "\($0.field) \($0.message)" }
        return ProfileError(.invalid(errors), "Not valid: \(fields.joined(separator: "; ")).")
    }
}
