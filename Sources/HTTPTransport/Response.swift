package import HTTPTypes
package import NIOCore
import Synchronization

/// A header field of a response.
package struct HeaderField: Sendable {
    /// As HTTP/1.1 writes it, for example `Content-Type`.
    package let name: String
    /// Visible characters, spaces and tabs only: it is sent as it is.
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Header fields that many responses share, encoded once.
package struct SharedFields: Sendable {
    package let fields: [HeaderField]
    /// The fields as HTTP/1.1 sends them.
    let encoded: [UInt8]

    package init(_ fields: [HeaderField]) {
        self.fields = fields
        encoded = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
    }
}

/// What is sent for a request.
package struct Response: Sendable {
    package enum Body: Sendable {
        /// Only the head is sent.
        case none
        case bytes([UInt8])
        /// Made while it is sent.
        case stream(any ResponseStream)
    }

    package var status: HTTPResponse.Status
    /// Sent before ``fields``.
    package var shared: SharedFields
    /// Further fields in the order they are sent, the one for the length of the body included.
    package var fields: [HeaderField]
    package var body: Body
    /// The connection of HTTP/1 ends with this response. ``fields`` say so.
    package var closesConnection = false
    /// Kept until the client has taken a response that is sent in pieces, and until any other one is made; then released.
    package var lease: (any AnyObject & Sendable)?

    package init(_ status: HTTPResponse.Status, _ shared: SharedFields, _ fields: [HeaderField], _ body: Body) {
        self.status = status
        self.shared = shared
        self.fields = fields
        self.body = body
    }

    /// The response with a large body as a stream, so that a client that takes it slowly is seen to take it.
    func inPieces() -> Response {
        guard case .bytes(let bytes) = body, bytes.count > BodyPieces.pieceBytes else { return self }
        var response = self
        response.body = .stream(BodyPieces(bytes, lease))
        return response
    }

    /// The head as HTTP/1.1 sends it, and the body unless it is a stream.
    ///
    /// - Parameter addsClose: adds `Connection: close`.
    func encoded(addsClose: Bool, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        let content = if case .bytes(let bytes) = body { bytes } else { [UInt8]() }
        var buffer = allocator.buffer(capacity: 256 + shared.encoded.count + content.count)
        if status == .ok {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        }
        buffer.writeBytes(shared.encoded)
        for field in fields {
            buffer.writeString(field.name)
            buffer.writeStaticString(": ")
            buffer.writeString(field.value)
            buffer.writeStaticString("\r\n")
        }
        if addsClose { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(content)
        return buffer
    }
}

/// A body that is in memory, piece by piece.
private final class BodyPieces: ResponseStream {
    /// What NIO takes before a channel is not writable.
    static let pieceBytes = 64 << 10

    private let lease: (any AnyObject & Sendable)?
    private let rest: Mutex<ByteBuffer>

    init(_ bytes: [UInt8], _ lease: (any AnyObject & Sendable)?) {
        self.lease = lease
        rest = Mutex(ByteBuffer(bytes: bytes))
    }

    func next(_ completion: @escaping @Sendable (Result<ByteBuffer?, any Error>) -> Void) {
        completion(
            .success(
                rest.withLock { rest in
                    rest.readableBytes > 0 ? rest.readSlice(length: min(Self.pieceBytes, rest.readableBytes)) : nil
                }
            )
        )
    }

    func whenRevoked(_ action: @escaping @Sendable () -> Void) {}

    func ended(_ error: (any Error)?) {}
}

/// The body of a response that is made while it is sent, piece by piece.
package protocol ResponseStream: Sendable {
    /// Makes the next piece; `nil` behind the last. Called when the piece before has left.
    ///
    /// - Parameter completion: called once, on any thread.
    func next(_ completion: @escaping @Sendable (Result<ByteBuffer?, any Error>) -> Void)

    /// Runs `action` when the stream has to end now, whatever the client does; at once if that is so already.
    func whenRevoked(_ action: @escaping @Sendable () -> Void)

    /// Called once when nothing more is sent, with the error that broke it off. Not called for a response without a body.
    func ended(_ error: (any Error)?)
}
