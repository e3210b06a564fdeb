package import NIOCore

/// What one request, and the wait for it, may take.
package struct TransportLimits: Sendable {
    /// Without a request.
    package var idleTime: TimeAmount
    /// From the first byte of a request's head to its last; also for a TLS handshake.
    package var headerTime: TimeAmount
    /// From a request's head to the end of its response.
    package var requestTime: TimeAmount
    /// Of a request's header fields together, in bytes.
    package var headerBytes: Int
    /// The most header fields of a request.
    package let headerFields = 100
    /// Of a request's body.
    package var bodyBytes: Int

    /// How long what a client still sends is read and dropped after the last response: closing at once could destroy the
    /// response on its way.
    static let lingerTime = TimeAmount.seconds(2)

    package init(
        idleTime: TimeAmount,
        headerTime: TimeAmount,
        requestTime: TimeAmount,
        headerBytes: Int,
        bodyBytes: Int
    ) {
        self.idleTime = idleTime
        self.headerTime = headerTime
        self.requestTime = requestTime
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
    }
}
