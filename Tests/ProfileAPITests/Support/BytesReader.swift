import NIOCore

/// Takes the bytes out of what a connection reads, before they leave its thread.
///
/// NIO reads into a buffer again once nobody else has it. That is safe, but the thread sanitizer does not see the counts of
/// references that make it so, and takes the next read for a race with the task that has just let the buffer go.
final class BytesReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = [UInt8]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(Array(buffer: unwrapInboundIn(data))))
    }
}
