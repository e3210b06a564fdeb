import Foundation
import TestSupport
import UserProfiles

/// curl as a client of a server, over one of the ways there are to it.
struct CurlClient {
    enum Way: String, CaseIterable, Sendable {
        case plain, tls, http2
    }

    struct Answer {
        let version: String
        let status: Int
        let headers: [String: String]
        let body: String

        /// The problem's sort, without its prefix.
        var problem: String? {
            guard case .object(let object)? = try? JSONParser.parse(Array(body.utf8)),
                case .string(let type)? = object["type"]
            else { return nil }
            return type.split(separator: ":").last.map { String($0) }
        }
    }

    struct Failure: Error {
        let text: String
    }

    let way: Way
    let port: Int
    /// The file of the authority that the server's certificate is verified with.
    let authority: String

    private static let mark = "\n--end of answer--\n"

    /// Sends a request and answers what came.
    ///
    /// - Parameters:
    ///   - options: of curl, such as `-X PUT`.
    ///   - warmed: whether the connection has had another request before.
    ///   - input: a shell command whose output curl reads.
    func send(_ path: String, _ options: [String] = [], warmed: Bool = false, input: String = ":") throws -> Answer {
        var arguments: [String] = []
        if warmed { arguments += common + ["\(base)/health", "--next"] }
        arguments += common + ["-u", "admin:\(ServerProcess.password)"] + options + [base + path]
        let ending = try Tool.run("curl", arguments, input: input)
        let answers = ending.text.components(separatedBy: Self.mark)
        guard answers.count == (warmed ? 3 : 2), let answer = Self.parse(answers[answers.count - 2]) else {
            throw Failure(text: "\(path): \(ending.errors) \(ending.text)")
        }
        return answer
    }

    private var base: String { "\(way == .plain ? "http" : "https")://localhost:\(port)" }

    private var common: [String] {
        let version = way == .http2 ? ["--http2"] : ["--http1.1"]
        // -4: the server listens on 127.0.0.1 only.
        return version + ["-4", "-sS", "-i", "--max-time", "20", "--cacert", authority, "-w", Self.mark]
    }

    private static func parse(_ text: String) -> Answer? {
        // "\r\n" is one character.
        var parts = text.components(separatedBy: "\r\n\r\n")
        while parts.count > 2, parts[0].contains(" 100") { parts.removeFirst() }
        guard parts.count >= 2 else { return nil }
        let lines = parts[0].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        return Answer(
            version: String(words[0]),
            status: status,
            headers: headers,
            body: parts.dropFirst().joined(separator: "\r\n\r\n")
        )
    }
}
