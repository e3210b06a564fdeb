import NIOCore

/// Where an exchange sends its response; the handler of a connection of HTTP/1 or of a stream of HTTP/2.
protocol ExchangeOutput: AnyObject {
    /// The body of the request is wanted, as far as it has not come yet.
    func exchangeReads()
    /// Sends head and body, of a stream the head only.
    func send(_ response: Response)
    /// Sends a piece of a stream.
    func send(_ piece: ByteBuffer) -> EventLoopFuture<Void>
    /// The stream is sent.
    func endStream()
    /// The stream broke off: the connection ends, so that the client notices that it has not all.
    func abort()
}

/// Takes one request from its head to its response: collects the body and follows the session's steps.
///
/// For the connection's event loop only. A connection uses one exchange for all its requests, one after the other.
final class RequestExchange {
    private enum Body {
        case reading(ByteBuffer?)
        case complete(Result<ByteBuffer?, BodyFault>)
        /// The response has begun: what still comes is dropped.
        case dropped
    }

    private let session: any RequestSession
    private let limit: Int
    private let eventLoop: any EventLoop
    private unowned let output: any ExchangeOutput
    private var body = Body.dropped
    private var afterBody: ((Result<ByteBuffer?, BodyFault>) -> ResponseStep)?
    /// The number of the request, so that what was begun for a former one is recognised.
    private var number = 0

    init(_ session: any RequestSession, bodyBytes limit: Int, _ eventLoop: any EventLoop, _ output: any ExchangeOutput)
    {
        self.session = session
        self.limit = limit
        self.eventLoop = eventLoop
        self.output = output
    }

    /// More of the body would have to wait in memory until the session asks for it.
    var isBodyEarly: Bool {
        if case .reading = body { afterBody == nil } else { false }
    }

    /// - Parameter hasBody: whether a body may follow.
    func begin(_ head: RequestHead, hasBody: Bool) {
        number += 1
        afterBody = nil
        body = hasBody ? .reading(nil) : .complete(.success(nil))
        run(session.respond(to: head), number)
    }

    /// A request that is there as a whole.
    func begin(_ head: RequestHead, body bytes: ByteBuffer) {
        number += 1
        afterBody = nil
        body = .complete(bytes.readableBytes <= limit ? .success(bytes) : .failure(.tooLarge))
        run(session.respond(to: head), number)
    }

    func append(_ part: ByteBuffer) {
        guard case .reading(let before) = body else { return }
        guard (before?.readableBytes ?? 0) + part.readableBytes <= limit else { return complete(.failure(.tooLarge)) }
        guard var buffer = before else { return body = .reading(part) }
        body = .reading(nil)
        buffer.writeImmutableBuffer(part)
        body = .reading(buffer)
    }

    func end() {
        guard case .reading(let buffer) = body else { return }
        complete(.success(buffer.flatMap { $0.readableBytes == 0 ? nil : $0 }))
    }

    /// No more of the request will come.
    func breakOff(_ fault: BodyFault) {
        if case .reading = body { complete(.failure(fault)) }
    }

    /// Nobody waits for the response any more. What was begun goes on to its end, and its response is dropped.
    func cancel() {
        let (next, number) = (afterBody, number)
        afterBody = nil
        body = .dropped
        self.number += 1
        if let next { run(next(.failure(.incomplete)), number) }
    }

    private func complete(_ result: Result<ByteBuffer?, BodyFault>) {
        body = .complete(result)
        guard let next = afterBody else { return }
        afterBody = nil
        run(next(result), number)
    }

    /// - Parameter number: of the request that the step belongs to.
    private func run(_ step: ResponseStep, _ number: Int) {
        let isCurrent = number == self.number
        switch step {
        case .now(let response):
            if isCurrent {
                send(response)
            } else if case .stream(let stream) = response.body {
                stream.ended(ChannelError.ioOnClosedChannel)
            }
        case .body(let next):
            guard isCurrent else { return run(next(.failure(.incomplete)), number) }
            guard case .complete(let result) = body else {
                afterBody = next
                return output.exchangeReads()
            }
            run(next(result), number)
        case .later(let start):
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            start { [eventLoop] next in
                eventLoop.execute { bound.value.run(next(), number) }
            }
        }
    }

    private func send(_ response: Response) {
        body = .dropped
        let response = response.inPieces()
        output.send(response)
        guard case .stream(let stream) = response.body else { return }
        let (number, bound) = (number, NIOLoopBound(self, eventLoop: eventLoop))
        stream.whenRevoked { [eventLoop] in
            eventLoop.execute { if bound.value.number == number { bound.value.output.abort() } }
        }
        sendNext(of: stream, number)
    }

    /// Sends the next piece when the one before has left, so that a client that does not read holds one piece in memory
    /// and no thread.
    private func sendNext(of stream: any ResponseStream, _ number: Int) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        stream.next { [eventLoop] result in
            eventLoop.execute { bound.value.send(result, of: stream, number) }
        }
    }

    private func send(_ result: Result<ByteBuffer?, any Error>, of stream: any ResponseStream, _ number: Int) {
        guard number == self.number else { return stream.ended(ChannelError.ioOnClosedChannel) }
        switch result {
        case .success(let piece?):
            output.send(piece).assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success: sendNext(of: stream, number)
                case .failure(let error): stream.ended(error)
                }
            }
        case .success(nil):
            stream.ended(nil)
            output.endStream()
        case .failure(let error):
            stream.ended(error)
            output.abort()
        }
    }
}
