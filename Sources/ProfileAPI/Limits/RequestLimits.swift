import NIOCore

/// What one request, and the wait for it, may take.
struct RequestLimits: Sendable {
    /// Without a request.
    let idleTime: TimeAmount
    /// From the first byte of a request's head to its last; also for a TLS handshake.
    let headerTime: TimeAmount
    /// From a request's head to the end of its answer.
    let requestTime: TimeAmount
    /// Of a request's fields together, in bytes.
    let headerBytes: Int
    /// The most fields that a request may have.
    let headerFields = 100
    /// Of a request's body.
    let bodyBytes: Int

    /// How long the rest of what a client sends is read and thrown away after the last answer, so that closing does not
    /// destroy the answer on its way.
    static let lingerTime = TimeAmount.seconds(2)

    init(_ settings: ServerSettings) {
        idleTime = .seconds(Int64(settings.idleTimeoutSeconds))
        headerTime = .seconds(Int64(settings.headerTimeoutSeconds))
        requestTime = .seconds(Int64(settings.requestTimeoutSeconds))
        headerBytes = settings.maximumHeaderBytes
        bodyBytes = settings.maximumBodyBytes
    }
}
