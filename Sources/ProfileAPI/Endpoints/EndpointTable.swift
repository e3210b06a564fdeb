/// All endpoints of the server, in the order of the documentation.
enum EndpointTable {
    static let all: [Endpoint] = users + history + audit + administration + backup + service

    /// The groups of the documentation.
    static let tags: [(name: String, summary: String)] = [
        ("users", "Profiles, present and past"),
        ("history", "Versions of a user, and going back to one"),
        ("audit", "Who changed what, when and why"),
        ("administration", "State of the store"),
        ("service", "Health and documentation"),
    ]
}
