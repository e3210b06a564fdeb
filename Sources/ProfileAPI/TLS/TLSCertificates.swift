import LogStorage
import NIOSSL

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
    /// Held while files are read, so that of two looks the later one does not end first. Not ``state``, which event loops
    /// ask for.
    private let turn = Monitor(())

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
    /// Certificate and key are not exchanged at the same instant, so for a moment the two may not fit.
    ///
    /// - Parameter isAsked: whether somebody wants to know: then files that cannot be used are reported once more.
    func reload(isAsked: Bool = false) -> Change {
        turn.withLock { _ in
            if isAsked { state.withLock { $0.refusal = nil } }
            return look()
        }
    }

    private func look() -> Change {
        var fingerprint: [UInt8]?
        do throws(StartError) {
            let pair = try CertificatePair(reading: files)
            let found = pair.fingerprint
            fingerprint = found
            guard state.withLock({ Self.isNew(found, &$0) }) else { return .none }
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

    /// Whether these are not the files in force. When they are again what they were, a refusal in between is over.
    private static func isNew(_ fingerprint: [UInt8], _ state: inout State) -> Bool {
        if fingerprint == state.fingerprint { state.refusal = nil }
        return fingerprint != state.fingerprint
    }
}
