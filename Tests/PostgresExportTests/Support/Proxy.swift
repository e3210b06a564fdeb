import Foundation
import TestSupport
import Testing

/// A program between the export and a server; see `Proxy/proxy.py`.
final class Proxy: Sendable {
    /// The n-th connection is cut after n times so many bytes.
    enum Cut: Sendable, CustomTestStringConvertible {
        case sent(step: Int)
        case received(step: Int)

        var testDescription: String { "\(self)" }

        fileprivate var arguments: [String] {
            switch self {
            case .sent(let step): ["--cut", "sent", "--step", "\(step)"]
            case .received(let step): ["--cut", "received", "--step", "\(step)"]
            }
        }
    }

    private let command: Command
    private let lifeline: Lifeline
    private let listener: String

    /// - Parameters:
    ///   - target: the server: the path of a socket, or a port of this machine.
    ///   - listener: the path of a socket; a port of the system's choice if absent.
    ///   - certificate: a file with certificate and key, which makes it `https`.
    init(to target: String, at listener: String = "0", certificate: String? = nil, cut: Cut? = nil) throws {
        lifeline = try Lifeline()
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Proxy/proxy.py").path
        let options = (certificate.map { ["--certificate", $0] } ?? []) + (cut?.arguments ?? [])
        let command = try Command(
            "/usr/bin/env",
            ["python3", script, listener, target] + options,
            environment: ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"],
            lifeline: lifeline
        )
        self.command = command
        try Command.wait { command.output.hasSuffix("\n") || !command.errors.isEmpty }
        guard command.errors.isEmpty else { throw Command.Failure(description: command.errors) }
        self.listener = command.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit {
        lifeline.cut()
        let ending = command.finish()
        precondition(ending.status == 0, ending.errors)
    }

    /// The port it listens on.
    var port: String { listener }
}
