import Foundation
import PackagePlugin

/// Writes a Swift file with the commit at each build; the file changes only when the commit does.
///
/// `BUILD_COMMIT` replaces what git says, for builds that have no repository, such as an image's.
@main
struct BuildCommit: BuildToolPlugin {
    private static let script = """
        commit=${BUILD_COMMIT:-}
        if [ -z "$commit" ] && commit=$(git -C "$1" rev-parse --verify --short=12 HEAD 2>/dev/null); then
            git -C "$1" diff --quiet --no-ext-diff HEAD -- 2>/dev/null || commit=$commit-modified
        fi
        case $commit in
        "" | *[!0-9A-Za-z.-]*) commit=unknown ;;
        esac
        text="let generatedCommit = \\"$commit\\""
        [ "$(cat "$2" 2>/dev/null)" = "$text" ] || printf '%s\\n' "$text" >"$2"
        """

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.pluginWorkDirectoryURL
        let file = folder.appending(path: "GeneratedCommit.swift")
        return [
            .prebuildCommand(
                displayName: "Find the commit",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    "-c", Self.script, "sh", context.package.directoryURL.path(percentEncoded: false),
                    file.path(percentEncoded: false),
                ],
                environment: ProcessInfo.processInfo.environment,
                outputFilesDirectory: folder
            )
        ]
    }
}
