import Logging
import NIOPosix
import ServiceLifecycle

/// Looks every few seconds, and at once when somebody asks for it, whether the certificate's files have changed, by their
/// contents: whoever exchanges them may do so by writing, renaming, or, as Kubernetes does, by turning a symbolic link.
struct CertificateWatch: Service {
    let certificates: TLSCertificates
    /// Where reading the files may block.
    let pool: NIOThreadPool
    /// Yields when the files are to be looked at now, and what they hold to be reported whether it is new or not.
    let requests: AsyncStream<Void>
    /// Both files are a few kilobytes, so a look costs some microseconds.
    var interval = Duration.seconds(2)
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { await look(isAsked: false) }
                }
                group.addTask {
                    for await _ in requests { await look(isAsked: true) }
                }
            }
        }
    }

    private func look(isAsked: Bool) async {
        let certificates = certificates
        // Without threads the server is about to stop.
        guard let change = try? await pool.runIfActive({ certificates.reload(isAsked: isAsked) }) else { return }
        switch change {
        case .none:
            if isAsked { logger.notice("the certificate's files are those that are in use") }
        case .replaced: logger.notice("new connections get the new certificate")
        case .refused(let error):
            logger.warning("the former certificate stays", metadata: ["reason": .string(error.message)])
        }
    }
}
