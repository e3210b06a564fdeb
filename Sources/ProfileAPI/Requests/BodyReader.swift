import HTTPTypes
import HummingbirdCore
import NIOCore

/// Takes a request's body in, whole and bounded.
enum BodyReader {
    /// The body, or nil when the request has none.
    ///
    /// - Throws: 413 beyond `limit` bytes, with and without a Content-Length; 400 when the body breaks off.
    static func collect(_ request: Request, limit: Int) async throws(Problem) -> ByteBuffer? {
        let announced = try announcedBytes(request, limit: limit)
        if announced == 0 || (announced == nil && request.headers[.transferEncoding] == nil) { return nil }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge(limit)
        } catch {
            var problem = Problem(.malformedRequest, "The request's body is broken or incomplete.")
            problem.headers[.connection] = "close"
            throw problem
        }
        if let announced, body.readableBytes != announced {
            throw Problem(.malformedRequest, "The body is shorter than its Content-Length says.")
        }
        return body.readableBytes == 0 ? nil : body
    }

    /// The Content-Length, if there is one.
    ///
    /// - Throws: 413 beyond `limit`, which includes what no integer can hold.
    private static func announcedBytes(_ request: Request, limit: Int) throws(Problem) -> Int? {
        guard let header = request.headers[.contentLength] else { return nil }
        guard let bytes = Int(header), bytes <= limit else { throw tooLarge(limit) }
        return bytes
    }

    /// Whether the rest of a refused request is not worth waiting for.
    static func isTooLarge(_ request: Request, limit: Int) -> Bool {
        do throws(Problem) {
            _ = try announcedBytes(request, limit: limit)
            return false
        } catch {
            return true
        }
    }

    private static func tooLarge(_ limit: Int) -> Problem {
        Problem(.contentTooLarge, "The body may have at most \(limit) bytes.")
    }
}
