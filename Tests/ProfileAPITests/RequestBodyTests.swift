import NIOCore
import Testing

@testable import ProfileAPI

@Suite struct RequestBodyTests {
    private func text(_ result: Result<ByteBuffer?, RequestBody.Failure>) throws -> String? {
        try result.get().map { String(buffer: $0) }
    }

    @Test func partsAreJoinedUpToTheLimit() async throws {
        let body = RequestBody(limit: 6)
        for part in ["añ", "b", "cd"] { body.append(ByteBuffer(string: part)) }
        #expect(!body.isEnded)
        body.end()
        #expect(body.isEnded)
        #expect(try text(await body.result()) == "añbcd")
    }

    @Test func oneByteMoreThanTheLimitIsTooLarge() async throws {
        let body = RequestBody(limit: 6)
        for part in ["añ", "b", "cd", "e"] { body.append(ByteBuffer(string: part)) }
        #expect(await body.result() == .failure(.tooLarge))
        body.end()
        #expect(await body.result() == .failure(.tooLarge))
    }

    @Test func anEmptyBodyIsNone() async throws {
        let body = RequestBody(limit: 6)
        body.append(ByteBuffer())
        body.end()
        #expect(try text(await body.result()) == nil)
    }

    @Test func aBodyThatBreaksOffIsIncomplete() async throws {
        let body = RequestBody(limit: 6)
        body.append(ByteBuffer(string: "a"))
        body.breakOff()
        #expect(await body.result() == .failure(.incomplete))
    }

    @Test func aBodyIsLateOnceAndForAll() async throws {
        let body = RequestBody(limit: 6)
        body.breakOff(.late)
        body.breakOff()
        body.end()
        #expect(await body.result() == .failure(.late))
    }

    @Test func nothingIsKeptOnceTheRequestIsAnswered() async throws {
        let body = RequestBody(limit: 6)
        body.append(ByteBuffer(string: "abc"))
        body.discard()
        for _ in 0..<10 { body.append(ByteBuffer(string: "abc")) }
        body.end()
        #expect(try text(await body.result()) == nil)
    }
}
