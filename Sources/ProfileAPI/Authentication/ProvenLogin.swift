import LogStorage

/// Who was let in on a connection, so that the next request with the same header need not be looked up again.
///
/// It lives no longer than its connection, and holds what the buffers of that connection hold anyway: the header as it was
/// sent. It opens nothing that the cache of credentials or the directory would not: it ends when their entry does, and with
/// any change of the accounts.
struct ProvenLogin: Concealed {
    /// When a login has to be looked up again.
    enum End {
        /// An instant of the clock of ``CredentialCache``.
        case monotonic(Duration)
        /// That of the token.
        case token(APIToken)
    }

    let caller: Caller
    private let header: [UInt8]
    private let revision: UInt64
    private let end: End

    /// - Parameter revision: that of the directory before the caller was looked up in it.
    init(header: UnsafeRawBufferPointer, caller: Caller, revision: UInt64, end: End) {
        self.header = Array(header)
        self.caller = caller
        self.revision = revision
        self.end = end
    }

    /// Whether `other` is the same header, and nothing has happened since that could make it one of somebody else.
    func holds(
        for other: UnsafeRawBufferPointer,
        revision: UInt64,
        now: @autoclosure () -> Duration,
        wallClock: () -> LogTimestamp
    ) -> Bool {
        guard revision == self.revision, isEqual(other) else { return false }
        return switch end {
        case .monotonic(let end): end > now()
        case .token(let token): !token.isExpired(at: wallClock())
        }
    }

    /// Takes as long wherever the two differ: a proxy may send the requests of several clients over one connection.
    private func isEqual(_ other: UnsafeRawBufferPointer) -> Bool {
        guard other.count == header.count else { return false }
        var difference: UInt8 = 0
        for index in header.indices { difference |= header[index] ^ other[index] }
        return difference == 0
    }
}
