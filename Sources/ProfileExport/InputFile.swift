import ToolConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A small file that an option names.
enum InputFile {
    /// - Parameter option: how the file was named, for messages.
    /// - Throws: ``ToolFailure`` with ``ToolStatus/noData``.
    static func text(_ path: String, option: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ToolFailure(.noData, "\(option): \(path) cannot be read")
        }
    }
}
