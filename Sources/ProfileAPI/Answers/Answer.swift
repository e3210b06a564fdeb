import HTTPTypes
import NIOCore

/// What a handler answers with; headers that every answer has are added later.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var type: MediaType?
    var headers: HTTPFields
    var body: ByteBuffer
    /// A body that is made while it is sent, instead of ``body``.
    var stream: (any AnswerStream)?

    init(_ status: HTTPResponse.Status, _ type: MediaType?, _ body: [UInt8] = [], headers: HTTPFields = [:]) {
        self.init(status, type, ByteBuffer(bytes: body), headers: headers)
    }

    init(_ status: HTTPResponse.Status, _ type: MediaType?, _ stream: any AnswerStream, headers: HTTPFields = [:]) {
        self.init(status, type, ByteBuffer(), headers: headers)
        self.stream = stream
    }

    init(_ status: HTTPResponse.Status, _ type: MediaType?, _ body: ByteBuffer, headers: HTTPFields = [:]) {
        self.status = status
        self.type = type
        self.body = body
        self.headers = headers
    }
}
