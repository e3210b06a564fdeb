import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Drives one stream of HTTP/2, which is one request, within the limits that ``HTTP1Handler`` keeps for HTTP/1.
final class HTTP2StreamHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        /// The request is being read.
        case reading
        /// The response is being made; nothing more of the request is needed.
        case responding(isRead: Bool)
        /// The response is written.
        case done(isRead: Bool)
    }

    private let limits: TransportLimits
    private let session: any RequestSession
    private let connection: HTTP2ConnectionHandler
    private let eventLoop: any EventLoop
    private lazy var exchange = RequestExchange(session, bodyBytes: limits.bodyBytes, eventLoop, self)
    private var context: ChannelHandlerContext?
    private var phase = Phase.reading
    private var hasHead = false
    /// The client waits for permission to send its body.
    private var awaitsInvitation = false
    /// The connection counts the stream as one whose request is read and not answered.
    private var isOwing = false
    private var isReadHeld = false
    private var timer: Scheduled<Void>?

    init(_ session: any RequestSession, _ limits: TransportLimits, _ connection: HTTP2ConnectionHandler) {
        self.session = session
        self.limits = limits
        self.connection = connection
        eventLoop = connection.eventLoop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        startTimer(in: limits.requestTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .reading = phase else { return noteEnd(unwrapInboundIn(data)) }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes):
            awaitsInvitation = false
            exchange.append(bytes)
        case .end:
            phase = .responding(isRead: true)
            isOwing = true
            connection.owes()
            exchange.end()
        }
    }

    func read(context: ChannelHandlerContext) {
        if case .reading = phase, exchange.isBodyEarly { isReadHeld = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .reading where error is NIOHTTP2Errors.StreamClosed || error is ChannelError: breakOff(.incomplete)
        case .reading where hasHead: breakOff(.incomplete)
        case .reading: refuse(RequestFault(error, start: nil))
        case .responding, .done: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent, case .reading = phase { breakOff(.incomplete) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    // MARK: - The request

    private func begin(_ head: HTTPRequest) {
        hasHead = true
        var fields = head.headerFields.map { ($0.name.rawName, $0.value) }
        let hosts = fields.filter { $0.0.lowercased() == "host" }.map(\.1)
        let isOtherHost = head.authority.map { authority in hosts.contains { $0 != authority } } ?? false
        if hosts.isEmpty, let authority = head.authority { fields.append(("host", authority)) }
        let request = RequestHead(head.method, target: head.path ?? "/", fields: fields)
        if isOtherHost {
            return refuse(.malformed("The Host field differs from :authority. Send one of them, or equal ones."))
        }
        if let fault = request.fault(limits, needsHost: false) { return refuse(fault) }
        awaitsInvitation = request.expectsContinue
        exchange.begin(request, hasBody: true)
    }

    private func breakOff(_ fault: BodyFault) {
        phase = .responding(isRead: true)
        exchange.breakOff(fault)
    }

    /// The client sends the rest of a request that is answered already.
    private func noteEnd(_ part: HTTPRequestPart) {
        guard case .end = part else { return }
        switch phase {
        case .reading, .responding: phase = .responding(isRead: true)
        case .done:
            phase = .done(isRead: true)
            // It may still have to make room for the response.
            startTimer(in: limits.requestTime)
        }
    }

    // MARK: - The response

    private func refuse(_ fault: RequestFault) {
        phase = .responding(isRead: false)
        exchange.cancel()
        send(session.response(to: fault))
    }

    /// From here on the server waits for the client, who may let nothing through.
    private func finish() {
        guard let context else { return }
        settle()
        let isRead = if case .responding(isRead: true) = phase { true } else { false }
        phase = .done(isRead: isRead)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenSuccess { [self] in
            guard case .done(isRead: false) = phase else { return }
            // What still comes of a request that was answered before its end is no error (RFC 9113, section 8.1).
            context.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
        }
        if !isRead { startTimer(in: TransportLimits.lingerTime) }
    }

    // MARK: - Time

    private func startTimer(in time: TimeAmount) {
        timer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(in: time) { bound.value.timerFired() }
    }

    private func timerFired() {
        timer = nil
        switch phase {
        case .reading where hasHead:
            breakOff(.late)
            startTimer(in: limits.requestTime)
        case .reading: refuse(.late)
        case .responding, .done: abort()
        }
    }

    private func settle() {
        guard isOwing else { return }
        isOwing = false
        connection.settled()
    }

    private func end() {
        timer?.cancel()
        timer = nil
        phase = .done(isRead: true)
        exchange.cancel()
        settle()
    }
}

extension HTTP2StreamHandler: ExchangeOutput {
    func exchangeReads() {
        if awaitsInvitation {
            awaitsInvitation = false
            context?.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        }
        releaseRead()
    }

    private func releaseRead() {
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }

    func send(_ response: Response) {
        guard let context else { return }
        if case .reading = phase { phase = .responding(isRead: false) }
        releaseRead()
        var head = HTTPResponse(status: response.status)
        // A stream ends with its response anyway; the field itself is not allowed (RFC 9113, section 8.2.2).
        for field in response.shared.fields + response.fields where field.name != "Connection" {
            if let name = HTTPField.Name(field.name) {
                head.headerFields.append(HTTPField(name: name, value: field.value))
            }
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        switch response.body {
        case .stream: context.flush()
        case .none: finish()
        case .bytes(let bytes):
            context.write(wrapOutboundOut(.body(ByteBuffer(bytes: bytes))), promise: nil)
            finish()
        }
    }

    func send(_ piece: ByteBuffer) -> EventLoopFuture<Void> {
        guard let context else { return eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        let sent = context.writeAndFlush(wrapOutboundOut(.body(piece)))
        sent.assumeIsolated().whenSuccess { [self] in startTimer(in: limits.requestTime) }
        return sent
    }

    func endStream() { finish() }

    func abort() { context?.close(promise: nil) }
}
