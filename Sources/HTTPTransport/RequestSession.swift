package import NIOCore

/// Answers the requests of one connection. Called on the connection's event loop only; must not block.
package protocol RequestSession: AnyObject {
    /// Begins to answer a request whose head has been read.
    func respond(to head: RequestHead) -> ResponseStep

    /// The response to input that is no request which could be answered.
    func response(to fault: RequestFault) -> Response
}

/// Makes the session of a connection.
package protocol RequestResponder: Sendable {
    func session(on channel: any Channel) -> any RequestSession
}

/// How far the answer to a request is.
package enum ResponseStep {
    /// The response is ready.
    case now(Response)
    /// The body is needed first; `nil` where there is none.
    case body((Result<ByteBuffer?, BodyFault>) -> ResponseStep)
    /// Something that takes longer is to be started now, for example a commit or a read of the disk.
    case later((@escaping StepCompletion) -> Void)
}

/// Takes the next step of a request that took longer. To be called once, on any thread.
///
/// Its argument makes the step and runs on the connection's event loop; it is dropped if the client has gone.
package typealias StepCompletion = @Sendable (_ next: @escaping @Sendable () -> ResponseStep) -> Void

/// Why a body is not there.
package enum BodyFault: Error {
    /// More bytes than ``TransportLimits/bodyBytes``.
    case tooLarge
    /// The client stopped, or sent what is no body.
    case incomplete
    /// It did not arrive in time.
    case late
}

/// Why input is no request that could be answered.
package enum RequestFault: Error, Equatable {
    /// Not HTTP, with a sentence on what is wrong and what to do.
    case malformed(String)
    /// A method that no server of this kind has, with a sentence.
    case unknownMethod(String)
    /// A transfer coding other than `chunked`.
    case unknownTransferCoding
    case headersTooLarge
    /// The head did not arrive in time.
    case late
}
