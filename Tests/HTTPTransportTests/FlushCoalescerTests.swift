import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite("Grouped writes of an event loop")
struct FlushCoalescerTests {
    /// A connection that answers when it is told to.
    private final class Answerer: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        static func answer(_ text: String, on channel: EmbeddedChannel, _ flusher: FlushCoalescer) throws {
            let context = try channel.pipeline.syncOperations.context(handlerType: Answerer.self)
            context.write(NIOAny(ByteBuffer(string: text)), promise: nil)
            flusher.flush(context)
        }
    }

    private let loop = EmbeddedEventLoop()

    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: Answerer(), loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func sent(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    @Test("What is answered in one turn of the loop is sent at its end, and so is what is answered in the next one")
    func turns() throws {
        let flusher = FlushCoalescer(loop)
        let (first, second) = try (connection(), connection())
        for turn in ["a", "b"] {
            try Answerer.answer(turn + "1", on: first, flusher)
            try Answerer.answer(turn + "2", on: second, flusher)
            try Answerer.answer(turn + "3", on: first, flusher)
            #expect(try sent(first) + sent(second) == "")
            loop.run()
            #expect(try sent(first) == turn + "1" + turn + "3")
            #expect(try sent(second) == turn + "2")
        }
        _ = try (first.finish(), second.finish())
    }

    @Test("Many answers are not all kept until the end of the turn")
    func limit() throws {
        let flusher = FlushCoalescer(loop)
        let channel = try connection()
        let text = String(repeating: "x", count: FlushCoalescer.limit)
        for number in 1...(2 * FlushCoalescer.limit + 1) {
            try Answerer.answer("x", on: channel, flusher)
            #expect(try sent(channel) == (number.isMultiple(of: FlushCoalescer.limit) ? text : ""))
        }
        loop.run()
        #expect(try sent(channel) == "x")
        _ = try channel.finish()
    }

    @Test("A connection that has ended meanwhile keeps no other from its answer")
    func endedConnections() throws {
        let flusher = FlushCoalescer(loop)
        let (gone, other) = try (connection(), connection())
        try Answerer.answer("lost", on: gone, flusher)
        try Answerer.answer("kept", on: other, flusher)
        try gone.close().wait()
        loop.run()
        #expect(try sent(other) == "kept")
        _ = try other.finish()
    }
}
