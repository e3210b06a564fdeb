import LogStorage

/// What makes the parameters of a query valid.
enum QueryRule {
    static let limits = 1...1_000
    static let maximumSearchScalars = 255

    static func errors(limit: Int) -> [FieldError] {
        guard !limits.contains(limit) else { return [] }
        let message = "must be from \(limits.lowerBound) to \(limits.upperBound), not \(limit)"
        return [FieldError(field: "limit", message: message)]
    }

    static func errors(since: LogTimestamp?, until: LogTimestamp?) -> [FieldError] {
        TimeRule.refusal(since: since, until: until).map { [FieldError(field: "since", message: $0)] } ?? []
    }

    static func errors(searchText text: String) -> [FieldError] {
        let count = text.unicodeScalars.count
        guard count >= 1, count <= maximumSearchScalars else {
            return [FieldError(field: "q", message: "must have 1 to \(maximumSearchScalars) characters")]
        }
        if let scalar = TextRule.firstForbidden(in: text) {
            return [FieldError(field: "q", message: "must not contain the character \(TextRule.name(of: scalar))")]
        }
        return []
    }
}
