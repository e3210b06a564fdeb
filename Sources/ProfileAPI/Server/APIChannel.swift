import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypesHTTP1
import NIOHTTPTypesHTTP2
import NIOSSL
import NIOTLS

/// What makes an accepted connection one that is answered by the API: HTTP/1.1, or over TLS what the client chooses of
/// that and HTTP/2.
struct APIChannel: ServerChildChannel {
    let responder: APIResponder
    /// `nil` where every request is to take the long way.
    let fast: FastPath?
    let refusal: Refusal
    let table: ConnectionTable
    /// Without them, HTTP/1.1 is spoken without TLS.
    let certificates: TLSCertificates?
    let logger: Logger

    private var limits: RequestLimits { refusal.limits }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<OpenConnection> {
        channel.eventLoop.makeCompletedFuture {
            let door = ConnectionDoor(table)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(door)
            guard let certificates else {
                try speakHTTP1(channel, door)
                return OpenConnection(channel: channel)
            }
            try pipeline.addHandler(NIOSSLServerHandler(context: certificates.context))
            try pipeline.addHandler(HandshakeGuard(time: limits.headerTime, door: door, logger: self.logger))
            try pipeline.addHandler(
                ApplicationProtocolNegotiationHandler { result, channel in
                    channel.eventLoop.makeCompletedFuture {
                        if result == .negotiated("h2") {
                            try speakHTTP2(channel, door)
                        } else {
                            try speakHTTP1(channel, door)
                        }
                    }
                }
            )
            return OpenConnection(channel: channel)
        }
    }

    func handle(value: OpenConnection, logger: Logger) async {
        await value.untilClosed()
    }

    private func speakHTTP1(_ channel: any Channel, _ door: ConnectionDoor) throws {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headerBytes
        decoding.maxHeaderListSize = limits.headerBytes
        decoding.maxHeaderFieldCount = limits.headerFields
        let pipeline = channel.pipeline.syncOperations
        let connection = ConnectionGuard(limits: limits, refusal: refusal, door: door)
        if let fast {
            let scanner = RequestScanner(limits: limits)
            try pipeline.addHandler(fast.handler(on: channel.eventLoop, scanner: scanner, rest: connection))
        }
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withErrorHandling: false,
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoding
        )
        try pipeline.addHandler(RequestRules())
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: certificates != nil))
        try pipeline.addHandler(connection)
        try pipeline.addHandler(RequestHandler(responder: responder, eventLoop: channel.eventLoop))
    }

    private func speakHTTP2(_ channel: any Channel, _ door: ConnectionDoor) throws {
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        let keeper = StreamKeeper(limits: limits, door: door, logger: logger)
        let bound = NIOLoopBound(keeper, eventLoop: channel.eventLoop)
        let (refusal, responder) = (refusal, responder)
        try channel.pipeline.syncOperations.addHandler(FrameGate())
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: HTTP2Limits.connection(headerBytes: limits.headerBytes),
            streamConfiguration: HTTP2Limits.stream,
            streamDelegate: StreamWatch(manager: manager.http2StreamDelegate, keeper: bound)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try pipeline.addHandler(StreamGuard(refusal: refusal, keeper: bound.value))
                try pipeline.addHandler(RequestHandler(responder: responder, eventLoop: stream.eventLoop))
            }
        }
        try channel.pipeline.syncOperations.addHandler(manager)
        try channel.pipeline.syncOperations.addHandler(keeper)
    }
}
