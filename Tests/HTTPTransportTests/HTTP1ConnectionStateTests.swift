import NIOCore
import Testing

@testable import HTTPTransport

@Suite("The state of an HTTP/1 connection")
struct HTTP1ConnectionStateTests {
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private var state = HTTP1ConnectionState(.forTests, now: at(0))

    @Test("A connection without a request ends when the idle time is over")
    func idle() {
        var state = state
        #expect(state.deadline == Self.at(60) && state.waitingSince == Self.at(0))
        #expect(state.timedOut(now: Self.at(60)) == .close)
        #expect(state.deadline == nil && state.isDropping)
    }

    @Test("A head has its own time, and no more than the idle time leaves")
    func head() {
        var state = state
        state.headBegan(now: Self.at(20))
        state.headBegan(now: Self.at(25))
        #expect(state.deadline == Self.at(30))
        #expect(state.timedOut(now: Self.at(30)) == .refuse(.late))
        #expect(state.refused(now: Self.at(30)) == .flush)
        var late = self.state
        late.headBegan(now: Self.at(55))
        #expect(late.deadline == Self.at(60))
        #expect(late.timedOut(now: Self.at(60)) == .close)
    }

    @Test("The next request is taken when the one before is read and answered, in either order")
    func order() {
        var state = state
        state.requestBegan(isRead: false, now: Self.at(1))
        #expect(!state.isReadyForRequest && state.isReadingBody && state.waitingSince == Self.at(1))
        #expect(state.requestEnded(hasMoreInput: false, now: Self.at(2)) == .none)
        #expect(state.waitingSince == nil && state.deadline == Self.at(31))
        #expect(state.responseBegan(closes: false, hasMoreInput: false) == false)
        #expect(state.responseEnded(hasMoreInput: false, now: Self.at(3)) == .takeInput)
        #expect(state.isReadyForRequest && state.waitingSince == Self.at(3))
        state.requestBegan(isRead: false, now: Self.at(4))
        #expect(state.responseBegan(closes: false, hasMoreInput: false) == false)
        #expect(state.responseEnded(hasMoreInput: false, now: Self.at(5)) == .takeInput)
        #expect(!state.isReadyForRequest)
        #expect(state.requestEnded(hasMoreInput: false, now: Self.at(6)) == .takeInput)
        #expect(state.isReadyForRequest)
    }

    @Test("A response that closes is sent, then the sending side is closed, then what comes is dropped for a while")
    func closing() {
        var state = state
        state.requestBegan(isRead: true, now: Self.at(1))
        #expect(state.responseBegan(closes: true, hasMoreInput: true) == false)
        #expect(state.responseEnded(hasMoreInput: false, now: Self.at(2)) == .flush)
        #expect(state.isDropping && state.deadline == Self.at(32))
        #expect(state.sent(now: Self.at(3)) == .closeOutput)
        #expect(state.deadline == Self.at(5))
        #expect(state.timedOut(now: Self.at(5)) == .close)
        #expect(state.timedOut(now: Self.at(6)) == .none)
    }

    @Test("A body that does not come breaks off, and the connection ends with the response", arguments: [true, false])
    func brokenBody(isLate: Bool) {
        var state = state
        state.requestBegan(isRead: false, now: Self.at(1))
        let action = isLate ? state.timedOut(now: Self.at(31)) : state.failed(.headersTooLarge, now: Self.at(31))
        #expect(action == .breakOffBody(isLate ? .late : .incomplete))
        #expect(state.deadline == Self.at(61))
        #expect(
            state.responseBegan(closes: false, hasMoreInput: false) == true,
            "the response has to say that it is the last"
        )
        #expect(state.responseEnded(hasMoreInput: false, now: Self.at(32)) == .flush)
    }

    @Test("A client is invited once to send its body, and without that the connection ends with the response")
    func invitation() {
        var state = state
        state.requestBegan(isRead: false, awaitsInvitation: true, now: Self.at(1))
        var uninvited = state
        #expect(uninvited.responseBegan(closes: false, hasMoreInput: false) == true)
        #expect(uninvited.responseEnded(hasMoreInput: false, now: Self.at(2)) == .flush)
        var impatient = state
        #expect(impatient.bodyRead(bytes: 1, now: Self.at(2)) == .none)
        let invitations = [impatient.bodyWanted(), state.bodyWanted(), state.bodyWanted()]
        #expect(invitations == [false, true, false])
        #expect(state.responseBegan(closes: false, hasMoreInput: false) == false)
    }

    @Test("More of a body than may be sent is not waited for once the response has begun")
    func droppedBody() {
        var state = state
        state.requestBegan(isRead: false, now: Self.at(1))
        #expect(state.bodyRead(bytes: 100, now: Self.at(1)) == .none, "it is the exchange's to refuse it")
        _ = state.responseBegan(closes: false, hasMoreInput: false)
        var streaming = state
        #expect(streaming.bodyRead(bytes: 11, now: Self.at(2)) == .close)
        #expect(state.responseEnded(hasMoreInput: false, now: Self.at(2)) == .takeInput)
        #expect(state.bodyRead(bytes: 10, now: Self.at(2)) == .none)
        #expect(state.bodyRead(bytes: 1, now: Self.at(3)) == .flush)
        #expect(state.isDropping)
    }

    @Test("A long response has its time anew with each piece that the client takes")
    func progress() {
        var state = state
        state.requestBegan(isRead: true, now: Self.at(1))
        _ = state.responseBegan(closes: false, hasMoreInput: false)
        state.responseProgressed(now: Self.at(20))
        #expect(state.deadline == Self.at(50))
        #expect(state.timedOut(now: Self.at(50)) == .close)
    }

    @Test("The end of the input closes behind the last response")
    func inputClosed() {
        var idle = state
        #expect(idle.inputClosed(now: Self.at(1)) == .flush)
        #expect(idle.sent(now: Self.at(2)) == .close)
        var busy = state
        busy.requestBegan(isRead: true, now: Self.at(1))
        #expect(busy.inputClosed(now: Self.at(2)) == .none)
        _ = busy.responseBegan(closes: false, hasMoreInput: false)
        #expect(busy.responseEnded(hasMoreInput: false, now: Self.at(3)) == .flush)
        #expect(busy.sent(now: Self.at(4)) == .close)
        var reading = state
        reading.requestBegan(isRead: false, now: Self.at(1))
        #expect(reading.inputClosed(now: Self.at(2)) == .breakOffBody(.incomplete))
    }

    @Test("A stop says so in the last response, unless another request waits")
    func stop() {
        for hasMoreInput in [true, false] {
            var state = state
            state.requestBegan(isRead: true, now: Self.at(1))
            #expect(state.stop(now: Self.at(2)) == .none)
            #expect(state.responseBegan(closes: false, hasMoreInput: hasMoreInput) == !hasMoreInput)
            let action = state.responseEnded(hasMoreInput: hasMoreInput, now: Self.at(3))
            #expect(action == (hasMoreInput ? .takeInput : .flush))
        }
        var idle = state
        #expect(idle.stop(now: Self.at(1)) == .flush)
    }
}
