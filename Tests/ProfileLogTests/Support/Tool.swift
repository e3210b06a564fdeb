import ArgumentParser
import ToolConsole

@testable import ProfileLog

/// What a command line gave.
struct ToolResult {
    let status: Int32
    let output: String
    let errors: String
}

/// Runs command lines of profile-log in the test's own process.
enum Tool {
    static func run(_ arguments: String..., style: Style = Style(isColored: false)) throws -> ToolResult {
        try run(arguments, style: style)
    }

    /// - Parameter width: columns of the terminal that the rows go to; nil for a pipe.
    static func run(
        _ arguments: [String],
        style: Style = Style(isColored: false),
        width: Int? = nil
    ) throws -> ToolResult {
        var command: any ParsableCommand
        do {
            command = try ProfileLogCommand.parseAsRoot(arguments)
            // Help and the root command print and end by throwing.
            if !(command is any ConsoleCommand) { try command.run() }
        } catch {
            let status = ProfileLogCommand.exitCode(for: error).rawValue
            let message = ProfileLogCommand.fullMessage(for: error)
            return ToolResult(status: status, output: status == 0 ? message : "", errors: status == 0 ? "" : message)
        }
        guard let command = command as? any ConsoleCommand else {
            return ToolResult(status: 0, output: "", errors: "")
        }
        let output = OutputWriter()
        let errors = OutputWriter()
        let console = Console(output: output, errors: errors, style: style, width: width, showsProgress: false)
        let status = command.finish(on: console)
        return ToolResult(
            status: status.rawValue,
            output: String(decoding: output.collected, as: UTF8.self),
            errors: String(decoding: errors.collected, as: UTF8.self)
        )
    }
}
