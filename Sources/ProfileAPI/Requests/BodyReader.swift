import HTTPTypes
import NIOCore

/// Takes a request's body in, whole and bounded.
enum BodyReader {
    /// The body, or nil when the request has none.
    ///
    /// - Throws: 413 beyond `limit` bytes, with and without a Content-Length; 400 when the body breaks off; 408 when it is late.
    static func collect(_ request: IncomingRequest, limit: Int) async throws(Problem) -> ByteBuffer? {
        if try announcedBytes(request.head, limit: limit) == 0 { return nil }
        switch await request.body.value.result() {
        case .success(let body): return body
        case .failure(.tooLarge): throw tooLarge(limit)
        case .failure(.incomplete):
            var problem = Problem(.malformedRequest, "The request's body is broken or incomplete.")
            problem.headers[.connection] = "close"
            throw problem
        case .failure(.late): throw Refusal.late
        }
    }

    /// The Content-Length, if there is one.
    ///
    /// - Throws: 413 beyond `limit`, which includes what no integer can hold.
    private static func announcedBytes(_ head: HTTPRequest, limit: Int) throws(Problem) -> Int? {
        guard let header = head.headerFields.text(.contentLength) else { return nil }
        guard let bytes = Int(header), bytes <= limit else { throw tooLarge(limit) }
        return bytes
    }

    /// Whether the rest of a refused request is not worth waiting for.
    static func isTooLarge(_ head: HTTPRequest, limit: Int) -> Bool {
        do throws(Problem) {
            _ = try announcedBytes(head, limit: limit)
            return false
        } catch {
            return true
        }
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, "The body may have at most \(limit) bytes.")
    }
}
