import HTTPTypes
import LogStorage
import UserProfiles

/// A request that has passed all general checks, as handlers see it.
struct Call: Sendable {
    let path: String
    let query: [RequestTarget.Item]
    let parameters: ParameterValues
    let headers: HTTPFields
    let requestID: String
    /// Who asks; nil only where no login is needed.
    let account: Caller?
    /// The peer's IP address.
    let sourceIP: String?
    /// The body as JSON; nil when there was none.
    let body: JSONValue?
    /// The best of the endpoint's media types for this caller.
    let type: MediaType

    /// Who changes something and why, for the record.
    func changeContext() throws(Problem) -> ChangeContext {
        let reason = headers.text(.changeReason)
        if let reason, reason.unicodeScalars.contains("\u{FFFD}") {
            throw Problem.invalid([Problem.Field(name: "X-Change-Reason", message: "must be UTF-8")])
        }
        return ChangeContext(
            actor: account?.name ?? "",
            reason: reason.flatMap { $0.isEmpty ? nil : $0 },
            requestID: requestID,
            sourceIP: sourceIP
        )
    }

    /// What `If-Match`, or without it `If-None-Match`, asks of a change.
    ///
    /// Weak tags never match the former, and match the latter (RFC 9110, sections 13.1.1 and 13.1.2).
    ///
    /// - Throws: 412 for `If-None-Match: *`, since what is to be changed exists; 400 when a header is malformed.
    func precondition() throws(Problem) -> Precondition {
        switch try EntityTagCondition.parse(headers[values: .ifMatch], header: "If-Match") {
        case .any?: return .none
        case .versions(let strong, _)?: return .anyOf(strong.map { ProfileVersion($0) })
        case nil: break
        }
        switch try EntityTagCondition.parse(headers[values: .ifNoneMatch], header: "If-None-Match") {
        case nil: return .none
        case .any?:
            throw Problem(
                .preconditionFailed,
                "If-None-Match: * asks for a user that does not exist yet; this one does."
            )
        case .versions(let strong, let weak)?: return .noneOf((strong + weak).map { ProfileVersion($0) })
        }
    }

    /// Whether the caller already has this version (`If-None-Match`, compared weakly).
    func hasAlready(_ version: ProfileVersion) throws(Problem) -> Bool {
        switch try EntityTagCondition.parse(headers[values: .ifNoneMatch], header: "If-None-Match") {
        case nil: false
        case .any?: true
        case .versions(let strong, let weak)?: strong.contains(version.rawValue) || weak.contains(version.rawValue)
        }
    }

    /// The user named in the path. Checking the parameters has made sure that it is there.
    var userID: UserID { UserID(parameters.integer("id") ?? 0) }

    /// The point in time that `version` or `at` names.
    ///
    /// - Throws: 422 when both are given.
    func pointInTime() throws(Problem) -> PointInTime? {
        switch (parameters.integer("version"), parameters.time("at")) {
        case (let version?, nil): .version(ProfileVersion(version))
        case (nil, let time?): .instant(time)
        case (nil, nil): nil
        case (_?, _?):
            throw Problem.invalid([Problem.Field(name: "at", message: "cannot be combined with version")])
        }
    }

    /// The `Link` header's value for the next page: the same request with another cursor.
    func nextLink(_ cursor: String) -> String {
        var items = query.filter { $0.name != "after" }
        items.append(RequestTarget.Item(name: "after", value: cursor))
        let pairs = items.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
        return "<\(path)?\(pairs.joined(separator: "&"))>; rel=\"next\""
    }
}
