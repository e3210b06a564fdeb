/// All endpoints of the server.
enum EndpointTable {
    /// The groups of the documentation, in its order.
    static let tags: [(name: String, summary: String, endpoints: [Endpoint])] = [
        ("users", "Profiles, present and past", users),
        ("history", "Versions of a user, and going back to one", history),
        ("audit", "Who changed what, when and why", audit),
        ("administration", "State of the store", administration),
        ("service", "Health and documentation", service),
    ]

    /// In the order of the documentation.
    static let all: [Endpoint] = tags.flatMap(\.endpoints)

    /// The endpoints with pages of at most so many rows.
    static func all(largestPage rows: Int) -> [Endpoint] {
        all.map { endpoint in
            var endpoint = endpoint
            endpoint.parameters = endpoint.parameters.map { $0.name == "limit" ? $0.limited(to: UInt64(rows)) : $0 }
            return endpoint
        }
    }
}

extension Endpoint {
    /// The group of the documentation that it belongs to.
    var tag: String {
        EndpointTable.tags.first { $0.endpoints.contains { $0.operation == operation } }?.name ?? ""
    }
}
