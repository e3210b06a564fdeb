import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite("Making room among connections")
struct ConnectionTableTests {
    @Test("Beyond the limit of streams those connections are closed that have some and wait longest for their clients")
    func streams() throws {
        let loop = EmbeddedEventLoop()
        let table = ConnectionTable(limit: 250, grace: .seconds(2), group: loop)
        let connections = (0..<4).map { _ in TrackedConnection(table, loop) }
        let channels = try connections.map { connection in
            let channel = EmbeddedChannel(handler: connection, loop: loop)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            return channel
        }
        func open() -> [Bool] {
            loop.run()
            return channels.map(\.isActive)
        }
        func addStreams(_ number: Int, to index: Int) {
            for _ in 0..<number { connections[index].addStreams(1) }
        }
        connections[0].waitingSince = { nil }
        for (number, second) in [(1, 5), (2, 3), (3, 4)] as [(Int, UInt64)] {
            connections[number].waitingSince = { .uptimeNanoseconds(second * 1_000_000_000) }
        }
        addStreams(100, to: 0)
        addStreams(100, to: 3)
        addStreams(50, to: 1)
        #expect(open() == [true, true, true, true])
        // The second has waited longest, but has no stream, and the first does not wait.
        addStreams(1, to: 1)
        #expect(open() == [true, true, true, false])
        // What was closed with its connection is not counted any more, nor what ended by itself.
        addStreams(99, to: 0)
        connections[1].addStreams(-1)
        addStreams(1, to: 0)
        #expect(open() == [true, true, true, false])
        addStreams(1, to: 0)
        #expect(open() == [true, false, true, false])
        // Those that work stay, even if they are too many.
        addStreams(300, to: 0)
        #expect(open() == [true, false, true, false])
        for channel in channels where channel.isActive { _ = try channel.finish() }
    }
}
