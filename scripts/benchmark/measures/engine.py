"""The engine in process, beside RocksDB: many threads, each of which waits for its own record to be durable."""

import shutil

from peers.rocksdb import RocksDB
from programs import benchmark
from running import say

THREADS = 64
# About the JSON of a change; the value is as long.
RECORD_BYTES = 200


def measure(run, figures, options, versions):
    if not RocksDB.available():
        say("RocksDB is not here, so it is not measured")
        return
    say("engine …")
    rocksdb = RocksDB(run)
    versions.append(rocksdb.version())
    for _ in range(options.rounds):
        folder = run.path("append")
        here = benchmark(run, "append", folder, "--threads", THREADS, "--seconds", options.seconds,
                         "--bytes", RECORD_BYTES)
        shutil.rmtree(folder)
        figures.add("append", here["per_second"], rocksdb.writes_per_second(THREADS, RECORD_BYTES, options.seconds))
