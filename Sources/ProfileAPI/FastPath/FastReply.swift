import NIOCore

/// An answer of the fast path: its bytes as they go to the socket.
struct FastReply: Sendable {
    let bytes: ByteBuffer
    /// How many of them are the body's.
    let bodyBytes: Int
    /// What counts the request among its account's until the answer is out.
    let turn: AccountTurn?
}
