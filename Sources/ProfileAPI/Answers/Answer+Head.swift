import HTTPTypes
import HummingbirdCore
import NIOCore

extension Answer {
    /// The headers to send, those that every answer has included.
    func fields(requestID: String) -> HTTPFields {
        var fields = headers
        if let type { fields[.contentType] = type.contentType }
        fields[.contentLength] = String(body.readableBytes)
        fields[.requestID] = requestID
        fields[.xContentTypeOptions] = "nosniff"
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        return fields
    }

    /// Status and headers, for an answer that does not pass through Hummingbird.
    func head(requestID: String) -> HTTPResponse {
        HTTPResponse(status: status, headerFields: fields(requestID: requestID))
    }

    /// The answer as Hummingbird sends it: with one write.
    ///
    /// - Parameter sendsBody: false for HEAD and 304, which tell the body's length and keep it.
    func response(requestID: String, sendsBody: Bool) -> Response {
        let body = sendsBody ? ResponseBody(byteBuffer: self.body) : ResponseBody()
        return Response(status: status, headers: fields(requestID: requestID), body: body)
    }
}
