import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite struct HandshakeGuardTests {
    @Test("An error of TLS ends a connection, and answers that are made are sent before")
    func sendsBeforeTheEnd() throws {
        let loop = EmbeddedEventLoop()
        let table = ConnectionTable(limit: 10, grace: .seconds(2), group: loop)
        let connection = TrackedConnection(table, loop)
        let handler = HandshakeGuard(time: .seconds(10), connection: connection, logger: .quiet)
        let channel = EmbeddedChannel(handlers: [connection, handler], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let context = try channel.pipeline.syncOperations.context(handler: handler)
        context.write(NIOAny(ByteBuffer(string: "answer")), promise: nil)
        channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
        #expect(!channel.isActive)
        #expect(try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } == "answer")
    }
}
