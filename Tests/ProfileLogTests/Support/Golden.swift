import Foundation
import Testing

/// The outputs that tests compare with, in files that people can read.
///
/// `UPDATE_GOLDEN=1 swift test --filter GoldenTests` writes them anew; the difference is then to be looked at.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")

    static func compare(_ text: String, with name: String) throws {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard Array(text.utf8) != Array(expected.utf8) else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let others = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let place = zip(lines, others).enumerated().first { $1.0 != $1.1 }
        Issue.record(
            """
            the output differs from Golden/\(name), first in line \(place.map { $0.offset + 1 } ?? min(lines.count, others.count) + 1)
            expected: \(place?.element.1 ?? "\(others.count) lines")
            found:    \(place?.element.0 ?? "\(lines.count) lines")
            """
        )
    }
}
