"""What is measured and what is wanted, in the order in which it is shown."""

import collections
import operator


RATE = "{:,.0f} /s"
ROWS = "{:,.0f} rows/s"
MICROSECONDS = "{:,.0f} µs"
MILLISECONDS = "{:,.1f} ms"
SECONDS = "{:.2f} s"
BYTES = "{:,.0f} bytes"
MEBIBYTES = "{:,.0f} MiB"


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


# `key` is what measures record under; `peer` names what the value is compared with.
Row = collections.namedtuple("Row", "key what unit peer goal", defaults=(None, None))
Group = collections.namedtuple("Group", "title rows")

SERVICE = [
    Group("Requests, 64 connections, 1,000,000 users, random ids", [
        Row("get", "GET /users/{id}, authenticated", RATE, "nginx, the same answer from memory", at_least(0.5)),
        Row("get_p99", "… p99", MICROSECONDS, "nginx", at_most(3)),
        Row("put_postgres", "PUT /users/{id}, durable", RATE, "PostgreSQL, update and audit row", at_least(3)),
        Row("put_pipeline", "…", RATE, "PostgreSQL, the same in one round trip"),
        Row("put_etcd", "…", RATE, "etcd, put over HTTP", at_least(2.5)),
        Row("put_redis", "…", RATE, "Redis XADD, appendfsync always", at_least(0.4)),
        Row("put_get", "… beside reads", RATE, "GET /users/{id}", at_least(0.6)),
        Row("put_single", "… one client, p50", MICROSECONDS, "pwrite and fdatasync alone", at_most(2.5)),
    ]),
    Group("Engine", [
        Row("append", "append and sync, 64 threads, one record each", RATE, "RocksDB fillsync, 64 threads", at_least(1)),
    ]),
    Group("Bytes", [
        Row("bytes_postgres", "log bytes a change, all in, 64 clients", BYTES, "PostgreSQL: row, audit row, indexes",
            at_most(1 / 3)),
        Row("bytes_audit", "…", BYTES, "PostgreSQL: audit row and its indexes alone"),
        Row("bytes_64", "log bytes a change, 64 clients", BYTES, None, at_most(120)),
        Row("bytes_1", "log bytes a change, 1 client", BYTES, None, at_most(160)),
        Row("index_bytes", "index memory a live user", BYTES, None, at_most(110)),
    ]),
    Group("1,000,000 records of 1,000,000 users", [
        Row("replay_million", "start without checkpoint (full replay), in process", SECONDS, None, at_most(1.5)),
        Row("open_million", "start with checkpoint, in process", SECONDS, None, at_most(0.3)),
    ]),
    Group("{records:,} records of {users:,} users", [
        Row("replay", "start without checkpoint (full replay), in process", SECONDS, "CRC-32 of the same files",
            at_most(4)),
        Row("ready", "start with checkpoint, server, until it is ready", SECONDS, None, at_most(0.7)),
        Row("resident", "resident memory after that start", MEBIBYTES, None, at_most(200)),
        Row("resident_loaded", "resident memory after all loads", MEBIBYTES),
        Row("audit", "GET /audit?actor=… with 10 hits", MILLISECONDS, None, at_most(250)),
        Row("search", "GET /users?q=… with 1 hit", MILLISECONDS, None, at_most(100)),
    ]),
    Group("The past, 64 connections, same store", [
        Row("history", "GET /users/{id}/history of 20 versions, p50", MILLISECONDS, None, at_most(1)),
        Row("at", "GET /users/{id}?at=…, p50", MILLISECONDS, None, at_most(1)),
        Row("restore", "POST /restore/{id}?version=1, durable, p50", MILLISECONDS, None, at_most(1)),
    ]),
    Group("Under load and growing", [
        Row("checkpoint", "p99 of PUT, 64 connections, while checkpoints are made", MICROSECONDS, "while none is made",
            at_most(2)),
        Row("checkpoint_seconds", "a checkpoint under this load", SECONDS),
        Row("growth", "PUT, 64 connections, this store", RATE, "a store of 1,000 users", at_least(0.9)),
        Row("length", "PUT, one client, p50, this store", MICROSECONDS, "a store of 1,000 users", at_most(1.1)),
    ]),
]

TOOLS = [
    Group("profile-log, 1,000,000 records; mixed: updates, deletions and restores among them", [
        Row("verify", "verify, one core", SECONDS, None, at_most(8)),
        Row("verify_mixed", "verify of a mixed store, one core", SECONDS, None, at_most(8)),
        Row("rows", "records --format ndjson", ROWS, None, at_least(250_000)),
        Row("rows_mixed", "records --format ndjson of a mixed store", ROWS),
        Row("rare", "records --actor rare (10 rows)", SECONDS, None, at_most(0.25)),
        Row("rows_resident", "memory of records at its highest", MEBIBYTES, None, at_most(64)),
        Row("replay_mixed", "start without checkpoint, mixed store", SECONDS, None, at_most(1.5)),
    ]),
    Group("profile-export of the mixed store", [
        Row("export", "audit rows, users and state", ROWS, "psql \\copy of the audit rows into an equal table",
            at_least(0.6)),
        Row("export_verify", "--verify", ROWS),
    ]),
]
