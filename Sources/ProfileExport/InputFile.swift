import ToolConsole
import UserProfiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A small file that an option names.
enum InputFile {
    /// - Parameter option: how the file was named, for messages.
    /// - Returns: the contents without a byte order mark.
    /// - Throws: ``ToolFailure`` with ``ToolStatus/noData``.
    static func bytes(_ path: String, option: String) throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ToolFailure(.noData, "\(option): \(path) cannot be read")
        }
        if let problem = EditedText.problem(with: bytes) {
            throw ToolFailure(.noData, "\(option): \(path) \(problem)")
        }
        return EditedText.withoutMark(bytes)
    }
}
