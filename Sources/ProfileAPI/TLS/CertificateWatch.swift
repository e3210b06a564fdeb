import Logging
import NIOPosix
import ServiceLifecycle

/// Looks every few seconds whether the certificate's files have changed, by their contents: whoever exchanges them may
/// do so by writing, renaming, or, as Kubernetes does, by turning a symbolic link.
struct CertificateWatch: Service {
    /// Both files are a few kilobytes, so a look costs some microseconds.
    private static let interval = Duration.seconds(2)

    let certificates: TLSCertificates
    let pool: NIOThreadPool
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                guard !Task.isCancelled else { return }
                await reload()
            }
        }
    }

    /// Looks now.
    func reload() async {
        let certificates = certificates
        guard let change = try? await pool.runIfActive({ certificates.reload() }) else { return }
        switch change {
        case .none: break
        case .replaced: logger.notice("new connections get the new certificate")
        case .refused(let error):
            logger.warning("the former certificate stays", metadata: ["reason": .string(error.message)])
        }
    }
}
