import LogStorage

extension User {
    /// Writes the user as callers see it.
    package func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.number(id.rawValue)
        profile.writeMembers(to: &json)
        json.key("version")
        json.number(version.rawValue)
        json.key("deleted")
        json.bool(deleted)
        json.key("created_at")
        json.string(createdAt.rfc3339)
        json.key("updated_at")
        json.string(updatedAt.rfc3339)
        json.endObject()
    }
}

extension Profile {
    /// Writes `name`, `email` and `attributes` into an object that is open.
    package func writeMembers(to json: inout JSONWriter) {
        json.key("name")
        json.string(name)
        json.key("email")
        json.string(email)
        json.key("attributes")
        json.object(attributes)
    }
}
