import UserProfiles

/// The profiles that fill and change give to users.
enum SampleProfile {
    /// A profile that no other number has.
    ///
    /// - Parameter note: what a change says; `nil` in a new profile, whose number need not be the id that it gets.
    static func draft(_ number: Int, note: String? = nil) throws -> ProfileDraft {
        let address = note == nil ? "user" : "person"
        let note = note.map { #","note":"\#($0)""# } ?? ""
        let json = """
            {"name":"User \(number)","email":"\(address)\(number)@example.com",\
            "attributes":{"city":"\(cities[number % cities.count])","department":"Engineering"\(note)}}
            """
        return try ProfileDraft(json: JSONParser.parse(Array(json.utf8)))
    }

    private static let cities = ["Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo"]
}
