import NIOSSL
import ServerAccess

/// How a server's certificate is verified.
enum ServerTLS {
    /// - Parameter authorities: certificates as PEM that are trusted instead of the system's.
    /// - Throws: ``ServerError``.
    static func context(authorities: String?) throws(ServerError) -> NIOSSLContext {
        do {
            return try ServerTrust.context(authorities: authorities)
        } catch {
            let what =
                authorities == nil
                ? "TLS cannot be used: \(error)" : "the file of authorities holds no certificate that can be read"
            throw ServerError(.refused, what)
        }
    }

    /// What an error says of the server's certificate or its way to speak TLS, which will not change by itself; `nil`
    /// for any other error.
    static func refusal(_ error: any Error) -> ServerError? {
        switch error {
        case is NIOSSLExtraError:
            return ServerError(.refused, "its certificate is for another name")
        case NIOSSLError.handshakeFailed(.sslError(let stack)) where !stack.contains(.eofDuringHandshake):
            let text = stack.map { "\($0)" }.joined(separator: "; ")
            guard text.contains("CERTIFICATE_VERIFY_FAILED") else {
                return ServerError(.refused, "TLS failed: \(text)")
            }
            return ServerError(
                .refused,
                "its certificate is not valid, or of an authority that is not trusted here; --ca-file names another"
            )
        default:
            return nil
        }
    }
}
