import Testing

@testable import ProfileAPI

@Suite struct RequestTargetTests {
    @Test func splitsAndDecodes() throws {
        let target = try RequestTarget(text: "/users/%C3%A9/history/?q=%E4%BD%A0+b%2Bc&x&y=1=2#end")
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
        #expect(try RequestTarget(text: path).segments.count == expected[path])
    }

    @Test func boundsParametersAndSegments() throws {
        let many = (1...64).map { "a\($0)=\($0)" }.joined(separator: "&&")
        #expect(try RequestTarget(text: "/users?\(many)&").query.count == 64)
        #expect(throws: Problem.self) { try RequestTarget(text: "/users?\(many)&a") }
        // No endpoint's path is as long, whatever stands in it.
        #expect(try RequestTarget(text: "/a/b/c/d/e/f/g/").segments == ["a", "b", "c", "d", "e", "f", "g"])
        let long = try RequestTarget(text: "/" + Array(repeating: "users", count: 5_000).joined(separator: "/"))
        #expect(long.segments.count == 9 && EndpointTable.all.allSatisfy { $0.path.segmentCount < 9 })
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%00", "/%ff", "/a?b=%", "/a?b=%00", "/a?%c3=1", "", "users", "*"])
    func refuses(target: String) {
        #expect(throws: Problem.self) { try RequestTarget(text: target) }
    }
}

extension RequestTarget {
    fileprivate init(text: String) throws {
        self = try Array(text.utf8).withUnsafeBytes { try RequestTarget($0) }
    }
}
