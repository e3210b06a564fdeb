import Logging
import LogStorage
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The certificate that new connections get, exchanged when its files change.
final class TLSCertificates: Sendable {
    /// What looking at the files came to.
    enum Change: Sendable {
        /// The files are what they were when they were last looked at.
        case none
        /// New connections get the new certificate.
        case replaced
        /// The files cannot be used, and why; new connections get the former certificate.
        case refused(StartError)
    }

    private struct State {
        var context: NIOSSLContext
        var fingerprint: [UInt8]
        /// What was reported last about files that cannot be used, so that it is reported once.
        var refusal: (fingerprint: [UInt8]?, message: String)?
    }

    private let files: CertificateFiles
    private let state: Monitor<State>

    /// Reads the files. Blocks.
    ///
    /// - Throws: ``StartError`` when they cannot be used.
    init(_ files: CertificateFiles) throws(StartError) {
        self.files = files
        let pair = try CertificatePair(reading: files)
        state = Monitor(State(context: try pair.context(), fingerprint: pair.fingerprint))
    }

    /// What makes a new connection one that speaks TLS.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Reads the files again, and uses them from now on if they can be used. Blocks.
    ///
    /// Certificate and key are not exchanged at the same instant, so for a moment the two may not fit. Of two calls one has
    /// to end before the other begins.
    ///
    /// - Parameter isAsked: whether somebody wants to know: then files that cannot be used are reported once more.
    func reload(isAsked: Bool = false) -> Change {
        if isAsked { state.withLock { $0.refusal = nil } }
        var fingerprint: [UInt8]?
        do throws(StartError) {
            let pair = try CertificatePair(reading: files)
            let found = pair.fingerprint
            fingerprint = found
            let isNew = state.withLock { state in
                // When they are again what they were, a refusal in between is over.
                if found == state.fingerprint { state.refusal = nil }
                return found != state.fingerprint
            }
            guard isNew else { return .none }
            let context = try pair.context()
            state.withLock { $0 = State(context: context, fingerprint: found) }
            return .replaced
        } catch {
            return state.withLock { state in
                if let last = state.refusal, last == (fingerprint, error.message) { return .none }
                state.refusal = (fingerprint, error.message)
                return .refused(error)
            }
        }
    }
}

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
            await FileWatch(pool: pool, requests: requests, interval: interval).run { look(isAsked: $0) }
        }
    }

    /// Blocks.
    private func look(isAsked: Bool) {
        switch certificates.reload(isAsked: isAsked) {
        case .none:
            if isAsked { logger.notice("the certificate's files are those that are in use") }
        case .replaced: logger.notice("new connections get the new certificate")
        case .refused(let error):
            logger.warning("the former certificate stays", metadata: ["reason": .string(error.message)])
        }
    }
}
