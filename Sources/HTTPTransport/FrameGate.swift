import NIOCore

/// Throws away what a client of HTTP/2 sends after an error that ends the connection.
///
/// SwiftNIO's decoder goes on collecting bytes after such an error, which it cannot get past, until the connection is closed;
/// so a client could fill the memory for as long as that takes, without a login. The error itself does not tell whether it
/// ends the connection or a stream only, but what the server tells the client does: a GOAWAY with an error code (RFC 9113,
/// section 5.4.1). This handler stands on the network's side of that decoder and sees it pass.
final class FrameGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Length, type, flags and stream (RFC 9113, section 4.1).
    private static let headerBytes = 3 + 1 + 1 + 4
    /// RFC 9113, section 6.8.
    private static let goAway: UInt8 = 7

    /// What is still to come of the frame that is being written.
    private var unfinished = 0
    private var isShut = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isShut { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .byteBuffer(let bytes): watch(bytes)
        case .fileRegion(let region): unfinished -= region.readableBytes
        }
        context.write(data, promise: promise)
    }

    /// Follows the frames. A frame's header is always written in one piece, and a GOAWAY with its content.
    private func watch(_ bytes: ByteBuffer) {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            let rest = min(unfinished, bytes.readableBytes)
            bytes.moveReaderIndex(forwardBy: rest)
            unfinished -= rest
            guard let header = bytes.readBytes(length: Self.headerBytes) else { return }
            unfinished = header[..<3].reduce(0) { $0 << 8 | Int($1) }
            if header[3] == Self.goAway, hasErrorCode(bytes) { isShut = true }
        }
    }

    /// Whether the content of a GOAWAY, which is the last stream and a code, tells an error.
    private func hasErrorCode(_ content: ByteBuffer) -> Bool {
        content.getInteger(at: content.readerIndex + 4, as: UInt32.self).map { $0 != 0 } ?? false
    }
}
