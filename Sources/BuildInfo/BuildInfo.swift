/// Which programs these are: their version, and the commit that they were built from.
package enum BuildInfo {
    /// The version of the programs and of the HTTP interface (semver.org): its major number changes with a change that
    /// breaks callers.
    package static let version = "1.0.0"

    /// The commit as 12 hexadecimal digits, with `-modified` if tracked files differed from it, or `unknown` where git or
    /// the repository was not there. The plugin BuildCommit writes the file that holds it.
    package static let commit = generatedCommit

    /// Both, as `--version` prints them.
    package static var text: String { "\(version) (commit \(commit))" }
}
