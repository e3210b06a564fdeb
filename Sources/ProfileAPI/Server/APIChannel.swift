import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// What makes an accepted connection one that speaks HTTP/1.1 and is answered by the API.
struct APIChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let responder: APIResponder
    let settings: ServerSettings
    /// `nil` where every request is to take the long way.
    let fast: FastResponder?

    /// The most header fields that a request may have.
    private static let maximumHeaderFields = 100

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = settings.maximumHeaderBytes
            limits.maxHeaderListSize = settings.maximumHeaderBytes
            limits.maxHeaderFieldCount = Self.maximumHeaderFields
            let pipeline = channel.pipeline.syncOperations
            let connection = ConnectionGuard(
                requestTimeout: .seconds(Int64(settings.requestTimeoutSeconds)),
                bodyLimit: settings.maximumBodyBytes
            )
            if let fast {
                let scanner = RequestScanner(
                    maximumHeaderBytes: settings.maximumHeaderBytes,
                    maximumBodyBytes: settings.maximumBodyBytes
                )
                try pipeline.addHandler(
                    FastPathHandler(responder: fast, scanner: scanner, rest: connection, eventLoop: channel.eventLoop)
                )
            }
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits
            )
            try pipeline.addHandler(RequestRules())
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(connection)
            // Closes idle connections, and at a graceful stop each one after its last answer.
            try pipeline.addHandler(
                HTTPConnectionStateHandler(idleTimeout: .seconds(settings.idleTimeoutSeconds), logger: logger)
            )
            try pipeline.addHandler(RequestHandler(responder: responder, eventLoop: channel.eventLoop))
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let channel = value.channel
        await withTaskCancellationHandler {
            // How a connection ended does not matter here.
            try? await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}
