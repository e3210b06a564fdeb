import NIOCore

/// The body of a request that is being read, bounded; for the event loop of its connection only.
///
/// Nothing is kept of a body that nobody will ask for.
final class RequestBody {
    /// Why a body cannot be had.
    enum Failure: Error {
        case tooLarge
        case incomplete
        case late
    }

    private enum State {
        case reading(ByteBuffer?)
        case done(Result<ByteBuffer?, Failure>)
    }

    /// All of it has been read, or no more will come.
    private(set) var isEnded = false
    /// Somebody has asked for it. Until then no more of it needs to be read than came by itself.
    private(set) var isWanted = false
    /// Called when somebody asks for it.
    var whenWanted: (() -> Void)?

    private let limit: Int
    private var state = State.reading(nil)
    private var isDiscarded = false
    private var waiting: CheckedContinuation<Result<ByteBuffer?, Failure>, Never>?

    init(limit: Int) {
        self.limit = limit
    }

    /// The whole body once it is there; `nil` if it is empty.
    func result() async -> Result<ByteBuffer?, Failure> {
        if case .done(let result) = state { return result }
        isWanted = true
        return await withCheckedContinuation { continuation in
            waiting = continuation
            // Last, since all of it may come in before this returns.
            whenWanted?()
        }
    }

    func append(_ part: ByteBuffer) {
        guard !isDiscarded, case .reading(let before) = state else { return }
        guard (before?.readableBytes ?? 0) + part.readableBytes <= limit else { return finish(.failure(.tooLarge)) }
        guard var buffer = before else { return state = .reading(part) }
        state = .reading(nil)
        buffer.writeImmutableBuffer(part)
        state = .reading(buffer)
    }

    func end() {
        isEnded = true
        guard case .reading(let buffer) = state else { return }
        finish(.success(buffer.flatMap { $0.readableBytes == 0 ? nil : $0 }))
    }

    /// No more will come, because the connection or the request is broken or took too long.
    func breakOff(_ cause: Failure = .incomplete) {
        isEnded = true
        guard case .reading = state else { return }
        finish(.failure(cause))
    }

    /// The request has been answered: what still comes is not of interest.
    func discard() {
        isDiscarded = true
        if case .reading = state { state = .reading(nil) }
    }

    private func finish(_ result: Result<ByteBuffer?, Failure>) {
        state = .done(result)
        whenWanted = nil
        waiting?.resume(returning: result)
        waiting = nil
    }
}
