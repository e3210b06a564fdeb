import HTTPTypes
import NIOCore

extension Answer {
    /// The headers to send, those that every answer has included.
    func fields(requestID: String) -> HTTPFields {
        var fields = headers
        if let type { fields[.contentType] = type.contentType }
        fields[.contentLength] = String(stream?.byteCount ?? body.readableBytes)
        fields[.requestID] = requestID
        fields[.xContentTypeOptions] = "nosniff"
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        fields[.date] = HTTPDate.text()
        return fields
    }

    /// Status and headers.
    func head(requestID: String) -> HTTPResponse {
        HTTPResponse(status: status, headerFields: fields(requestID: requestID))
    }
}
