/// The response headers that the OpenAPI document defines under `components/headers`.
enum OpenAPIHeaders {
    static let all: DocumentNode = [
        "ETag": header("The user's version in quotes, for example `\"3\"`."),
        "Location": header("Where the new user is."),
        "Link": header("The next page, `rel=\"next\"` (RFC 8288); absent on the last one."),
        "Content-Disposition": header("A name for the file, which says the store's id and the last record in it."),
        "X-Request-ID": header("The caller's request id, or the one made for it."),
        "Retry-After": header("Seconds to wait before trying again."),
        "WWW-Authenticate": header("How to log in: with a password (RFC 7617) or a token (RFC 6750)."),
        "Allow": header("The methods that the path has."),
    ]

    /// References to headers by name.
    static func references(_ names: [String]) -> DocumentNode {
        .object(names.map { ($0, ["$ref": "#/components/headers/\($0)"]) })
    }

    private static func header(_ description: String) -> DocumentNode {
        ["description": .text(description), "schema": ["type": "string"]]
    }
}
