import HTTPTransport
import HTTPTypes
import LogStorage
import UserProfiles

/// The handlers of the endpoints of profiles.
enum UserHandlers {
    @Sendable static func create(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let draft = try ProfileDraft(json: request.requiredBody())
        return try runtime.change(.create(draft), if: .none, request) { result in
            let user = result.user
            let location = HeaderField("Location", "/users/\(user.id)")
            return changed("User created", user, status: .created, fields: [.entityTag(user.version), location])
        }
    }

    @Sendable static func list(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let query = query(request)
        return runtime.page(request) { store in
            let page = try store.users(query)
            let body = Response.json(capacity: 256 * (page.items.count + 1)) { json in
                json.page("users", page) { $0.write(to: &$1) }
                json.key("as_of")
                json.number(page.asOf.rawValue)
            }
            return (body, page.next)
        }
    }

    @Sendable static func get(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let id = request.userID
        let point = try request.pointInTime()
        let condition = try request.cachedVersions()
        return try runtime.read { store, mode in
            let user =
                if let point { try store.user(id, at: point, reading: mode) } else { try store.user(id, reading: mode) }
            var response = shown(user)
            if condition.contains(user.version) { response.status = .notModified }
            return response
        }
    }

    /// The response that shows a user.
    private static func shown(_ user: User) -> Response {
        .json(fields: [.entityTag(user.version)]) { json in
            json.key("user")
            user.write(to: &json)
            json.key("lsn")
            json.number(user.lsn.rawValue)
        }
    }

    @Sendable static func replace(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let draft = try ProfileDraft(json: request.requiredBody())
        return try runtime.change(
            .replace(request.userID, draft),
            if: request.precondition(),
            request
        ) { changed("User updated", $0.user) }
    }

    @Sendable static func patch(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        let merge = try request.requiredBody()
        return try runtime.change(
            .patch(request.userID, merge: merge),
            if: request.precondition(),
            request
        ) { changed("User updated", $0.user) }
    }

    @Sendable static func delete(_ request: RequestContext, _ runtime: Runtime) throws -> Reply {
        try runtime.change(.delete(request.userID), if: request.precondition(), request) {
            changed("User deleted", $0.user)
        }
    }

    /// The response to a change, with the user as it is now.
    private static func changed(_ message: String, _ user: User) -> Response {
        changed(message, user, status: .ok, fields: [.entityTag(user.version)])
    }

    private static func changed(
        _ message: String,
        _ user: User,
        status: HTTPResponse.Status,
        fields: [HeaderField]
    ) -> Response {
        .json(status, fields: fields) { json in
            json.key("message")
            json.string(message)
            json.key("user")
            user.write(to: &json)
        }
    }

    private static func query(_ request: RequestContext) -> UserQuery {
        let parameters = request.parameters
        var query = UserQuery()
        query.limit = parameters.integer("limit").map { Int(clamping: $0) } ?? query.limit
        query.after = parameters.text("after")
        query.q = parameters.text("q")
        query.email = parameters.text("email")
        switch parameters.text("deleted") {
        case "true": query.deleted = .deleted
        case "all": query.deleted = .all
        default: query.deleted = .live
        }
        query.updatedSince = parameters.time("updated_since")
        query.sort = parameters.text("sort").flatMap { UserSort(rawValue: $0) } ?? .id
        query.at = parameters.time("at")
        return query
    }
}

extension JSONWriter {
    /// Writes the rows of a page as the member `name`, and the member `next` that leads to the next page.
    mutating func page<Item>(_ name: StaticString, _ page: Page<Item>, _ write: (Item, inout JSONWriter) -> Void) {
        key(name)
        beginArray()
        for item in page.items { write(item, &self) }
        endArray()
        key("next")
        if let cursor = page.next { string(cursor) } else { null() }
    }
}
