"""What is measured and what is wanted, in the order in which it is shown."""

import collections
import operator


class Unit:
    """How values are shown."""

    def __init__(self, digits, name):
        self.digits, self.name = digits, name

    def text(self, value):
        return f"{value:,.{self.digits}f} {self.name}"

    def bound(self, value):
        """A goal, which is a round number."""
        return f"{value:,g} {self.name}"


RATE = Unit(0, "/s")
ROWS = Unit(0, "rows/s")
MICROSECONDS = Unit(0, "µs")
MILLISECONDS = Unit(1, "ms")
SECONDS = Unit(2, "s")
BYTES = Unit(0, "bytes")
KIBIBYTES = Unit(1, "KiB")
MEBIBYTES = Unit(0, "MiB")


class Goal:
    """A bound, of the ratio where there is something to compare with, else of the value itself."""

    def __init__(self, sign, bound):
        self.sign, self.bound = sign, bound

    def is_met(self, value):
        return {"≥": operator.ge, "≤": operator.le}[self.sign](value, self.bound)

    def times_reached(self, value):
        """How many times as good as wanted; 1 is just met."""
        return value / self.bound if self.sign == "≥" else self.bound / value


def at_least(bound):
    return Goal("≥", bound)


def at_most(bound):
    return Goal("≤", bound)


# `key` is what the measures record under, `label` is for the chart; `peer` names what the value is compared with.
Row = collections.namedtuple("Row", "key what unit peer goal label", defaults=(None, None, None))
Group = collections.namedtuple("Group", "title rows")

SERVICE = [
    Group("Reads, 64 connections, {users:,} users, random ids", [
        Row("get", "GET /users/{id}, authenticated", RATE, "nginx, the same response from memory", at_least(0.55),
            "GET ÷ nginx"),
        Row("get_p99", "GET /users/{id}, p99", MICROSECONDS, "nginx", at_most(2), "GET p99 ÷ nginx"),
        Row("get_bare", "GET /users/{id}, authenticated", RATE, "a bare SwiftNIO handler, the same response",
            at_least(0.9), "GET ÷ bare SwiftNIO"),
    ]),
    Group("Durable changes, 64 connections, the same users", [
        Row("put_postgres", "PUT /users/{id}", RATE, "PostgreSQL, update and audit row", at_least(5),
            "PUT ÷ PostgreSQL"),
        Row("put_pipeline", "PUT /users/{id}", RATE, "PostgreSQL, the same in one round trip"),
        Row("put_etcd", "PUT /users/{id}", RATE, "etcd, put over HTTP", at_least(2.5), "PUT ÷ etcd"),
        Row("put_redis", "PUT /users/{id}", RATE, "Redis XADD, appendfsync always", at_least(0.5), "PUT ÷ Redis"),
        Row("post", "POST /users", RATE, "PUT", at_least(0.8), "POST ÷ PUT"),
        Row("patch", "PATCH /users/{id}", RATE, "PUT", at_least(0.8), "PATCH ÷ PUT"),
        Row("delete", "DELETE /users/{id}", RATE, "PUT", at_least(0.8), "DELETE ÷ PUT"),
        Row("restore", "POST /restore/{id}?version=1", RATE, "PUT", at_least(0.8), "restore ÷ PUT"),
        Row("put_single", "PUT /users/{id}, one client, p50", MICROSECONDS, "pwrite and fdatasync alone", at_most(2.2),
            "PUT of one client ÷ bare sync"),
    ]),
    Group("The past, 64 connections, {past_users:,} users of 20 versions each, random ids", [
        Row("version_postgres", "GET /users/{id}?version=…", RATE, "PostgreSQL, indexed select of that row", at_least(1),
            "version ÷ PostgreSQL"),
        Row("version_nginx", "GET /users/{id}?version=…", RATE, "nginx, the same response from memory", at_least(0.3),
            "version ÷ nginx"),
        Row("history_postgres", "GET /users/{id}/history", RATE, "PostgreSQL, indexed select of those rows",
            at_least(0.8), "history ÷ PostgreSQL"),
        Row("at", "GET /users/{id}?at=…", RATE),
    ]),
    Group("{connections:,} idle connections and 100 slow writers", [
        Row("connection_memory", "memory a connection", KIBIBYTES, None, at_most(9), "memory a connection"),
        Row("idle_p99", "GET of 64 other connections, p99", MICROSECONDS, "without them", at_most(1.5),
            "GET p99 with ÷ without them"),
    ]),
    Group("Engine in process", [
        Row("append", "append and sync, 64 threads, one record each", RATE, "RocksDB fillsync, 64 threads",
            at_least(1), "append ÷ RocksDB"),
    ]),
    Group("Bytes", [
        Row("bytes_postgres", "log bytes a change, all in, 64 clients", BYTES, "PostgreSQL: row, audit row, indexes",
            at_most(1 / 3), "bytes a change ÷ PostgreSQL"),
        Row("bytes_audit", "log bytes a change, all in, 64 clients", BYTES, "PostgreSQL: audit row and its indexes"),
        Row("bytes_64", "log bytes a change, 64 clients", BYTES, None, at_most(120), "bytes a change, 64 clients"),
        Row("bytes_1", "log bytes a change, 1 client", BYTES, None, at_most(160), "bytes a change, 1 client"),
        Row("index_bytes", "index memory a live user", BYTES, None, at_most(110), "index memory a user"),
    ]),
    Group("{users:,} records of {users:,} users", [
        Row("replay_million", "start without checkpoint (full replay), in process", SECONDS, None, at_most(1.5),
            "full replay"),
        Row("open_million", "start with checkpoint, in process", SECONDS, None, at_most(0.3), "start with checkpoint"),
    ]),
    Group("{records:,} records of {users:,} users", [
        Row("replay", "start without checkpoint (full replay), in process", SECONDS, "CRC-32 of the same files",
            at_most(4), "full replay ÷ CRC-32 of the files"),
        Row("ready", "start with checkpoint, server, until it is ready", SECONDS, None, at_most(0.7),
            "server ready with checkpoint"),
        Row("resident", "resident memory after that start", MEBIBYTES, None, at_most(200), "resident memory"),
        Row("audit", "GET /audit?actor=… with 10 hits", MILLISECONDS, None, at_most(250), "GET /audit?actor=…"),
        Row("audit_first", "the same, at once after a start", MILLISECONDS),
        Row("search", "GET /users?q=… with a hit or two", MILLISECONDS, None, at_most(100), "GET /users?q=…"),
    ]),
    Group("Under load and growing", [
        Row("checkpoint", "PUT, 64 connections, p99 while checkpoints are made", MICROSECONDS, "while none is made",
            at_most(2), "PUT p99 with ÷ without checkpoints"),
        Row("checkpoint_seconds", "a checkpoint under this load", SECONDS),
        Row("growth", "PUT, 64 connections, this store", RATE, "a store of 1,000 users", at_least(0.9),
            "PUT ÷ that of a store of 1,000 users"),
        Row("length", "PUT, one client, p50, this store", MICROSECONDS, "a store of 1,000 users", at_most(1.1),
            "PUT of one client ÷ the same"),
        Row("resident_loaded", "resident memory after these loads", MEBIBYTES),
    ]),
]

TOOLS = [
    Group("profile-log, {users:,} records; mixed: updates, deletions and restores among them", [
        Row("verify", "verify, one core", SECONDS, None, at_most(8), "verify"),
        Row("verify_mixed", "verify of a mixed store, one core", SECONDS, None, at_most(8), "verify, mixed"),
        Row("rows", "records --format ndjson", ROWS, None, at_least(250_000), "records"),
        Row("rows_mixed", "records --format ndjson of a mixed store", ROWS),
        Row("rare", "records --actor rare (10 rows)", SECONDS, None, at_most(0.25), "records of a rare actor"),
        Row("rows_resident", "memory of records at its highest", MEBIBYTES, None, at_most(64), "memory of records"),
        Row("replay_mixed", "start without checkpoint, mixed store", SECONDS, None, at_most(1.5), "replay, mixed"),
    ]),
    Group("profile-export of the mixed store", [
        Row("export", "audit rows, users and state", ROWS, "psql \\copy of the audit rows into an equal table",
            at_least(0.6), "export ÷ \\copy"),
        Row("export_verify", "--verify", ROWS),
    ]),
]
