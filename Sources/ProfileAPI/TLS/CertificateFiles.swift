/// Where a certificate and its key stand, both in PEM.
public struct CertificateFiles: Sendable, Hashable {
    /// The server's certificate, then the ones that lead from it to a certificate authority.
    public let certificate: String
    /// The private key of the first certificate, without a password.
    public let key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
