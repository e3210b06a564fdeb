import HTTPTypes
import NIOCore
import NIOHTTP1

/// How a request is refused before anything has looked at what it asks for.
struct Refusal: Sendable {
    let limits: RequestLimits
    let headers: CommonHeaders

    /// The answer to a request that cannot be taken, after which the connection of HTTP/1 is closed.
    func answer(_ problem: Problem) -> (head: HTTPResponse, body: ByteBuffer) {
        let requestID = RequestIdentifier.choose(callers: nil)
        var answer = problem.answer(instance: nil, requestID: requestID)
        answer.headers[.connection] = "close"
        return (answer.head(requestID: requestID, headers), answer.body)
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

    static func problem(for error: any Error) -> Problem {
        if case HTTPParserError.headerOverflow? = error as? HTTPParserError { return headersTooLarge }
        return Problem(.malformedRequest, "The request is not valid HTTP.")
    }

    private static var headersTooLarge: Problem {
        Problem(.headersTooLarge, "The request's header is larger than this server takes.")
    }
}
