import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// How a request is refused before anything has looked at what it asks for.
struct Refusal: Sendable {
    let limits: RequestLimits
    let headers: CommonHeaders
    let metrics: RequestMetrics
    let logger: Logger

    /// The answer to a request that cannot be taken, after which the connection of HTTP/1 is closed.
    ///
    /// - Parameter isUnknown: whether nothing behind the guards knows of the request. Otherwise it is counted and logged
    ///   there, with all that is known about it.
    func answer(
        _ problem: Problem,
        to peer: SocketAddress?,
        isUnknown: Bool
    ) -> (head: HTTPResponse, body: ByteBuffer) {
        var trace = RequestTrace(requestID: RequestIdentifier.choose(callers: nil), method: "-")
        var answer = problem.answer(instance: nil, requestID: trace.requestID)
        answer.headers[.connection] = "close"
        if isUnknown {
            trace.sourceIP = ClientAddress(peer).text
            trace.log(answer.status, to: logger)
            metrics.refused(answer.status)
        }
        return (answer.head(requestID: trace.requestID, headers), answer.body)
    }

    /// Whether the client waits for a word before it sends its body (RFC 9110, section 10.1.1), and the body may come.
    func invitesBody(_ head: HTTPRequest) -> Bool {
        guard head.headerFields.text(.expect)?.lowercased() == "100-continue" else { return false }
        let announced = head.headerFields.text(.contentLength).flatMap { Int($0) } ?? 0
        return announced <= limits.bodyBytes
    }

    /// Why a request with this head is not taken, if it is not.
    func problem(with head: HTTPRequest) -> Problem? {
        let fields = head.headerFields
        guard fields.count <= limits.headerFields else { return Self.headersTooLarge }
        let pseudo = (head.path ?? "").utf8.count + (head.authority ?? "").utf8.count
        let bytes = fields.reduce(pseudo) { $0 + $1.name.rawName.utf8.count + $1.value.utf8.count }
        return bytes > limits.headerBytes ? Self.headersTooLarge : nil
    }

    static let late = Problem(.requestTimeout, "The request did not arrive in time.")

    static func problem(for error: any Error) -> Problem {
        if case HTTPParserError.headerOverflow? = error as? HTTPParserError { return headersTooLarge }
        return Problem(.malformedRequest, "The request is not valid HTTP.")
    }

    private static var headersTooLarge: Problem {
        Problem(.headersTooLarge, "The request's header is larger than this server takes.")
    }
}
