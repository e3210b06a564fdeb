/// The version of the files, and the oldest reader that understands them.
enum FormatVersion {
    static let current: UInt16 = 1
    /// What this program writes as the minimum reader version.
    static let minimumReader: UInt16 = 1

    /// Refuses a file that this program is too old for.
    static func check(minimumReader: UInt16, file: String) throws(LogError) {
        guard minimumReader <= current else {
            throw LogError(
                .unsupportedFormat,
                "the file needs a reader of format \(minimumReader), this program reads up to \(current)",
                file: file,
                advice: "Use the newer version of the program that wrote it"
            )
        }
    }
}
