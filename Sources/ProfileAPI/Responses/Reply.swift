import HTTPTransport

/// What a handler returns.
enum Reply {
    /// The response is ready: it was made from memory.
    case now(Response)
    /// The response comes later: a commit or a disk takes its time. The closure starts that.
    case later((@escaping ReplyCompletion) -> Void)
}

/// To be called once, on any thread, with what makes the response; that runs on the connection's event loop.
typealias ReplyCompletion = @Sendable (_ make: @escaping @Sendable () throws -> Response) -> Void
