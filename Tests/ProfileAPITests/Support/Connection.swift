#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import NIOCore
import NIOPosix
import Testing

/// A bare connection to a server, on which anything can be sent, valid or not.
final class Connection {
    struct Closed: Error {}

    private var inbound: NIOAsyncChannelInboundStream<[UInt8]>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []

    private init(
        _ inbound: NIOAsyncChannelInboundStream<[UInt8]>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Connects to a port of this machine for as long as `body` runs.
    static func open<Value: Sendable>(port: Int, _ body: (Connection) async throws -> Value) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(BytesReader())
                    return try NIOAsyncChannel<[UInt8], ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Connection(inbound.makeAsyncIterator(), outbound))
        }
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        do {
            try await outbound.write(ByteBuffer(bytes: bytes))
        } catch is IOError {
            throw Closed()
        }
    }

    /// Closes the sending side only.
    func finishSending() {
        outbound.finish()
    }

    /// Waits until an answer has begun to come in.
    func awaitFirstBytes() async throws {
        if received.isEmpty { try await receive() }
    }

    /// Reads one answer; those to HEAD and 304 have no body.
    func reply(toHead: Bool = false) async throws -> Reply {
        while true {
            let reply = try await anyReply(toHead: toHead)
            if reply.status != 100 { return reply }
        }
    }

    /// Reads one answer, `100 Continue` included.
    func anyReply(toHead: Bool = false) async throws -> Reply {
        let head = try await readHead()
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let status = try #require(Int(lines.removeFirst().split(separator: " ")[1]))
        let headers = lines.map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            return (String(parts[0]), String(value))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let hasBody = !toHead && status != 304 && status != 100
        return Reply(status: status, headers: headers, body: try await readBytes(hasBody ? length : 0))
    }

    /// Whether the server closes without sending anything more.
    ///
    /// - Parameter orHasBeen: whether it may have done so before it got what was sent last, which the system then tells by
    ///   resetting the connection: for a server that does not wait for a test that is slow.
    func isClosed(orHasBeen: Bool = false) async throws -> Bool {
        guard received.isEmpty else { return false }
        do {
            return try await inbound.next() == nil
        } catch let error as IOError where orHasBeen && [ECONNRESET, EPIPE].contains(error.errnoCode) {
            return true
        }
    }

    private func readHead() async throws -> String {
        var searched = 0
        while true {
            if let end = Self.endOfHead(received, from: searched) {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            searched = max(0, received.count - 3)
            try await receive()
        }
    }

    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + 4 else { return nil }
        for index in start...(bytes.count - 4) where bytes[index..<(index + 4)].elementsEqual([13, 10, 13, 10]) {
            return index + 4
        }
        return nil
    }

    private func readBytes(_ count: Int) async throws -> [UInt8] {
        while received.count < count { try await receive() }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func receive() async throws {
        let bytes: [UInt8]?
        do {
            bytes = try await inbound.next()
        } catch is IOError {
            // A server that closes while something of ours is unread resets the connection: closed is closed.
            throw Closed()
        }
        guard let bytes else { throw Closed() }
        received += bytes
    }
}
