import Testing

@testable import ProfileAPI

@Suite struct RequestTargetTests {
    @Test func splitsAndDecodes() throws {
        let target = try RequestTarget("/users/%C3%A9/history/?q=%E4%BD%A0+b%2Bc&x&y=1=2#end")
        #expect(target.segments == ["users", "é", "history"])
        #expect(
            target.query == [
                RequestTarget.Item(name: "q", value: "你 b+c"), RequestTarget.Item(name: "x", value: ""),
                RequestTarget.Item(name: "y", value: "1=2"),
            ]
        )
        #expect(target.path == "/users/%C3%A9/history/")
    }

    @Test(arguments: ["/", "/users", "/users/", "//", "/users//"])
    func countsSegments(path: String) throws {
        let expected = ["/": 0, "/users": 1, "/users/": 1, "//": 1, "/users//": 2]
        #expect(try RequestTarget(path).segments.count == expected[path])
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%00", "/%ff", "/a?b=%", "/a?b=%00", "/a?%c3=1", "", "users", "*"])
    func refuses(target: String) {
        #expect(throws: Problem.self) { try RequestTarget(target) }
    }
}
