/// What a piece of a connection's input holds.
enum RequestScan {
    /// One whole request of a kind that can be answered without the layers of HTTP above.
    case fast(FastRequest)
    /// One whole request of another kind.
    case whole
    /// Anything else: part of a request, several of them, or what is no request.
    case other
}

/// A whole request that reads or replaces a user, in the plain form that most clients send.
struct FastRequest {
    enum Method {
        case get
        case put
    }

    let method: Method
    /// The user's number, 1 to 18 digits without leading zeros.
    let userID: UInt64
    /// Where the value of `Authorization` stands in the bytes that were looked at.
    let authorization: Range<Int>
    /// The caller's usable `X-Request-ID`.
    let requestID: String?
    /// Where the body stands; empty for a GET.
    let body: Range<Int>
}
