import ProfileAPI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The names in a file of environment variables, and the lines that are none.
///
/// swift-configuration reads the values. It passes over lines without `=`, and does not part lines that end with CR LF.
struct EnvironmentFile {
    /// The names before each `=`.
    let names: [String]
    /// What in the file would be passed over in silence.
    let problems: [StartError]

    /// - Parameter path: a file that need not be there.
    /// - Throws: what keeps the file from being read.
    init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            (names, problems) = ([], [])
            return
        }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        guard !bytes.contains(UInt8(ascii: "\r")) else {
            names = []
            problems = [StartError("\(path): lines must end with LF, not with CR LF")]
            return
        }
        var names: [String] = []
        var problems: [StartError] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = Self.trimmed(String(decoding: line, as: UTF8.self))
            if text.isEmpty || text.hasPrefix("#") { continue }
            let name = text.contains("=") ? Self.trimmed(String(text.prefix { $0 != "=" })) : ""
            if name.isEmpty {
                problems.append(StartError("\(path): line \(index + 1) is neither NAME=value nor a comment"))
            } else {
                names.append(name)
            }
        }
        (self.names, self.problems) = (names, problems)
    }

    private static func trimmed(_ text: String) -> String {
        let front = text.drop { $0.isWhitespace }
        return String(front.reversed().drop { $0.isWhitespace }.reversed())
    }
}
