import HTTPTypes
import NIOCore

/// A request whose head has been read.
struct IncomingRequest: Sendable {
    let head: HTTPRequest
    /// To be touched on the event loop of the connection, where the task that answers runs.
    let body: NIOLoopBound<RequestBody>
    /// Where it comes from.
    let peer: ClientAddress
}
