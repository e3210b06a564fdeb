import ToolConsole

/// What a server answered when it was asked whether it is ready.
struct ReadinessAnswer {
    /// The status of HTTP, 200 for a server that is ready.
    let status: Int
    private let body: String

    /// Reads an answer of HTTP/1.1, its head and as much of its body as is there.
    ///
    /// - Throws: ``HealthError`` when the bytes do not begin as an answer of HTTP/1 does.
    init(_ bytes: [UInt8]) throws(HealthError) {
        let text = String(decoding: bytes, as: UTF8.self)
        // By scalars: CR and LF together are one Character.
        let scalars = text.unicodeScalars
        let words = scalars.prefix { $0 != "\r" && $0 != "\n" }.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, String(words[0]).hasPrefix("HTTP/1."), let status = Int(String(words[1])) else {
            throw HealthError("what answers there does not speak HTTP")
        }
        self.status = status
        body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }

    var isReady: Bool { status == 200 }

    /// The status and the body in one line, without characters that would control a terminal.
    var summary: String {
        "\(status) \(VisibleText.of(body))"
    }
}
