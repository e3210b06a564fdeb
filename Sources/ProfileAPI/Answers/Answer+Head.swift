import HTTPTypes
import NIOCore

extension Answer {
    /// The headers to send, those that every answer has included.
    func fields(requestID: String, _ common: CommonHeaders) -> HTTPFields {
        var fields = common.merging(headers)
        if let type { fields.append(HTTPField(name: .contentType, value: type.contentType)) }
        fields.append(HTTPField(name: .contentLength, value: String(stream?.byteCount ?? body.readableBytes)))
        fields.append(HTTPField(name: .requestID, value: requestID))
        fields.append(HTTPField(name: .date, value: HTTPDate.text()))
        return fields
    }

    /// Status and headers.
    func head(requestID: String, _ common: CommonHeaders) -> HTTPResponse {
        HTTPResponse(status: status, headerFields: fields(requestID: requestID, common))
    }
}
