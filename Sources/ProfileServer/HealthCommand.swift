import ArgumentParser
import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `profile-server health`: asks a running server whether it is ready, for places that have no shell and no curl.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the running server whether it is ready; exit code 0 if so, 1 if not.",
        discussion: """
            Finds the server by the settings HTTP_HOST and HTTP_PORT, or the options, as the server itself does, asks \
            for /health/ready and prints the answer. With TLS_CERTIFICATE_FILE set it speaks TLS without verifying the \
            certificate: it knows where it asks, tells no secret, and the address is seldom a name of the certificate.
            """
    )

    private static let needed: Set<SettingName> = [.host, .port, .certificateFile, .keyFile]

    @OptionGroup var address: AddressOptions

    @Option(help: "Seconds to wait for the answer, 1 to 600.")
    var timeout = 5

    func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout must be 1 to 600 seconds") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            let sources = try SettingSources(options: address.settings)
            // Where the server is, and nothing else: a check must not fail for a password file that it may not read.
            let settings = try ServerSettings { Self.needed.contains($0) ? sources.text($0) : nil }
            let answer = try await ReadinessRequest(settings: settings, timeout: .seconds(timeout)).send()
            guard answer.isReady else { throw HealthError("not ready: \(answer.summary)") }
            print(answer.summary)
        } catch {
            report("\(error)")
            throw ExitCode.failure
        }
    }
}
