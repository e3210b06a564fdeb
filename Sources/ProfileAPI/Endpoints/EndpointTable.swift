/// All endpoints of the server, in the order of the documentation.
enum EndpointTable {
    static let all: [Endpoint] = users + history + audit + administration + service

    /// The endpoints with pages of at most so many rows.
    static func all(largestPage rows: Int) -> [Endpoint] {
        all.map { endpoint in
            var endpoint = endpoint
            endpoint.parameters = endpoint.parameters.map { $0.name == "limit" ? $0.limited(to: UInt64(rows)) : $0 }
            return endpoint
        }
    }

    /// The groups of the documentation.
    static let tags: [(name: String, summary: String)] = [
        ("users", "Profiles, present and past"),
        ("history", "Versions of a user, and going back to one"),
        ("audit", "Who changed what, when and why"),
        ("administration", "State of the store"),
        ("service", "Health and documentation"),
    ]
}
