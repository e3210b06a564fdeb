import ProfileAPI
import Testing

@testable import ProfileServer

@Suite("The file .env", .blocking)
struct EnvironmentFileTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    @Test(
        "A value is what all programs that read such files take it for",
        arguments: [
            ("X=1", "1"), (" X = 1 \t", "1"), ("X=", ""), ("X=a=b", "a=b"), ("X=a b", "a b"), ("X=a#b", "a#b"),
            (#"X="/srv/profiles""#, "/srv/profiles"), ("X='/srv/profiles'", "/srv/profiles"), (#"X="""#, ""),
            (#"X=" a ""#, " a "), (#"X="a # b""#, "a # b"), ("X='a \\ \" b'", "a \\ \" b"), (#"X="it's""#, "it's"),
            (#"X="a" # note"#, "a"), ("X='a'\t#note", "a"), ("X=it's", "it's"), ("X=a\\b$c", "a\\b$c"),
            ("export X=1", "1"), ("export\tX='1'", "1"), ("X=1\nX=2", "2"), ("X=1\r\nY=2\r\n", "1"),
            ("# X=0\n\nX=1", "1"), ("X=\u{301}a", "\u{301}a"), ("X=密码", "密码"),
        ]
    )
    func values(text: String, expected: String) {
        for front in [[], Self.mark] {
            let file = EnvironmentFile(front + Array(text.utf8), name: ".env")
            #expect(file.problems.map(\.message) == [])
            #expect(file.variables["X"].map { Array($0.utf8) } == Array(expected.utf8))
        }
    }

    @Test(
        "What such programs disagree about is refused with its line, and its value is not shown",
        arguments: [
            ("X=geheim # note", "has #"), ("X=geheim\t#note", "has #"), ("X=#geheim", "has #"),
            ("X= # geheim", "has #"),
            (#"X="geheim"#, "closing quote"), ("X='geheim\"", "closing quote"),
            (#"X="ge"heim"#, "behind the closing quote"), ("X=\"geheim\"#note", "behind the closing quote"),
            (#"X="ge\nheim""#, "backslash"), ("X=ge\u{1B}heim", "control character"), ("X=a\rY=geheim", "control"),
            ("geheim", "neither NAME=value"), ("=geheim", "neither NAME=value"),
            ("export geheim", "neither NAME=value"),
        ]
    )
    func refusals(text: String, reason: String) {
        let file = EnvironmentFile(Array("A=1\n\(text)\nB=2".utf8), name: ".env")
        #expect(file.variables.keys.sorted() == ["A", "B"])
        #expect(file.problems.count == 1)
        let message = file.problems.first?.message ?? ""
        #expect(message.hasPrefix(".env: line 2 ") && message.contains(reason), "\(message)")
        #expect(!message.contains("geheim"))
    }

    @Test("UTF-16, and what is no UTF-8 at all, is named", arguments: [[0xFF, 0xFE, 65, 0], [0xFE, 0xFF, 0, 65]])
    func otherEncodings(bytes: [UInt8]) {
        #expect(EnvironmentFile(bytes, name: ".env").problems.map(\.message) == [".env is UTF-16: save it as UTF-8"])
        let latin = EnvironmentFile(Array("X=Zo".utf8) + [0xEB], name: ".env")
        #expect(latin.problems.map(\.message) == [".env is not valid UTF-8: save it as UTF-8"])
    }
}
