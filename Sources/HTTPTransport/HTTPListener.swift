import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP2
import NIOHTTPTypesHTTP2
import NIOPosix
package import NIOSSL
import NIOTLS
import ServiceLifecycle

/// Listens on an address and has a ``RequestResponder`` answer what comes.
///
/// Plain connections speak HTTP/1.1; over TLS, the client chooses between that and HTTP/2.
package struct HTTPListener: Service {
    private let host: String
    private let port: Int
    private let channel: HTTPChannel
    private let maximumConnections: Int
    private let onListening: @Sendable (Int) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - maximumConnections: connections at the same time; see ``usableConnections(_:)``.
    ///   - grace: how long a connection may wait for its client before it makes room when there are too many.
    ///   - tls: the TLS settings of the next connection; `nil` for plain HTTP.
    ///   - onListening: called with the port once it is open.
    package init(
        host: String,
        port: Int,
        responder: any RequestResponder,
        limits: TransportLimits,
        maximumConnections: Int,
        grace: TimeAmount,
        tls: (@Sendable () -> NIOSSLContext)? = nil,
        onListening: @escaping @Sendable (Int) -> Void,
        logger: Logger
    ) {
        self.host = host
        self.port = port
        self.maximumConnections = maximumConnections
        self.onListening = onListening
        let group = MultiThreadedEventLoopGroup.singleton
        channel = HTTPChannel(
            responder: responder,
            limits: limits,
            table: ConnectionTable(limit: maximumConnections, grace: grace, group: group),
            flushers: group.makeIterator().map(FlushCoalescer.init),
            tls: tls,
            logger: logger
        )
        var quiet = logger
        // Hummingbird's own messages, for example on the port, are for debugging.
        quiet.logLevel = max(logger.logLevel, .critical)
        self.logger = quiet
    }

    /// Connections that the system may have accepted before the server takes them; Linux bounds it by
    /// `net.core.somaxconn`, usually 4,096.
    private static let backlog = 4_096

    package func run() async throws {
        try await Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(host, port: port),
                backlog: Self.backlog,
                availableConnectionsDelegate: ConnectionLimit(limit: maximumConnections, table: channel.table)
            ),
            onServerRunning: { [port, onListening] in onListening($0.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        ).run()
    }

    /// As many connections as are wanted, or as the system allows files.
    package static func usableConnections(_ wanted: Int) -> Int {
        guard let files = OpenFiles.limit else { return wanted }
        return min(wanted, max(1, files - ConnectionLimit.reservedDescriptors))
    }
}

/// Bounds the connections: at the limit the one that has waited longest for its client makes room, and until one has, no
/// further ones are accepted.
private struct ConnectionLimit: AvailableConnectionsDelegate {
    /// Descriptors that are left for the log, the event loops and everything else.
    static let reservedDescriptors = 512

    let limit: Int
    let table: ConnectionTable
    private var open = 0

    init(limit: Int, table: ConnectionTable) {
        self.limit = limit
        self.table = table
    }

    mutating func connectionOpened() {
        open += 1
        table.note(open: open)
    }

    mutating func connectionClosed() {
        open -= 1
        if open < limit { table.note(open: open) }
    }

    func isAcceptingNewConnections() -> Bool { open < limit }
}

/// Equips accepted connections with their handlers.
private struct HTTPChannel: ServerChildChannel {
    /// An accepted connection, on which handlers of the pipeline do all the work.
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let responder: any RequestResponder
    let limits: TransportLimits
    let table: ConnectionTable
    /// One for each event loop.
    let flushers: [FlushCoalescer]
    let tls: (@Sendable () -> NIOSSLContext)?
    let logger: Logger

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let connection = TrackedConnection(table, channel.eventLoop)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(connection)
            guard let tls else {
                try speakHTTP1(channel, connection)
                return Value(channel: channel)
            }
            try pipeline.addHandler(NIOSSLServerHandler(context: tls()))
            try pipeline.addHandler(
                HandshakeGuard(time: limits.headerTime, connection: connection, logger: self.logger)
            )
            try pipeline.addHandler(
                ApplicationProtocolNegotiationHandler { result, channel in
                    channel.eventLoop.makeCompletedFuture {
                        if result == .negotiated("h2") {
                            try speakHTTP2(channel, connection)
                        } else {
                            try speakHTTP1(channel, connection)
                        }
                    }
                }
            )
            return Value(channel: channel)
        }
    }

    /// Returns when the connection is closed; cancelling closes it.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            // How it ended does not matter here.
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    private func speakHTTP1(_ channel: any Channel, _ connection: TrackedConnection) throws {
        let flusher = flushers.first { $0.eventLoop === channel.eventLoop } ?? FlushCoalescer(channel.eventLoop)
        let handler = HTTP1Handler(
            responder.session(on: channel),
            limits: limits,
            connection: connection,
            flusher: flusher
        )
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func speakHTTP2(_ channel: any Channel, _ connection: TrackedConnection) throws {
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        let handler = HTTP2ConnectionHandler(limits: limits, connection: connection, logger: logger)
        let bound = NIOLoopBound(
            (handler: handler, session: responder.session(on: channel)),
            eventLoop: channel.eventLoop
        )
        let limits = limits
        try channel.pipeline.syncOperations.addHandler(FrameGate())
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: HTTP2Limits.connection(headerBytes: limits.headerBytes),
            streamConfiguration: HTTP2Limits.stream,
            streamDelegate: HTTP2StreamCounter(
                manager: manager.http2StreamDelegate,
                handler: NIOLoopBound(handler, eventLoop: channel.eventLoop)
            )
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try pipeline.addHandler(HTTP2StreamHandler(bound.value.session, limits, bound.value.handler))
            }
        }
        try channel.pipeline.syncOperations.addHandler(manager)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}
