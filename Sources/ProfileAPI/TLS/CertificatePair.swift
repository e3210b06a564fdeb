import Crypto
import LogStorage
import NIOCore
import NIOSSL
import UserProfiles

/// The contents of a certificate's two files at one moment.
struct CertificatePair: Sendable, Concealed {
    let files: CertificateFiles
    private let certificate: [UInt8]
    private let key: [UInt8]

    /// Reads both files. Blocks.
    ///
    /// - Throws: ``StartError`` that names the file which cannot be read.
    init(reading files: CertificateFiles) throws(StartError) {
        self.files = files
        // PEM begins at the start of a line, so a byte order mark would hide the first certificate.
        certificate = try EditedText.withoutMark(SettingName.certificateFile.contents(of: files.certificate))
        key = try EditedText.withoutMark(SettingName.keyFile.contents(of: files.key))
    }

    /// Tells pairs apart without keeping a key.
    var fingerprint: [UInt8] {
        Array(SHA256.hash(data: Array(SHA256.hash(data: certificate)) + Array(SHA256.hash(data: key))))
    }

    /// What makes TLS connections with this certificate: TLS 1.2 with forward secrecy and authenticated encryption, which
    /// is also what HTTP/2 asks for (RFC 9113, section 9.2.2), or TLS 1.3.
    ///
    /// - Throws: ``StartError`` when one of the files holds something else, the two do not belong together, or the
    ///   certificate is not valid at `now`.
    func context(now: LogTimestamp = .now()) throws(StartError) -> NIOSSLContext {
        let chain = try self.chain(now)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try privateKey())
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.applicationProtocols = ["h2", "http/1.1"]
        configuration.shutdownTimeout = .seconds(2)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw StartError(
                .keyFile,
                "the key in \(files.key) does not belong to the certificate in \(files.certificate)"
            )
        }
    }

    private func chain(_ now: LogTimestamp) throws(StartError) -> [NIOSSLCertificate] {
        let chain = (try? NIOSSLCertificate.fromPEMBytes(certificate)) ?? []
        guard let first = chain.first else {
            throw StartError(.certificateFile, "\(files.certificate) holds no certificate in PEM")
        }
        let second = now.microseconds / 1_000_000
        let (begin, end) = (Int64(first.notValidBefore), Int64(first.notValidAfter))
        guard second <= end else {
            throw StartError(.certificateFile, "the certificate in \(files.certificate) expired on \(Self.text(end))")
        }
        guard second >= begin else {
            let first = Self.text(begin)
            throw StartError(.certificateFile, "the certificate in \(files.certificate) is valid only from \(first) on")
        }
        return chain
    }

    private func privateKey() throws(StartError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(bytes: key, format: .pem)
        } catch {
            throw StartError(.keyFile, "\(files.key) holds no private key in PEM without a password")
        }
    }

    private static func text(_ second: Int64) -> String {
        HTTPDate.text(LogTimestamp(microseconds: second * 1_000_000))
    }
}

/// Where a certificate and its key stand, both in PEM.
public struct CertificateFiles: Sendable, Hashable {
    /// The server's certificate, then the ones that lead from it to a certificate authority.
    public let certificate: String
    /// The private key of the first certificate, without a password.
    public let key: String
}
