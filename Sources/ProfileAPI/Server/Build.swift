/// Which program runs: what OpenAPI, the metrics and the log of a start say about it.
public struct Build: Sendable, Hashable {
    /// The version of the program and of the HTTP interface (semver.org).
    public let version: String
    /// The commit that the program was built from.
    public let commit: String

    public init(version: String, commit: String) {
        self.version = version
        self.commit = commit
    }

    /// What a server is that no program has given its own build.
    public static let unknown = Build(version: "0.0.0", commit: "unknown")
}
