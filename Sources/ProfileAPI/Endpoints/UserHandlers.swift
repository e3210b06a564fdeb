import HTTPTypes
import LogStorage
import UserProfiles

/// What answers the endpoints of profiles.
enum UserHandlers {
    @Sendable static func create(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let draft = try ProfileDraft(json: call.requiredBody())
        let user = try await runtime.store.create(draft, call.changeContext())
        var answer = changed("User created", user, status: .created)
        answer.headers[.location] = "/users/\(user.id)"
        return answer
    }

    @Sendable static func list(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let query = self.query(call)
        let page = try await runtime.search { store in
            let page = try store.users(query)
            return EncodedPage(json(page), next: page.next)
        }
        return Answer(.ok, .json, page.body).linked(to: page.next, call)
    }

    @Sendable static func get(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let id = call.userID
        let point = try call.pointInTime()
        let user = try await runtime.read { store in
            if let point { try store.user(id, at: point) } else { try store.user(id) }
        }
        var answer = shown(user)
        if try call.hasAlready(user.version) { answer.status = .notModified }
        return answer
    }

    /// The answer that shows a user.
    static func shown(_ user: User) -> Answer {
        Answer(.ok, .json, showing(user), headers: [.eTag: user.entityTag])
    }

    /// The body of that answer.
    static func showing(_ user: User) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("user")
        user.write(to: &json)
        json.key("lsn")
        json.number(user.lsn.rawValue)
        json.endObject()
        return json.bytes
    }

    @Sendable static func replace(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let draft = try ProfileDraft(json: call.requiredBody())
        let user = try await runtime.store.replace(
            call.userID,
            with: draft,
            if: call.precondition(),
            call.changeContext()
        )
        return changed(replaced, user)
    }

    /// What the answer to a replacement says.
    static let replaced = "User updated"

    @Sendable static func patch(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let user = try await runtime.store.patch(
            call.userID,
            merge: call.requiredBody(),
            if: call.precondition(),
            call.changeContext()
        )
        return changed(replaced, user)
    }

    @Sendable static func delete(_ call: Call, _ runtime: Runtime) async throws -> Answer {
        let user = try await runtime.store.delete(call.userID, if: call.precondition(), call.changeContext())
        return changed("User deleted", user)
    }

    private static func json(_ page: Page<User>) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 256 * (page.items.count + 1))
        json.beginObject()
        json.page("users", page) { $0.write(to: &$1) }
        json.key("as_of")
        json.number(page.asOf.rawValue)
        json.endObject()
        return json.bytes
    }

    /// The answer that tells what a change has made of a user.
    static func changed(_ message: String, _ user: User, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status, .json, telling(message, user), headers: [.eTag: user.entityTag])
    }

    /// The body of that answer.
    static func telling(_ message: String, _ user: User) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("message")
        json.string(message)
        json.key("user")
        user.write(to: &json)
        json.endObject()
        return json.bytes
    }

    private static func query(_ call: Call) -> UserQuery {
        var query = UserQuery()
        query.limit = call.parameters.integer("limit").map { Int(clamping: $0) } ?? query.limit
        query.after = call.parameters.text("after")
        query.q = call.parameters.text("q")
        query.email = call.parameters.text("email")
        switch call.parameters.text("deleted") {
        case "true": query.deleted = .deleted
        case "all": query.deleted = .all
        default: query.deleted = .live
        }
        query.updatedSince = call.parameters.time("updated_since")
        query.sort = call.parameters.text("sort").flatMap { UserSort(rawValue: $0) } ?? .id
        query.at = call.parameters.time("at")
        return query
    }
}
