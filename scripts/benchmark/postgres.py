"""A PostgreSQL for the benchmark, and what profile-export does there beside psql's \\copy of the same rows."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time


class Postgres:
    """A server on a socket in a directory of its own, with the settings that it comes with."""

    def __init__(self):
        # PostgreSQL does not run as root. A disk that any user reaches; /tmp may be memory.
        self.directory = tempfile.mkdtemp(prefix="profile-benchmark-", dir="/var/tmp")
        self.user = []
        if os.getuid() == 0:
            accounts = {account.pw_name: account for account in pwd.getpwall()}
            account = accounts.get("postgres") or accounts["nobody"]
            os.chown(self.directory, account.pw_uid, account.pw_gid)
            self.user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        self.programs = folders[-1] + "/" if folders else ""
        self.data = os.path.join(self.directory, "data")
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={self.directory}"
        self.run("pg_ctl", "-D", self.data, "-l", os.path.join(self.directory, "log"), "-w", "-o", options, "start")
        self.address = f"host={self.directory} user=postgres dbname=postgres"

    def run(self, program, *arguments):
        subprocess.run([*self.user, self.programs + program, *arguments], check=True, cwd=self.directory,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def psql(self, command):
        """Runs a command and answers what it prints and the seconds it took."""
        start = time.monotonic()
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", command, self.address],
                             check=True, stdout=subprocess.PIPE, text=True)
        return run.stdout.strip(), time.monotonic() - start

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)


def measure_export(program, data, rounds, median):
    """Exports a store into an empty schema, and copies the rows of user_audit to an equal table, in turn."""
    postgres = Postgres()
    rows_file = os.path.join(postgres.directory, "rows")
    exports, copies = [], []
    try:
        for turn in range(rounds):
            postgres.psql("DROP SCHEMA IF EXISTS export CASCADE; CHECKPOINT")
            start = time.monotonic()
            subprocess.run([program, "--data", data, "--to", postgres.address, "--schema", "export"],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            exports.append(time.monotonic() - start)
            if turn == 0:
                postgres.psql(f"\\copy export.user_audit to '{rows_file}'")
            postgres.psql("DROP TABLE IF EXISTS public.copied")
            postgres.psql("CREATE TABLE public.copied (LIKE export.user_audit INCLUDING ALL)")
            postgres.psql("CHECKPOINT")
            copies.append(postgres.psql(f"\\copy public.copied from '{rows_file}'")[1])
        rows = int(postgres.psql("SELECT count(*) FROM export.user_audit")[0])
        start = time.monotonic()
        subprocess.run([program, "--data", data, "--to", postgres.address, "--schema", "export", "--verify"],
                       check=True, stdout=subprocess.DEVNULL)
        verify = time.monotonic() - start
    finally:
        postgres.stop()
    return {
        "export_rows_per_second": rows / median(exports),
        "copy_rows_per_second": rows / median(copies),
        "export_per_copy": median(copy / export for copy, export in zip(copies, exports)),
        "export_verify_rows_per_second": rows / verify,
    }


EXPORT_ROWS = [
    ("profile-export of a mixed store: audit rows, users and state", "export_rows_per_second", "{:,.0f} rows/s", ""),
    ("psql \\copy of the same audit rows into an equal table", "copy_rows_per_second", "{:,.0f} rows/s", ""),
    ("… export ÷ \\copy", "export_per_copy", "{:.2f} ×", "≥ 0.6"),
    ("profile-export --verify", "export_verify_rows_per_second", "{:,.0f} rows/s", ""),
]
