"""RocksDB's own benchmark of durable writes: one key and value a write, each of many threads waiting for its sync."""

import os
import re
import shutil

from running import find_program


class RocksDB:
    def __init__(self, run):
        self.run = run
        self.program = find_program("db_bench")

    @staticmethod
    def available():
        return find_program("db_bench") is not None

    def version(self):
        text = self.run.output([self.program, "--version"])
        return "RocksDB " + re.search(r"\d+(\.\d+)+", text).group()

    def writes_per_second(self, threads, value_bytes, seconds):
        folder = self.run.path("rocksdb")
        try:
            output = self.run.output([
                self.program, "--benchmarks=fillsync", f"--threads={threads}", f"--value_size={value_bytes}",
                # It makes a thousandth of this many at most, and ends when the time is up.
                "--num=1000000000", f"--duration={seconds}", f"--db={folder}", f"--wal_dir={folder}",
            ], cwd=folder)
        finally:
            shutil.rmtree(folder)
        return float(re.search(r"fillsync\s*:.*?([\d.]+) ops/sec", output).group(1))
