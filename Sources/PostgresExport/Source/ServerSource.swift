package import LogStorage
import NIOHTTP1
package import ServerAccess
package import UserProfiles

/// The changes that a server answers to `GET /audit`, for whoever cannot read its files.
package final class ServerSource: RecordSource {
    package let name: String
    package let pauseInMilliseconds: Int32 = 1_000
    private let client: ServerClient
    private let known = Monitor<StoreID?>(nil)

    /// Entries on a page; the most that the interface gives.
    private static let pageSize = 1_000

    /// - Parameter authorities: certificates as PEM that are trusted instead of the system's.
    /// - Throws: ``ServerError`` when TLS cannot be set up. Nothing is asked yet.
    package init(
        _ address: ServerAddress,
        user: String,
        password: String,
        authorities: String? = nil
    ) throws(ServerError) {
        client = try ServerClient(address, user: user, password: password, authorities: authorities)
        name = address.description
    }

    package func storeID() throws -> StoreID {
        if let id = known.withLock({ $0 }) { return id }
        let (id, _) = try status()
        known.withLock { $0 = id }
        return id
    }

    package func end() throws -> LogSequenceNumber {
        let (id, end) = try status()
        let first = known.withLock { known in
            if known == nil { known = id }
            return known
        }
        guard first == id else { throw ServerError(.refused, "\(name) serves another store than before") }
        return end
    }

    /// A server does not say the payloads of which the tree is made.
    package func tree(through lsn: LogSequenceNumber) throws -> RecordTree? { nil }

    package func time(of lsn: LogSequenceNumber) throws -> LogTimestamp? {
        let object = try object(client.get("/audit/\(lsn)"))
        guard case .object(let entry) = object["audit_log"], let text = entry["timestamp"]?.text else { return nil }
        return try? LogTimestamp(rfc3339: text)
    }

    package func read(
        _ range: ClosedRange<LogSequenceNumber>,
        after: LogTimestamp?,
        into tree: inout RecordTree?,
        _ body: (AuditEntry) throws -> Void
    ) throws {
        var since: LogTimestamp?
        if range.lowerBound > LogSequenceNumber(1) {
            since = try (after ?? time(of: range.lowerBound.previous))?.advanced(byMicroseconds: 1)
        }
        var rest = Int(clamping: range.upperBound.rawValue - range.lowerBound.rawValue + 1)
        var cursor: String?
        repeat {
            let page = try page(since, cursor, limit: min(rest, Self.pageSize))
            for line in page.lines { try body(try entry(line)) }
            rest -= page.lines.count
            cursor = page.next
        } while rest > 0 && cursor != nil
    }

    /// What a server shows is durable.
    package func makeDurable() {}

    package func checkEnd() {}

    // MARK: Answers

    private func status() throws -> (StoreID, LogSequenceNumber) {
        let status = try object(client.get("/admin/status"))
        guard let id = status["store_id"]?.text.flatMap({ StoreID($0) }), let end = status["last_lsn"]?.wholeNumber
        else {
            throw ServerError(.refused, "\(name) does not say which store it serves: it needs to be a newer server")
        }
        return (id, LogSequenceNumber(end))
    }

    private func page(
        _ since: LogTimestamp?,
        _ cursor: String?,
        limit: Int
    ) throws -> (lines: [ArraySlice<UInt8>], next: String?) {
        var path = "/audit?order=asc&limit=\(limit)"
        if let since { path += "&since=\(since.rfc3339)" }
        if let cursor { path += "&after=\(cursor)" }
        let reply = try client.get(path, accept: "application/x-ndjson")
        return (reply.body.split(separator: UInt8(ascii: "\n")), Self.cursor(reply.headers.first(name: "Link")))
    }

    /// The cursor in the address of the next page.
    private static func cursor(_ link: String?) -> String? {
        guard let link, link.contains("rel=\"next\"") else { return nil }
        let query = link.prefix { $0 != ">" }.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        return query.split(separator: "&").first { $0.hasPrefix("after=") }.map { String($0.dropFirst(6)) }
    }

    private func entry(_ line: ArraySlice<UInt8>) throws -> AuditEntry {
        guard case .object(let object) = try? JSONParser.parse(Array(line), limits: Self.limits),
            let entry = AuditEntry(json: object)
        else { throw ServerError(.refused, "\(name) answers something that is no entry of an audit trail") }
        return entry
    }

    private func object(_ reply: ServerReply) throws(ServerError) -> JSONObject {
        guard case .object(let object) = try? JSONParser.parse(reply.body, limits: Self.limits) else {
            throw ServerError(.refused, "\(name) answers something else than JSON: is it a profile-server?")
        }
        return object
    }

    /// Attributes stand deeper in an entry than in a request.
    private static let limits = JSONLimits(maximumDepth: 256, maximumNumberLength: .max)
}
