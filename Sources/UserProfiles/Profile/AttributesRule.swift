/// What makes attributes valid.
enum AttributesRule {
    /// The most bytes of the minified text.
    static let maximumBytes = 32 * 1_024

    /// What is wrong with attributes whose minified text is `text`.
    static func errors(_ text: [UInt8]) -> [FieldError] {
        guard text.count <= maximumBytes else {
            let message = "must be at most \(maximumBytes) bytes of JSON without white space, not \(text.count)"
            return [FieldError(field: "attributes", message: message)]
        }
        return []
    }
}
