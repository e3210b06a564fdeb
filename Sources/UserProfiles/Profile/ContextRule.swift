/// What makes the context of a change valid.
enum ContextRule {
    static let maximumReason = 500

    /// What is wrong with `context`.
    static func errors(_ context: ChangeContext) -> [FieldError] {
        var errors = ActorRule.problem(with: context.actor).map { [FieldError(field: "actor", message: $0)] } ?? []
        errors += check(context.requestID, field: "request_id", maximum: 200, mayBeEmpty: false)
        if let reason = context.reason {
            errors += check(reason, field: "reason", maximum: maximumReason, mayBeEmpty: true)
        }
        if let address = context.sourceIP {
            errors += check(address, field: "source_ip", maximum: 100, mayBeEmpty: true)
        }
        return errors
    }

    private static func check(_ text: String, field: String, maximum: Int, mayBeEmpty: Bool) -> [FieldError] {
        if text.isEmpty, !mayBeEmpty {
            return [FieldError(field: field, message: "must not be empty")]
        }
        guard text.unicodeScalars.count <= maximum else {
            return [FieldError(field: field, message: "must have at most \(maximum) characters")]
        }
        if let scalar = TextRule.firstForbidden(in: text) {
            let message = "must not contain the character \(TextRule.name(of: scalar))"
            return [FieldError(field: field, message: message)]
        }
        return []
    }
}
