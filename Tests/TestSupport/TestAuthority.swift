#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A certificate authority for one test, made with openssl in a directory of the test's.
package struct TestAuthority: Sendable {
    /// A certificate for localhost and 127.0.0.1, and its key, as paths.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package struct Failure: Error {}

    /// The authority's own certificate, as a path.
    package var certificate: String { directory + "/authority.pem" }

    private let directory: String
    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    package init(in directory: String) throws {
        self.directory = directory
        try run(
            """
            openssl req -x509 \(Self.newKey) -keyout authority.key -out authority.pem -days 30 \
                -subj '/CN=Test authority'
            """
        )
    }

    /// Makes a key and its certificate.
    ///
    /// - Parameter days: for how long the certificate is valid from now on; it has expired when negative.
    package func issue(_ name: String, days: Int = 1) throws -> Pair {
        try run(
            """
            openssl req \(Self.newKey) -keyout \(name).key -out \(name).csr -subj '/CN=\(name)' \
                -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' &&
            openssl x509 -req -in \(name).csr -CA authority.pem -CAkey authority.key -CAcreateserial \
                -days \(days) -copy_extensions copy -out \(name).pem
            """
        )
        return Pair(certificate: "\(directory)/\(name).pem", key: "\(directory)/\(name).key")
    }

    private func run(_ commands: String) throws {
        guard system("cd '\(directory)' && { \(commands) ; } >openssl.log 2>&1") == 0 else { throw Failure() }
    }
}
