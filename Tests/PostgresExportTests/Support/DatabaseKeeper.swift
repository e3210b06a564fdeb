import Foundation
import Synchronization

/// A shell that makes a PostgreSQL server, and alone starts and stops it.
///
/// When its lifeline is cut, it stops the server and removes everything. So no server outlives the tests: neither after
/// a failure nor when they are killed, not even while the server is being made or started.
final class DatabaseKeeper: Sendable {
    /// The server's folder, and that of its socket.
    let directory: String
    private let command: Command
    private let lifeline: Lifeline
    /// One request at a time.
    private let turn = Mutex(())

    /// - Parameters:
    ///   - user: whom the server runs as; `nil` for whoever runs the tests.
    ///   - settings: lines for `postgresql.conf`.
    ///   - options: for `initdb`.
    init(user: String?, settings: [String], options: [String]) throws {
        lifeline = try Lifeline()
        command = try Command(
            "/bin/bash",
            ["-c", Self.script, "keeper", user ?? "", Self.programs(), settings.joined(separator: "\n")] + options,
            environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"],
            lifeline: lifeline,
            isDetached: true
        )
        directory = try lifeline.receive()
        try request("initialize")
    }

    deinit {
        lifeline.cut()
        let ending = command.finish()
        precondition(ending.status == 0, ending.errors)
    }

    /// Has `start` or `crash` done.
    func request(_ word: String) throws {
        try turn.withLock { _ in
            try lifeline.send(word)
            let answer = try lifeline.receive()
            guard answer == "done" else { throw Command.Failure(description: "\(word): \(answer)") }
        }
    }

    /// Where Debian keeps the programs of a server; the newest version.
    private static func programs() -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.max().map { "\(root)/\($0)/bin" } ?? "/usr/bin"
    }

    private static let script = #"""
        user=$1 programs=$2 settings=$3
        shift 3
        options=("$@") as=()
        # Whom it answers may be gone, and then there is still something to do.
        trap '' PIPE
        directory=$(mktemp -d /tmp/profile-postgres-XXXXXX) && cd "$directory" || exit
        if [ -n "$user" ]; then
            chown "$user:" .
            as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
        fi
        call() { "${as[@]}" "$programs/$1" -D data "${@:2}" </dev/null; }
        initialize() {
            call initdb -A trust -U postgres -E UTF8 --locale=C.UTF-8 -N "${options[@]}" &&
                printf '%s\n' "unix_socket_directories = '$directory'" "$settings" >>data/postgresql.conf &&
                # This role, if a test makes it, needs its password.
                access=$(<data/pg_hba.conf) &&
                printf '%s\n' 'local all guarded scram-sha-256' "$access" >data/pg_hba.conf &&
                start
        }
        start() { call pg_ctl -l log -w -t 60 start; }
        crash() { call pg_ctl -w -m immediate stop; }

        echo "$directory"
        while read -r request; do
            if "$request" >output 2>&1; then echo done; else tr '\n' ' ' <output; echo; fi
        done
        if [ -e data/postmaster.pid ]; then
            crash >output 2>&1 || kill -9 "$(head -n 1 data/postmaster.pid)"
        fi
        cd / && rm -rf "$directory"
        """#
}
