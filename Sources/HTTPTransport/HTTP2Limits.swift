import NIOCore
import NIOHTTP2

/// The bounds of a connection of HTTP/2.
enum HTTP2Limits {
    /// Requests of a connection at the same time (SETTINGS_MAX_CONCURRENT_STREAMS).
    static let concurrentStreams = 100

    /// Beyond these numbers of frames in half a minute a connection is ended with ENHANCE_YOUR_CALM: resets, requests that
    /// are no HTTP, and PING, SETTINGS and PRIORITY together. What a client that loses patience needs is a tenth of it.
    private static let framesPerHalfMinute = 200

    /// - Parameter headerBytes: the largest header that is taken. Twice as much is read (SETTINGS_MAX_HEADER_LIST_SIZE, which
    ///   counts 32 bytes more a field), so that what is larger than it may be is answered with 431; only what is larger than
    ///   that ends the connection. So do more than five CONTINUATION frames.
    static func connection(headerBytes: Int) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 2 * headerBytes),
        ]
        configuration.maximumSequentialContinuationFrames = 5
        configuration.controlFrameRateLimit.maximumCount = framesPerHalfMinute
        configuration.controlFrameRateLimit.windowLength = .seconds(30)
        return configuration
    }

    static var stream: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.streamResetFrameRateLimit.maximumCount = framesPerHalfMinute
        configuration.streamResetFrameRateLimit.windowLength = .seconds(30)
        configuration.streamErrorRateLimit.maximumCount = framesPerHalfMinute
        configuration.streamErrorRateLimit.windowLength = .seconds(30)
        return configuration
    }
}
