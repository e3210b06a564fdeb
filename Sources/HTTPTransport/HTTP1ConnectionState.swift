import NIOCore

/// The state of one HTTP/1 connection: events in, actions out.
///
/// It decides which request is read and answered, what time limit applies, and when the connection ends. It knows no
/// bytes; ``HTTP1Handler`` drives it.
struct HTTP1ConnectionState {
    /// What the driver has to do.
    enum Action: Equatable {
        case none
        /// Take the next input.
        case takeInput
        /// The rest of the request will not come; the session answers.
        case breakOffBody(BodyFault)
        /// Answer with the session's response to the fault; ``refused(now:)`` follows.
        case refuse(RequestFault)
        /// Send what is written; when the system has taken all of it, call ``sent(now:)``.
        case flush
        /// Close the sending side and drop what the client still sends.
        case closeOutput
        case close
    }

    private struct Exchange {
        enum Progress { case none, begun, ended }

        /// When the work on it began, or its client last took a piece of a long response.
        var since: NIODeadline
        var isRead = false
        /// The client waits for permission to send its body.
        var awaitsInvitation = false
        var response = Progress.none
        var closes = false
        /// Bytes of the body that came after the response had begun.
        var droppedBytes = 0
    }

    private enum Phase {
        case idle(since: NIODeadline)
        case readingHead(since: NIODeadline, idleSince: NIODeadline)
        case exchange(Exchange)
        /// The last response is written and not sent yet.
        case flushing(since: NIODeadline, lingers: Bool)
        /// The sending side is closed.
        case lingering(since: NIODeadline)
        case closed
    }

    private let limits: TransportLimits
    private var phase: Phase
    private var isStopping = false
    private var isInputClosed = false

    init(_ limits: TransportLimits, now: NIODeadline) {
        self.limits = limits
        phase = .idle(since: now)
    }

    /// The next request may be taken.
    var isReadyForRequest: Bool {
        switch phase {
        case .idle, .readingHead: true
        case .exchange, .flushing, .lingering, .closed: false
        }
    }

    /// The body of a request is being read.
    var isReadingBody: Bool {
        if case .exchange(let exchange) = phase { !exchange.isRead } else { false }
    }

    /// Input is not looked at any more.
    var isDropping: Bool {
        switch phase {
        case .flushing, .lingering, .closed: true
        case .idle, .readingHead, .exchange: false
        }
    }

    /// The response has not begun, or there is no request.
    var awaitsResponse: Bool {
        if case .exchange(let exchange) = phase { exchange.response == .none } else { false }
    }

    /// Since when the connection waits for its client; `nil` while the client waits for the server.
    var waitingSince: NIODeadline? {
        switch phase {
        case .idle(let since), .readingHead(_, let since), .flushing(let since, _), .lingering(let since): since
        case .exchange(let exchange): exchange.isRead ? nil : exchange.since
        case .closed: nil
        }
    }

    /// When ``timedOut(now:)`` is due if nothing happens until then; `nil` for never.
    var deadline: NIODeadline? {
        switch phase {
        case .idle(let since): since + limits.idleTime
        case .readingHead(let since, let idleSince): min(since + limits.headerTime, idleSince + limits.idleTime)
        case .exchange(let exchange): exchange.since + limits.requestTime
        case .flushing(let since, _): since + limits.requestTime
        case .lingering(let since): since + TransportLimits.lingerTime
        case .closed: nil
        }
    }

    // MARK: - The request

    /// Bytes came that are not yet a whole head.
    mutating func headBegan(now: NIODeadline) {
        if case .idle(let since) = phase { phase = .readingHead(since: now, idleSince: since) }
    }

    /// A request's head was read.
    ///
    /// - Parameters:
    ///   - isRead: whether the body was, too.
    ///   - awaitsInvitation: whether the client waits for permission to send its body (RFC 9110, section 10.1.1).
    mutating func requestBegan(isRead: Bool, awaitsInvitation: Bool = false, now: NIODeadline) {
        phase = .exchange(Exchange(since: now, isRead: isRead, awaitsInvitation: awaitsInvitation))
    }

    /// The body is wanted.
    ///
    /// - Returns: whether the client has to be told.
    mutating func bodyWanted() -> Bool {
        guard case .exchange(var exchange) = phase, exchange.awaitsInvitation else { return false }
        exchange.awaitsInvitation = false
        phase = .exchange(exchange)
        return true
    }

    /// A part of the body was read.
    mutating func bodyRead(bytes: Int, now: NIODeadline) -> Action {
        guard case .exchange(var exchange) = phase else { return .none }
        exchange.awaitsInvitation = false
        if exchange.response != .none { exchange.droppedBytes += bytes }
        phase = .exchange(exchange)
        guard exchange.droppedBytes > limits.bodyBytes else { return .none }
        return exchange.response == .ended ? finish(now: now) : close()
    }

    /// The end of the request was read.
    ///
    /// - Parameter hasMoreInput: whether another request may wait.
    mutating func requestEnded(hasMoreInput: Bool, now: NIODeadline) -> Action {
        guard case .exchange(var exchange) = phase else { return .none }
        exchange.isRead = true
        phase = .exchange(exchange)
        return exchange.response == .ended ? next(hasMoreInput, now: now) : .none
    }

    /// The input is no request, or the rest of one is broken.
    mutating func failed(_ fault: RequestFault, now: NIODeadline) -> Action {
        switch phase {
        case .idle, .readingHead: return .refuse(fault)
        case .exchange(let exchange):
            return exchange.response == .none ? breakOff(.incomplete, now: now) : finish(now: now)
        case .flushing, .lingering, .closed: return .none
        }
    }

    // MARK: - The response

    /// The response begins.
    ///
    /// - Parameters:
    ///   - closes: whether the connection ends with it.
    ///   - hasMoreInput: whether another request may wait.
    /// - Returns: whether `Connection: close` has to be added, because the server stops, the request broke off, or nobody can
    ///   tell whether the body will come that the client was not asked for.
    mutating func responseBegan(closes: Bool, hasMoreInput: Bool) -> Bool {
        guard case .exchange(var exchange) = phase else { return false }
        let adds = !closes && (exchange.closes || exchange.awaitsInvitation || isStopping && !hasMoreInput)
        exchange.response = .begun
        exchange.closes = closes || adds
        phase = .exchange(exchange)
        return adds
    }

    /// The client took a piece of a long response: the time limit begins anew.
    mutating func responseProgressed(now: NIODeadline) {
        guard case .exchange(var exchange) = phase else { return }
        exchange.since = now
        phase = .exchange(exchange)
    }

    /// The response is written.
    ///
    /// - Parameter hasMoreInput: whether another request may wait.
    mutating func responseEnded(hasMoreInput: Bool, now: NIODeadline) -> Action {
        guard case .exchange(var exchange) = phase else { return .none }
        if exchange.closes { return finish(now: now) }
        exchange.response = .ended
        phase = .exchange(exchange)
        return exchange.isRead ? next(hasMoreInput, now: now) : .takeInput
    }

    /// The response to a fault is written.
    mutating func refused(now: NIODeadline) -> Action { finish(now: now) }

    /// The system has taken everything that was written.
    mutating func sent(now: NIODeadline) -> Action {
        guard case .flushing(_, let lingers) = phase else { return .none }
        guard lingers, !isInputClosed else { return close() }
        phase = .lingering(since: now)
        return .closeOutput
    }

    // MARK: - The connection

    /// The server stops.
    mutating func stop(now: NIODeadline) -> Action {
        isStopping = true
        return isReadyForRequest ? flush(lingers: false, now: now) : .none
    }

    /// The client sends nothing more.
    mutating func inputClosed(now: NIODeadline) -> Action {
        isInputClosed = true
        switch phase {
        case .idle, .readingHead: return flush(lingers: false, now: now)
        case .exchange(let exchange):
            guard !exchange.isRead else { return .none }
            return exchange.response == .none ? breakOff(.incomplete, now: now) : flush(lingers: false, now: now)
        case .flushing: return .none
        case .lingering, .closed: return close()
        }
    }

    /// The time of ``deadline`` has come.
    mutating func timedOut(now: NIODeadline) -> Action {
        switch phase {
        case .readingHead(_, let idleSince) where idleSince + limits.idleTime > now: .refuse(.late)
        case .exchange(let exchange) where !exchange.isRead && exchange.response == .none: breakOff(.late, now: now)
        case .idle, .readingHead, .exchange, .flushing, .lingering, .closed: close()
        }
    }

    /// The connection is gone.
    mutating func closed() { phase = .closed }

    // MARK: - Inside

    /// Request and response are complete.
    private mutating func next(_ hasMoreInput: Bool, now: NIODeadline) -> Action {
        phase = .idle(since: now)
        if isStopping, !hasMoreInput { return finish(now: now) }
        return isInputClosed ? flush(lingers: false, now: now) : .takeInput
    }

    /// Nothing more of the request will be read, so that the connection ends with its response.
    private mutating func breakOff(_ fault: BodyFault, now: NIODeadline) -> Action {
        phase = .exchange(Exchange(since: now, isRead: true, closes: true))
        return .breakOffBody(fault)
    }

    private mutating func finish(now: NIODeadline) -> Action { flush(lingers: true, now: now) }

    private mutating func flush(lingers: Bool, now: NIODeadline) -> Action {
        phase = .flushing(since: now, lingers: lingers)
        return .flush
    }

    private mutating func close() -> Action {
        if case .closed = phase { return .none }
        phase = .closed
        return .close
    }
}
