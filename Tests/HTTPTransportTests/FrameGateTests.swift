import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite("What comes in after an error of HTTP/2")
struct FrameGateTests {
    /// A frame on the connection's own stream.
    private static func frame(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0, UInt8(content.count / 256), UInt8(content.count % 256), type, 0, 0, 0, 0, 0] + content
    }

    private static func lets(_ frames: [[UInt8]]) throws -> Bool {
        let channel = EmbeddedChannel(handler: FrameGate())
        for bytes in frames { try channel.writeOutbound(IOData.byteBuffer(ByteBuffer(bytes: bytes))) }
        var sent: [UInt8] = []
        while case .byteBuffer(let bytes)? = try channel.readOutbound(as: IOData.self) {
            sent += bytes.readableBytesView
        }
        #expect(sent == frames.flatMap { $0 }, "what is sent passes as it is")
        try channel.writeInbound(ByteBuffer(bytes: [1]))
        let passes = try channel.readInbound(as: ByteBuffer.self) != nil
        _ = try channel.finish()
        return passes
    }

    private static let polite = frame(7, [0, 0, 0, 9, 0, 0, 0, 0])
    private static let error = frame(7, [0, 0, 0, 9, 0, 0, 0, 11])

    @Test("Only a GOAWAY with an error shuts the gate, wherever it stands among other frames")
    func goAway() throws {
        #expect(try Self.lets([]))
        #expect(try Self.lets([Self.polite]))
        #expect(try !Self.lets([Self.error]))
        #expect(try !Self.lets([Self.polite, Self.frame(4, []), Self.error]))
        #expect(try !Self.lets([Self.frame(6, [1, 2, 3, 4, 5, 6, 7, 8]) + Self.error]))
    }

    @Test("Bodies that look like one do not, in one piece with their frame's header or in others")
    func bodies() throws {
        let data = Self.frame(0, Self.error)
        #expect(try Self.lets([data]))
        #expect(try Self.lets([Array(data.prefix(9)), Self.error]))
        #expect(try Self.lets([Array(data.prefix(9)), Array(Self.error.prefix(5)), Array(Self.error.dropFirst(5))]))
        #expect(try !Self.lets([Array(data.prefix(9)), Self.error + Self.error]))
    }
}
