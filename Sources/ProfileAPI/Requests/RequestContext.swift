import HTTPTransport
import HTTPTypes
import LogStorage
import Logging
import UserProfiles

/// One request in the hands of its handler, from its head to its response. For the connection's event loop only.
final class RequestContext {
    let head: RequestHead
    /// The name of the request in logs, responses and records: the caller's, or the server's.
    let requestID: String
    let peer: ClientAddress
    private let started = ContinuousClock.now

    /// Path and query, once they were read.
    var target: RequestTarget?
    /// The endpoint that was found.
    var match: Router.Match?
    /// Who asks; `nil` before the login was looked at, and where none is needed.
    var account: Caller?
    /// Counts the request among its account's.
    var slot: AccountSlot?
    var parameters = ParameterValues()
    /// The body as JSON; `nil` when there was none.
    var body: JSONValue?
    /// The best of the endpoint's media types for this caller.
    var type = MediaType.json
    /// The problem that the response will tell, if any.
    private(set) var problem: Problem?

    init(_ head: RequestHead, from peer: ClientAddress) {
        self.head = head
        self.peer = peer
        requestID = RequestIdentifier.choose(callers: head.value(of: "x-request-id"))
    }

    // MARK: - What the request says

    /// Who changes something and why, for the record.
    func changeContext() throws(Problem) -> ChangeContext {
        let reason = head.value(of: "x-change-reason")
        if let reason, reason.unicodeScalars.contains("\u{FFFD}") {
            throw Problem.invalid([Problem.Field(name: "X-Change-Reason", message: "must be UTF-8")])
        }
        return ChangeContext(
            actor: account?.name ?? "",
            reason: reason.flatMap { $0.isEmpty ? nil : $0 },
            requestID: requestID,
            sourceIP: peer.text
        )
    }

    /// The body of an endpoint that needs one.
    func requiredBody() throws(Problem) -> JSONValue {
        guard let body else { throw Problem(.invalidJSON, "This request needs a JSON body.") }
        return body
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

    /// What the links to further pages are made of.
    var links: PageLinks { PageLinks(path: target?.path ?? "/", query: target?.query ?? []) }

    /// Whether the request comes from a page of another origin, for which a browser attaches the login by itself.
    ///
    /// Browsers say so in `Origin` or `Sec-Fetch-Site`; other clients send neither.
    var isForeign: Bool {
        if let site = head.value(of: "sec-fetch-site")?.lowercased(), site == "cross-site" || site == "same-site" {
            return true
        }
        guard let origin = head.value(of: "origin")?.lowercased() else { return false }
        guard let scheme = origin.firstRange(of: "://"), let host = head.value(of: "host")?.lowercased() else {
            return true
        }
        let port = origin.hasPrefix("https:") ? ":443" : ":80"
        func withoutDefault(_ text: some StringProtocol) -> String {
            String(text.hasSuffix(port) ? text.dropLast(port.count) : text[...])
        }
        return withoutDefault(origin[scheme.upperBound...]) != withoutDefault(host)
    }

    // MARK: - The response

    /// The response to an error.
    func response(to error: any Error) -> Response {
        var problem = Problem(any: error)
        if case .preconditionFailed(let current)? = (error as? ProfileError)?.code {
            problem.detail = mismatch(current: current) ?? problem.detail
        }
        self.problem = problem
        let path = head.targetText.prefix { $0 != "?" }
        return problem.response(instance: String(path), requestID: requestID)
    }

    /// The response to input that nobody knows as a request, after which the connection is closed.
    func refuse(_ problem: Problem, _ responder: APIResponder) -> Response {
        var response = problem.response(instance: nil, requestID: requestID)
        response.closesConnection = true
        response.fields.insert(HeaderField("Connection", "close"), at: response.fields.count - 1)
        responder.metrics?.refused(response.status)
        return finish(response, responder)
    }

    /// Adds what every response has, writes the log line, and counts.
    func complete(_ response: consuming Response, _ responder: APIResponder) -> Response {
        let asksToClose = head.closesConnection || Self.closing.contains(response.status)
        if asksToClose, !response.closesConnection {
            let place = response.fields.firstIndex { $0.name == "Content-Type" } ?? response.fields.count
            response.fields.insert(HeaderField("Connection", "close"), at: place)
            response.closesConnection = true
        }
        responder.metrics?.ended(
            row: match?.row.number,
            response.status,
            after: started.duration(to: .now),
            hasCredentials: head.has("authorization"),
            problem: problem?.kind
        )
        return finish(response, responder)
    }

    /// After these the rest of a request is not waited for.
    private static let closing: [HTTPResponse.Status] = [.contentTooLarge, .requestTimeout]

    private func finish(_ response: consuming Response, _ responder: APIResponder) -> Response {
        if responder.isSecure { response.fields.insert(.strictTransport, at: 0) }
        // RFC 9110, section 8.6, forbids it with 204; with 304 it would be that of a response which is not made.
        if response.status != .noContent, response.status != .notModified {
            response.fields.append(HeaderField("Content-Length", String(response.bodyLength)))
        }
        response.fields.append(HeaderField("X-Request-ID", requestID))
        response.fields.append(HeaderField("Date", HTTPDate.text()))
        if head.method == .head || response.status == .notModified { response.body = .none }
        response.lease = slot
        slot = nil
        log(response.status, to: responder.logger)
        return response
    }

    /// Writes the log line: errors of the server as such, all else as information. Never query values, bodies or passwords.
    private func log(_ status: HTTPResponse.Status, to logger: Logger) {
        // A full disk (507) is a state, which the store reports when it changes.
        let level: Logger.Level = status.code == 500 ? .error : .info
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [
            "method": .string(match == nil && head.targetText == "-" ? "-" : head.method.rawValue),
            "path": .string(match?.row.endpoint.path.description ?? "-"),
            "status": .stringConvertible(status.code),
            "duration_us": .stringConvertible(Int64(started.duration(to: .now) / .microseconds(1))),
            "request_id": .string(requestID),
        ]
        if let account { metadata["actor"] = .string(account.name) }
        if let address = peer.text { metadata["source_ip"] = .string(address) }
        if let cause = problem?.cause { metadata["cause"] = .string(cause) }
        logger.log(level: level, "request", metadata: metadata)
    }
}

/// Makes the link to the next page: the same request with another cursor (RFC 8288).
struct PageLinks: Sendable {
    let path: String
    let query: [RequestTarget.Item]

    /// The response with the link, if there is a next page.
    func linked(_ page: (response: Response, next: String?)) -> Response {
        guard let cursor = page.next else { return page.response }
        var items = query.filter { $0.name != "after" }
        items.append(RequestTarget.Item(name: "after", value: cursor))
        let pairs = items.map { Self.encode($0.name) + "=" + Self.encode($0.value) }
        var response = page.response
        let link = HeaderField("Link", "<\(path)?\(pairs.joined(separator: "&"))>; rel=\"next\"")
        response.fields.insert(link, at: 0)
        return response
    }

    /// Percent-encodes every byte of the UTF-8 text that is not one of RFC 3986's unreserved characters.
    static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": out.unicodeScalars.append(scalar)
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                out += byte < 16 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return out
    }
}
