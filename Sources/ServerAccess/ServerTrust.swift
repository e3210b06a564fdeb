package import NIOSSL

/// Whom a program believes that a server's certificate is good.
package enum ServerTrust {
    /// How TLS is spoken with servers whose certificates lead to these authorities.
    ///
    /// - Parameter authorities: certificates as PEM that are trusted instead of the system's; nil for those.
    /// - Throws: `NIOSSLError` when no certificate can be read, or TLS cannot be set up.
    package static func context(authorities: String?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities {
            let certificates = try NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8))
            guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
            configuration.trustRoots = .certificates(certificates)
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
