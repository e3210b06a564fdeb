extension FileSystem {
    /// Makes a directory and those above it, durably, where they are missing.
    func makeDirectories(_ path: String) throws(LogError) {
        switch try attempt({ () throws(SystemCallError) in try kind(of: path) }) {
        case .directory: return
        case .missing:
            if let parent = path.parentDirectory {
                try makeDirectories(parent)
                try attempt { () throws(SystemCallError) in
                    try makeDirectory(path)
                    try syncDirectory(parent)
                }
            } else {
                try attempt { () throws(SystemCallError) in try makeDirectory(path) }
            }
        case .file, .other:
            throw LogError(
                .invalidDirectory,
                "a directory is needed here, but something else stands there",
                file: path,
                advice: "Move it away or name another data directory"
            )
        }
    }
}

extension String {
    /// The directory in which what has this path stands; `nil` for the root and the empty path.
    var parentDirectory: String? {
        var parts = split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard parts.popLast() != nil else { return nil }
        if hasPrefix("/") { return "/" + parts.joined(separator: "/") }
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}
