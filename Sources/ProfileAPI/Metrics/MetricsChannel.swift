import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// What makes an accepted connection one that is answered with the page of metrics.
struct MetricsChannel: ServerChildChannel {
    let page: MetricsPage

    /// A scraper's header has some hundred bytes.
    private static let maximumHeaderBytes = 8 << 10

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<OpenConnection> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Self.maximumHeaderBytes
            limits.maxHeaderListSize = Self.maximumHeaderBytes
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits
            )
            try pipeline.addHandler(MetricsHandler(page: page))
            return OpenConnection(channel: channel)
        }
    }

    func handle(value: OpenConnection, logger: Logger) async {
        await value.untilClosed()
    }
}
