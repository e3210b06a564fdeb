import UserProfiles

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

    // MARK: - What several endpoints have in common

    static let userID = Parameter.path("id", .identifier, "The user's number.", example: "1")
    static let changeReason = Parameter.header(
        "X-Change-Reason",
        "Why the change is made; UTF-8, at most 500 characters. Kept with the change.",
        example: "asked for by phone"
    )
    static let requestID = Parameter.header(
        "X-Request-ID",
        "The caller's name for the request, 1 to 128 visible ASCII characters. Kept with the change."
    )
    static let ifMatch = Parameter.header(
        "If-Match",
        "Change only while the user has one of these versions.",
        example: "\"3\""
    )
    static let at = Parameter.query(
        "at",
        .time(.instant),
        "The state at this instant: an RFC 3339 time with an offset, not in the future. Lists are then sorted by id.",
        example: "2026-11-22T10:00:00Z"
    )
    static let after = Parameter.query("after", .text(maximumCharacters: 1000), "The `next` of the page before.")

    /// The largest `limit` there can be, in rows; ``ServerSettings/maximumPageRows`` may be less.
    static let largestPage = 1_000

    static func limit(fallback: UInt64) -> Parameter {
        .query(
            "limit",
            .integer(1...UInt64(largestPage), fallback: fallback),
            "The most entries on a page. A page may have fewer, or none, and still a `next`."
        )
    }

    static let changeProblems: [ProblemKind] = [.overloaded, .readOnly, .clockJumped, .diskFull]
}

extension Endpoint {
    /// The group of the documentation that it belongs to.
    var tag: String {
        EndpointTable.tags.first { $0.endpoints.contains { $0.operation == operation } }?.name ?? ""
    }
}
