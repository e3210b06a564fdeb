import ProfileAPI
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file of environment variables: the variables in it, and the lines that cannot be used.
///
/// A line is `NAME=value`, `export NAME=value`, a comment that begins with `#`, or empty. A value in quotes may be followed
/// by a comment. What programs that read such files read differently is refused: an unquoted value with ` #`, and a
/// backslash between double quotes.
struct EnvironmentFile {
    /// The values by name; of several values of a name the last one.
    private(set) var variables: [String: String] = [:]
    /// What cannot be used; each names the file and the line, and shows no value.
    private(set) var problems: [StartError] = []

    /// Reads a file.
    ///
    /// - Parameter path: a file that need not be there.
    /// - Throws: what keeps the file from being read.
    init(path: String) throws {
        let isThere = FileManager.default.fileExists(atPath: path)
        self.init(isThere ? [UInt8](try Data(contentsOf: URL(filePath: path))) : [], name: path)
    }

    /// Reads a file's contents.
    ///
    /// - Parameter name: the file's name, for messages.
    init(_ bytes: [UInt8], name: String) {
        if let problem = EditedText.problem(with: bytes) {
            problems = [StartError("\(name) \(problem)")]
            return
        }
        let lines = EditedText.withoutMark(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do throws(Malformed) {
                guard let (variable, value) = try Self.assignment(line) else { continue }
                variables[variable] = value
            } catch {
                problems.append(StartError("\(name): line \(index + 1) \(error.reason)"))
            }
        }
    }

    /// Why a line cannot be used, as in "is neither …".
    private struct Malformed: Error {
        let reason: String
    }

    // All that has a meaning is ASCII, so lines are read as bytes: a combining mark cannot hide a `=` or a quote.
    private typealias Text = ArraySlice<UInt8>

    /// The name and the value of a line; nil for an empty line and for a comment.
    private static func assignment(_ line: Text) throws(Malformed) -> (String, String)? {
        var text = trimmed(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        if text.isEmpty || text.first == UInt8(ascii: "#") { return nil }
        let word = Array("export".utf8)
        if text.starts(with: word), text.dropFirst(word.count).first.map(isBlank) == true {
            text = trimmed(text.dropFirst(word.count))
        }
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex else {
            throw Malformed(reason: "is neither NAME=value nor a comment")
        }
        let value = try value(trimmed(text[(equals + 1)...]))
        guard !value.unicodeScalars.contains(where: { $0 != "\t" && $0.properties.generalCategory == .control }) else {
            throw Malformed(reason: "has a control character in its value: delete it")
        }
        return (String(decoding: trimmed(text[..<equals]), as: UTF8.self), value)
    }

    /// What a text behind `=` means.
    private static func value(_ text: Text) throws(Malformed) -> String {
        guard let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            guard !hasComment(text) else {
                throw Malformed(
                    reason: "has # in its value: put the value in quotes, or the comment on a line of its own"
                )
            }
            return String(decoding: text, as: UTF8.self)
        }
        guard let end = text.dropFirst().firstIndex(of: quote) else {
            throw Malformed(reason: "has a value without its closing quote: add it on the same line")
        }
        let (inside, behind) = (text[(text.startIndex + 1)..<end], text[(end + 1)...])
        guard behind.isEmpty || isBlank(behind[behind.startIndex]) && trimmed(behind).first == UInt8(ascii: "#") else {
            throw Malformed(reason: "has text behind the closing quote: put the whole value in other quotes")
        }
        guard quote == UInt8(ascii: "'") || !inside.contains(UInt8(ascii: "\\")) else {
            throw Malformed(reason: "has a backslash between double quotes: use single quotes")
        }
        return String(decoding: inside, as: UTF8.self)
    }

    /// Whether a `#` is at the start or behind a blank, where some programs begin a comment and others do not.
    private static func hasComment(_ text: Text) -> Bool {
        let mark = UInt8(ascii: "#")
        return text.first == mark || zip(text, text.dropFirst()).contains { isBlank($0) && $1 == mark }
    }

    private static func trimmed(_ text: Text) -> Text {
        guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return text[first...last]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
