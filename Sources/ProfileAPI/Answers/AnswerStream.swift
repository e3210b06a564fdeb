import NIOCore

/// The body of an answer that is made while it is sent, piece by piece.
protocol AnswerStream: Sendable {
    /// How long the body is in all. What is sent is never more; less only if it is broken off.
    var byteCount: Int { get }

    /// The next piece; `nil` behind the last. Asked for when the one before has left.
    mutating func next() async throws -> ByteBuffer?

    /// Has `action` run when the stream has to end now, whatever the client does; at once if that is so already.
    func whenRevoked(_ action: @escaping @Sendable () -> Void)

    /// Called once when nothing more is sent, with what broke it off. Not called for an answer without a body.
    func ended(_ error: (any Error)?)
}
