import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded

@testable import HTTPTransport

extension TransportLimits {
    static let forTests = TransportLimits(
        idleTime: .seconds(60),
        headerTime: .seconds(10),
        requestTime: .seconds(30),
        headerBytes: 32 << 10,
        bodyBytes: 10
    )
}

extension Logger {
    static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
}

extension RequestHead {
    /// All fields with their names as they were sent.
    var allFields: [(name: String, value: String)] {
        bytes.withUnsafeReadableBytes { bytes in fields.map { (bytes.text($0.name), bytes.text($0.value)) } }
    }
}

/// Answers requests as a test says, and remembers them.
final class TestSession: RequestSession {
    var answer: (RequestHead) -> ResponseStep
    private(set) var targets: [String] = []
    private(set) var faults: [RequestFault] = []

    init(_ answer: @escaping (RequestHead) -> ResponseStep = { _ in .now(TestSession.response("ok")) }) {
        self.answer = answer
    }

    func respond(to head: RequestHead) -> ResponseStep {
        targets.append(head.targetText)
        return answer(head)
    }

    func response(to fault: RequestFault) -> Response {
        faults.append(fault)
        return Self.response("fault", closes: true)
    }

    static func response(_ text: String, closes: Bool = false) -> Response {
        var fields = [HeaderField("Content-Length", "\(text.utf8.count)")]
        if closes { fields.append(HeaderField("Connection", "close")) }
        var response = Response(.ok, SharedFields([]), fields, .bytes(Array(text.utf8)))
        response.closesConnection = closes
        return response
    }
}

/// One HTTP/1 connection without a socket, and the clock of its event loop.
struct TestConnection {
    let loop = EmbeddedEventLoop()
    let channel: EmbeddedChannel
    let session: TestSession

    init(_ session: TestSession = TestSession(), limits: TransportLimits = .forTests, around: [any ChannelHandler] = [])
        throws
    {
        self.session = session
        let table = ConnectionTable(limit: 10, grace: .seconds(2), group: loop)
        let connection = TrackedConnection(table, loop)
        let handler = HTTP1Handler(
            session,
            limits: limits,
            connection: connection,
            flusher: FlushCoalescer(loop)
        )
        channel = EmbeddedChannel(handlers: around + [connection, handler], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func send(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
        loop.run()
    }

    /// What was sent since the last call.
    func sent() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    /// The bodies of the responses that were sent since the last call.
    func responses() throws -> [String] {
        try sent().split(separator: "HTTP/1.1 ").map { $0.split(separator: "\r\n\r\n").dropFirst().joined() }
    }
}

/// Counts how often more is wanted of the client.
final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = NIOAny
    var reads = 0

    func read(context: ChannelHandlerContext) {
        reads += 1
        context.read()
    }
}
