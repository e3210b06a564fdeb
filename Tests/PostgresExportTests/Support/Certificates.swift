import Foundation
import TestSupport

/// An authority of the tests' own, and certificates that it has signed, as files.
struct Certificates {
    /// The authority's certificate.
    let authority: String
    /// Certificate and key for `localhost` and 127.0.0.1.
    let server: String
    /// The same for a name that no server of the tests has.
    let other: String
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        authority = directory.appending("authority.pem")
        server = directory.appending("server.pem")
        other = directory.appending("other.pem")
        let script = """
            cd "$0"
            request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@"; }
            request -x509 -days 2 -keyout authority.key -out authority.pem -subj "/CN=Authority of the tests"
            sign() {
                request -keyout key -out request -subj "/CN=$1"
                printf 'subjectAltName=%s' "$2" >names
                openssl x509 -req -in request -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \\
                    -extfile names -out certificate
                cat certificate key >"$1.pem"
            }
            sign server DNS:localhost,IP:127.0.0.1
            sign other DNS:profiles.example.com
            """
        try Command.run("/bin/bash", ["-ec", script, directory.path], environment: ["PATH=/usr/bin:/bin"])
    }
}
