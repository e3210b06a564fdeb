/// Decides whether a new store may be made in a directory, before anything is made there.
///
/// A directory that holds other files is a wrong path or another program's. One whose volume is not mounted is often empty:
/// that is noticed only where the store's id is expected.
struct NewStorePlace {
    let configuration: LogConfiguration
    let paths: StorePaths
    private var fileSystem: any FileSystem { configuration.fileSystem }

    /// What a store has in its directory.
    private static let ownNames: Set<String> = [
        "store.json", "wal", "checkpoints", "quarantine", "keys", "LOCK", "clock-jumped",
    ]
    /// How many names a message shows.
    private static let shownNames = 3

    /// - Throws: ``LogError/Code/invalidDirectory`` if the directory holds no store and none may be made in it.
    func check() throws(LogError) {
        guard try !hasStore() else { return }
        if let expected = configuration.expectedStoreID {
            throw LogError(
                .invalidDirectory,
                "there is no store in this directory, but the store \(expected) is expected",
                file: paths.directory,
                advice: "Check the path and that its volume is mounted, or correct EXPECT_STORE_ID"
            )
        }
        let strangers = try entries(of: paths.directory).filter { !isKnown($0) }.sorted()
        guard !strangers.isEmpty else { return }
        let names = strangers.prefix(Self.shownNames).joined(separator: ", ")
        let rest = strangers.count - Self.shownNames
        throw LogError(
            .invalidDirectory,
            "this directory holds no store but other files: \(rest > 0 ? "\(names) and \(rest) more" : names)",
            file: paths.directory,
            advice: "Check the path and its volume; a new store needs a directory that is empty or missing"
        )
    }

    private func hasStore() throws(LogError) -> Bool {
        guard try kind(of: paths.directory) == .directory else { return false }
        guard try kind(of: paths.description) == .missing else { return true }
        return try entries(of: paths.segments).contains { SegmentName.firstLSN(in: $0) != nil }
    }

    private func isKnown(_ name: String) -> Bool {
        Self.isOfVolume(name) || Self.ownNames.contains(name) || configuration.companions.contains(name)
    }

    /// Whether file systems and their tools put such a name into a directory that is otherwise empty.
    static func isOfVolume(_ name: String) -> Bool { name.hasPrefix(".") || name == "lost+found" }

    /// The names in a directory; none where there is no directory.
    private func entries(of path: String) throws(LogError) -> [String] {
        guard try kind(of: path) == .directory else { return [] }
        return try attempt { () throws(SystemCallError) in try fileSystem.entries(of: path) }
    }

    private func kind(of path: String) throws(LogError) -> FileKind {
        try attempt { () throws(SystemCallError) in try fileSystem.kind(of: path) }
    }
}
