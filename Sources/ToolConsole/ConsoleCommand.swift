package import ArgumentParser
import LogStorage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A command of a program, or its only one. Tests run it on a console of their own.
package protocol ConsoleCommand: ParsableCommand {
    /// The program's name, which stands before its messages.
    static var toolName: String { get }

    /// Does the work. What is thrown becomes a line on the standard error stream and an exit code.
    func run(on console: Console) throws -> ToolStatus
}

extension ConsoleCommand {
    package func run() throws {
        // A write to a pipe that nobody reads is an error to handle, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let status = finish(on: .standard())
        guard status == .good else { throw ExitCode(status.rawValue) }
    }

    /// Does the work, says what failed, and answers the exit status.
    package func finish(on console: Console) -> ToolStatus {
        do {
            let status = try run(on: console)
            try console.output.flush()
            return status
        } catch OutputError.closed, OutputError.interrupted {
            return .good
        } catch let error as OutputError {
            console.note("\(Self.toolName): \(Self.text(error))\n")
            return .io
        } catch {
            return report(error, on: console)
        }
    }

    private func report(_ error: any Error, on console: Console) -> ToolStatus {
        let failure =
            switch error {
            case let failure as ToolFailure: failure
            case let error as LogError: ToolFailure(error)
            case let error as any ToolFailureConvertible: error.toolFailure
            default: ToolFailure(.io, "\(error)")
            }
        // Rows that were already made come before the message.
        try? console.output.flush()
        console.note(VisibleText.of("\(Self.toolName): \(failure)") + "\n")
        return failure.status
    }

    private static func text(_ error: OutputError) -> String {
        guard case .failed(let number) = error else { return "the output was closed" }
        return "the output cannot be written: \(LogError(.io, "write", errno: number))"
    }
}
