import NIOCore

/// A page as it is sent. Made where the page was read: a large one takes a while, and an event loop has other requests.
struct EncodedPage: Sendable {
    let body: ByteBuffer
    /// The cursor of the next page; `nil` on the last one.
    let next: String?

    init(_ bytes: [UInt8], next: String?) {
        body = ByteBuffer(bytes: bytes)
        self.next = next
    }
}
