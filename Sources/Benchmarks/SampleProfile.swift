import UserProfiles

/// The profiles that fill and change give to users.
enum SampleProfile {
    /// The profile of the user `id`, whose name and email it keeps in all its changes.
    ///
    /// - Parameter note: what a change says; `nil` in a new profile.
    static func draft(_ id: Int, note: String? = nil) throws -> ProfileDraft {
        let note = note.map { #","note":"\#($0)""# } ?? ""
        let json = """
            {"name":"User \(id)","email":"user\(id)@example.com",\
            "attributes":{"city":"\(cities[id % cities.count])","department":"Engineering"\(note)}}
            """
        return try ProfileDraft(json: JSONParser.parse(Array(json.utf8)))
    }

    private static let cities = ["Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo"]
}
