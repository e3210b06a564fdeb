"""PostgreSQL with the settings that it comes with: with the two tables that one would keep profiles in there, and with
those that profile-export makes."""

import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import time

from running import BUILD, UNPACKED

TABLES = """
CREATE TABLE users (
    id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL, attributes jsonb NOT NULL, version bigint NOT NULL,
    deleted boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE user_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL, version bigint NOT NULL,
    operation text NOT NULL, at timestamptz NOT NULL, actor text NOT NULL, reason text, request_id text NOT NULL,
    source_ip inet, name text NOT NULL, email text NOT NULL, attributes jsonb NOT NULL);
INSERT INTO users
    SELECT id, 'User ' || id, 'user' || id || '@example.com',
        '{{"city":"Berlin","department":"Engineering","phone":"+49 30 0000000"}}', 1, false, now(), now()
    FROM generate_series(1, {users}) id;
CREATE UNIQUE INDEX ON users (lower(email));
CREATE INDEX ON user_audit (user_id, version);
"""

STATEMENTS = """
BEGIN;
UPDATE users SET name = 'User ' || (:user)::bigint, email = 'person' || (:user)::bigint || '@example.com',
    attributes = jsonb_build_object('city', 'São Paulo', 'department', 'Sales', 'phone', '+49 30 ' || (:phone)::bigint),
    version = version + 1, updated_at = now() WHERE id = :user;
INSERT INTO user_audit (user_id, version, operation, at, actor, request_id, source_ip, name, email, attributes)
    SELECT id, version, 'UPDATE', updated_at, 'admin', '01K5ZJ8Q2MXWT', '127.0.0.1', name, email, attributes
    FROM users WHERE id = :user;
COMMIT;
"""
VARIABLES = "\\set user random(1, {users})\n\\set phone random(1000000, 9999999)\n"

# The columns of a user, as `GET /users/{id}?version=` shows it; those of a whole history.
SELECTS = {
    "version": """\\set user random(1, {users})
\\set version random(1, {versions})
SELECT id, user_id, version, name, email, attributes, deleted, timestamp FROM user_audit
    WHERE user_id = :user AND version = :version;
""",
    "history": """\\set user random(1, {users})
SELECT * FROM user_audit WHERE user_id = :user ORDER BY version;
""",
}


class Postgres:
    """A server on a socket in a folder of its own."""

    def __init__(self, run):
        self.run = run
        self.folder = run.path("postgres")
        self.programs = self.find_programs()
        self.user = []
        if os.getuid() == 0:
            accounts = {account.pw_name: account for account in pwd.getpwall()}
            account = accounts.get("postgres") or accounts["nobody"]
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        data = os.path.join(self.folder, "data")
        self.command("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        self.process = run.start(
            [*self.user, self.programs + "postgres", "-D", data, "-c", "listen_addresses=",
             "-c", f"unix_socket_directories={self.folder}"],
            signal.SIGINT, cwd=self.folder, stderr=subprocess.DEVNULL)
        self.address = f"host={self.folder} user=postgres dbname=postgres"
        self.wait()

    @staticmethod
    def find_programs():
        folders = glob.glob("/usr/lib/postgresql/*/bin") + glob.glob(UNPACKED + "/usr/lib/postgresql/*/bin")
        folders = [folder for folder in folders if os.path.exists(folder + "/initdb")]
        return max(folders, key=lambda path: int(path.split("/")[-2])) + "/" if folders else None

    @classmethod
    def available(cls):
        return cls.find_programs() is not None

    def command(self, program, *arguments):
        return self.run.output([*self.user, self.programs + program, *arguments], cwd=self.folder)

    def wait(self):
        while True:
            try:
                self.psql("SELECT 1")
                return
            except subprocess.CalledProcessError:
                if self.process.poll() is not None:
                    raise SystemExit("PostgreSQL did not start")
                time.sleep(0.05)

    def psql(self, *commands):
        """Runs commands and answers what they print."""
        options = [part for command in commands for part in ("-c", command)]
        return self.run.output([self.programs + "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options,
                                self.address]).strip()

    def version(self):
        return "PostgreSQL " + self.psql("SHOW server_version").split()[0]

    def script(self, name, text):
        """Writes a script for pgbench; answers its path."""
        path = os.path.join(self.folder, name + ".sql")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    def load(self, script, connections, seconds):
        """Runs a script again and again, as prepared statements. Answers how often, and how often a second."""
        output = self.command("pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", str(seconds),
                              "-f", script, self.address)
        return (int(re.search(r"actually processed: (\d+)", output).group(1)),
                float(re.search(r"tps = ([\d.]+)", output).group(1)))

    def stop(self):
        self.run.end(self.process, signal.SIGINT)
        shutil.rmtree(self.folder)


class PostgresProfiles:
    """Profiles in PostgreSQL: a change is an update and its audit row, in one transaction."""

    def __init__(self, postgres, users):
        self.postgres = postgres
        postgres.psql(*TABLES.format(users=users).strip().rstrip(";").split(";\n"))
        postgres.psql("VACUUM ANALYZE")
        variables = VARIABLES.format(users=users)
        self.scripts = {name: postgres.script(name, variables + text) for name, text in (
            ("plain", STATEMENTS), ("pipeline", f"\\startpipeline{STATEMENTS}\\endpipeline\n"))}
        self.transactions = 0
        self.sizes = self.relation_sizes()

    def load(self, connections, seconds, script="plain"):
        """Transactions a second; nothing that belongs to them is left to be done after it."""
        transactions, rate = self.postgres.load(self.scripts[script], connections, seconds)
        self.transactions += transactions
        self.postgres.psql("CHECKPOINT")
        return rate

    def stop(self):
        self.postgres.stop()

    def relation_sizes(self):
        """Bytes of the users and of the audit rows, each with its indexes."""
        sizes = self.postgres.psql(
            "SELECT pg_total_relation_size('users'), pg_total_relation_size('user_audit')").split("|")
        return [int(size) for size in sizes]

    def bytes_per_change(self):
        """What a change has added to the files: all in; and the audit row and its indexes alone."""
        users, audit = [after - before for before, after in zip(self.sizes, self.relation_sizes())]
        return (users + audit) / self.transactions, audit / self.transactions


class PostgresPast:
    """The versions of a store's users in the tables that profile-export makes, with their indexes."""

    def __init__(self, postgres, data, users, versions):
        self.postgres = postgres
        postgres.run.output([os.path.join(BUILD, "profile-export"), "--data", data, "--to", postgres.address])
        rows = int(postgres.psql("SELECT count(*) FROM user_audit"))
        if rows != users * versions:
            raise SystemExit(f"PostgreSQL has {rows} versions of {users} users, where each should have {versions}")
        postgres.psql("VACUUM ANALYZE", "CHECKPOINT")
        self.scripts = {name: postgres.script(name, text.format(users=users, versions=versions))
                        for name, text in SELECTS.items()}

    def load(self, script, connections, seconds):
        """Selects a second."""
        return self.postgres.load(self.scripts[script], connections, seconds)[1]

    def stop(self):
        self.postgres.stop()
