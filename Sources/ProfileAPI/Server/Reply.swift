import HTTPTypes
import NIOCore

/// An answer as it is sent.
struct Reply: Sendable {
    let head: HTTPResponse
    /// `nil` where only the head is sent.
    let body: ByteBuffer?
    /// What is sent after it, piece by piece.
    var stream: (any AnswerStream)?
    /// What counts the request among its account's until the answer is out.
    let turn: AccountTurn?
}
