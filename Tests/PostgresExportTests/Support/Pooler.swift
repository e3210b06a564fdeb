import Foundation

/// A PgBouncer of the tests' own in front of a server, on a socket in a temporary directory.
///
/// It gives each transaction to the connection that was idle longest (`server_round_robin`), so what a client leaves in
/// a session is soon another's. It ends with the last reference, or with the tests.
final class Pooler: Sendable {
    private let directory: String
    private let command: Command
    private let lifeline: Lifeline

    /// - Parameter target: the folder of the server's socket.
    init(to target: String) throws {
        lifeline = try Lifeline()
        command = try Command(
            "/bin/bash",
            ["-c", Self.script, "pooler", TestDatabase.user ?? "", target],
            environment: ["PATH=/usr/sbin:/usr/bin:/bin", "LC_ALL=C.UTF-8"],
            lifeline: lifeline,
            isDetached: true
        )
        directory = try lifeline.receive()
        let socket = "\(directory)/.s.PGSQL.6432"
        try Command.wait { FileManager.default.fileExists(atPath: socket) }
    }

    deinit {
        lifeline.cut()
        let ending = command.finish()
        precondition(ending.status == 0, ending.errors)
    }

    /// The connection string of a database behind it, made of that of the database itself.
    func database(_ direct: String) -> String {
        "\(direct) host=\(directory) port=6432"
    }

    private static let script = #"""
        user=$1 target=$2 as=()
        directory=$(mktemp -d /tmp/profile-pooler-XXXXXX) && cd "$directory" || exit
        printf '%s\n' '[databases]' "* = host=$target port=5432" '[pgbouncer]' "unix_socket_dir = $directory" \
            'listen_addr =' 'listen_port = 6432' 'auth_type = trust' "auth_file = $directory/users" \
            'pool_mode = transaction' 'default_pool_size = 4' 'server_round_robin = 1' >settings
        echo '"postgres" ""' >users
        if [ -n "$user" ]; then
            chown "$user:" . settings users
            as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
        fi
        "${as[@]}" pgbouncer -q settings </dev/null >/dev/null &
        echo "$directory"
        # Ends when the tests cut the line.
        cat >/dev/null
        # Not by SIGTERM, which threads of the tests have blocked, and so it.
        kill -9 $!
        wait
        cd / && rm -rf "$directory"
        """#
}
