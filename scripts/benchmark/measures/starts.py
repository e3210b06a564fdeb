"""Starts with and without checkpoint, and what a started server takes and how long it looks for things."""

import glob
import os
import shutil
import time
import zlib

from programs import Server, benchmark
from running import say


def measure_million(run, figures, data, options):
    """The store as fill has made it, a record a user."""
    for _ in range(options.rounds):
        opened = benchmark(run, "open", data)
        figures.add("open_million", opened["seconds"])
        figures.add("index_bytes", opened["index_bytes"] / opened["live_users"])
        figures.add("replay_million", replay(run, data)["seconds"])


def measure(run, figures, data, options):
    """The large store: replay beside CRC-32, and the server's start."""
    say("starts …")
    for _ in range(options.rounds):
        # First, so that the files are in the system's cache for both.
        checksums = crc_seconds(data)
        figures.add("replay", replay(run, data)["seconds"], checksums)
        server = Server(run, data)
        figures.add("ready", server.seconds_to_ready)
        server.settle()
        figures.add("resident", server.resident_bytes() / 2**20)
        server.stop()


def replay(run, data):
    """A start without checkpoints, which are put back afterwards."""
    checkpoints, hidden = os.path.join(data, "checkpoints"), os.path.join(data, "hidden")
    os.rename(checkpoints, hidden)
    opened = benchmark(run, "open", data)
    shutil.rmtree(checkpoints)
    os.rename(hidden, checkpoints)
    return opened


def crc_seconds(data):
    """zlib's CRC-32 of the log's files in this thread, after they were read once."""
    paths = sorted(glob.glob(os.path.join(data, "wal", "*.wal")))
    for attempt in range(2):
        start = time.monotonic()
        for path in paths:
            checksum = 0
            with open(path, "rb", buffering=0) as file:
                while block := file.read(1 << 20):
                    checksum = zlib.crc32(block, checksum)
    return time.monotonic() - start


def measure_queries(figures, server, options):
    """Queries that have to look at everything; one client."""
    say("queries …")
    figures.add("audit_first", server.seconds("/audit?actor=rare") * 1_000)
    server.settle()
    for _ in range(options.rounds):
        figures.add("audit", server.seconds("/audit?actor=rare") * 1_000)
        figures.add("search", server.seconds(f"/users?q=user%20{options.users - 1}") * 1_000)
