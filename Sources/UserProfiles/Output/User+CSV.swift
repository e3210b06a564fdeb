import LogStorage

extension User {
    /// The names of the columns, in order.
    package static let csvColumns = [
        "id", "name", "email", "attributes", "version", "deleted", "created_at", "updated_at",
    ]

    /// Appends the user as a row; attributes are JSON text.
    package func write(to csv: inout CSVWriter) {
        var attributes = JSONWriter()
        attributes.object(profile.attributes)
        csv.row([
            id.description, profile.name, profile.email, String(decoding: attributes.bytes, as: UTF8.self),
            version.description, deleted ? "true" : "false", createdAt.rfc3339, updatedAt.rfc3339,
        ])
    }
}
