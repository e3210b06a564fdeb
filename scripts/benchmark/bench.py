"""Runs the benchmarks of scripts/bench: everything in one run, things to be compared in turn, medians."""

import argparse
import base64
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from postgres import EXPORT_ROWS, measure_export

BUILD = os.path.join(os.path.dirname(__file__), "..", "..", ".build", "release")
SCRIPT = os.path.join(os.path.dirname(__file__), "users.lua")
PASSWORD = "benchmark"
AUTHORIZATION = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


def say(text):
    print(text, file=sys.stderr, flush=True)


def benchmark(*arguments):
    """Runs the in-process benchmarks; the last line of what they print is JSON."""
    run = subprocess.run(
        [os.path.join(BUILD, "Benchmarks"), *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout.strip().splitlines()[-1])


class Server:
    """A real server on a port of the system's choice."""

    def __init__(self, data):
        environment = dict(os.environ, ADMIN_USER="admin", ADMIN_PASSWORD=PASSWORD, LOG_LEVEL="error", METRICS_PORT="0")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "profile-server"), "--data", data, "--port", "0"],
            env=environment, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.search(r"http://[^:]+:(\d+)\s*$", line)
            if found:
                self.port = int(found.group(1))
                return
        raise SystemExit("the server did not start")

    def get(self, path):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": AUTHORIZATION})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def load(self, method, users, connections, seconds, seed=1):
        run = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, f"http://127.0.0.1:{self.port}",
             "--", method, str(users), AUTHORIZATION, str(seed)],
            check=True, stdout=subprocess.PIPE, text=True)
        requests, duration, p50, p99, errors = map(
            int, re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", run.stdout).groups())
        if errors:
            raise SystemExit(f"{errors} requests of {requests} failed")
        return {"rate": requests / duration * 1e6, "p50": p50, "p99": p99, "requests": requests}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=60) != 0:
            raise SystemExit("the server did not stop cleanly")


def median(values):
    return statistics.median(values)


def log_bytes_per_change(server, users, connections, seconds):
    before = server.get("/admin/status")
    server.load("PUT", users, connections, seconds, seed=connections)
    after = server.get("/admin/status")
    return (after["log_bytes"] - before["log_bytes"]) / (after["records"] - before["records"])


def measure_starts(data, rounds):
    with_checkpoint, replay, opened = [], [], None
    hidden = os.path.join(data, "hidden-checkpoints")
    for _ in range(rounds):
        opened = benchmark("open", data)
        with_checkpoint.append(opened["seconds"])
        os.rename(os.path.join(data, "checkpoints"), hidden)
        replayed = benchmark("open", data)
        replay.append(replayed["seconds"])
        shutil.rmtree(os.path.join(data, "checkpoints"))
        os.rename(hidden, os.path.join(data, "checkpoints"))
    return {
        "records": opened["records"],
        "start_with_checkpoint_seconds": median(with_checkpoint),
        "replay_seconds": median(replay),
        "index_bytes_per_user": opened["index_bytes"] / opened["live_users"],
    }


def measure_requests(data, users, rounds, seconds):
    server = Server(data)
    try:
        server.load("GET", users, 64, 2)
        server.load("PUT", users, 64, 2)
        gets, puts, single, disk = [], [], [], []
        for turn in range(rounds):
            gets.append(server.load("GET", users, 64, seconds, seed=turn))
            puts.append(server.load("PUT", users, 64, seconds, seed=turn))
            # In short turns, because the speed of a shared disk changes from second to second.
            for part in range(3):
                single.append(server.load("PUT", users, 1, max(1, seconds // 2), seed=3 * turn + part))
                disk.append(benchmark("disk", data))
        return {
            "gets_per_second": median(g["rate"] for g in gets),
            "get_p99_us": median(g["p99"] for g in gets),
            "puts_per_second": median(p["rate"] for p in puts),
            "put_p99_us": median(p["p99"] for p in puts),
            "put_per_get": median(p["rate"] / g["rate"] for p, g in zip(puts, gets)),
            "single_put_p50_us": median(s["p50"] for s in single),
            "disk_sync_p50_us": median(d["p50_us"] for d in disk),
            "single_put_per_disk_sync": median(s["p50"] / d["p50_us"] for s, d in zip(single, disk)),
            "log_bytes_per_change_64": log_bytes_per_change(server, users, 64, seconds),
            "log_bytes_per_change_1": log_bytes_per_change(server, users, 1, seconds),
            "resident_mib": server.resident_bytes() / 2**20,
        }
    finally:
        server.stop()


def log_command(*arguments, core=None):
    """Runs profile-log with its output thrown away; answers the seconds it took and the most memory it had."""
    command = [os.path.join(BUILD, "profile-log"), *arguments]
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return seconds, usage.ru_maxrss * 1024


def measure_log(data, mixed, rounds):
    """The figures of profile-log, of a store of creations and of one with as many records of all sorts."""
    runs = {name: [] for name in ("verify", "verify_mixed", "rows", "rows_mixed", "rare")}
    for _ in range(rounds):
        runs["verify"].append(log_command("verify", "--data", data, core=0))
        runs["verify_mixed"].append(log_command("verify", "--data", mixed, core=0))
        runs["rows"].append(log_command("records", "--format", "ndjson", "--data", data))
        runs["rows_mixed"].append(log_command("records", "--format", "ndjson", "--data", mixed))
        runs["rare"].append(log_command("records", "--actor", "rare", "--data", data))
    seconds = {name: median(run[0] for run in all_runs) for name, all_runs in runs.items()}
    records = [benchmark("open", folder)["records"] for folder in (data, mixed)]
    return {
        "verify_seconds": seconds["verify"],
        "verify_mixed_seconds": seconds["verify_mixed"],
        "rows_per_second": records[0] / seconds["rows"],
        "rows_mixed_per_second": records[1] / seconds["rows_mixed"],
        "rare_actor_seconds": seconds["rare"],
        "rows_resident_mib": max(run[1] for run in runs["rows"] + runs["rows_mixed"]) / 2**20,
    }


LOG_ROWS = [
    ("verify, one core", "verify_seconds", "{:.1f} s", "≤ 8"),
    ("verify of a mixed store, one core", "verify_mixed_seconds", "{:.1f} s", "≤ 8"),
    ("records --format ndjson", "rows_per_second", "{:,.0f} rows/s", "≥ 250,000"),
    ("records --format ndjson of a mixed store", "rows_mixed_per_second", "{:,.0f} rows/s", ""),
    ("records --actor rare (10 rows)", "rare_actor_seconds", "{:.2f} s", "≤ 0.25"),
    ("memory of records at its highest", "rows_resident_mib", "{:.0f} MiB", "≤ 64"),
]


def table(figures):
    rows = [
        ("log bytes a change, 64 clients", "log_bytes_per_change_64", "{:.0f} bytes", "≤ 120"),
        ("log bytes a change, 1 client", "log_bytes_per_change_1", "{:.0f} bytes", "≤ 160"),
        ("index memory a live user", "index_bytes_per_user", "{:.0f} bytes", "≤ 110"),
        ("durable update, 1 client, p50", "single_put_p50_us", "{:.0f} µs", ""),
        ("pwrite + fdatasync of 300 bytes, p50", "disk_sync_p50_us", "{:.0f} µs", ""),
        ("… update ÷ that", "single_put_per_disk_sync", "{:.2f} ×", "≤ 4"),
        ("GET /users/{id}, 64 clients", "gets_per_second", "{:,.0f} /s", ""),
        ("PUT /users/{id}, durable, 64 clients", "puts_per_second", "{:,.0f} /s", ""),
        ("… updates ÷ reads", "put_per_get", "{:.2f} ×", "≥ 0.6"),
        ("start without checkpoint (full replay)", "replay_seconds", "{:.2f} s", "≤ 1.5"),
        ("… updates, deletions and restores among them", "replay_mixed_seconds", "{:.2f} s", "≤ 1.5"),
        ("start with checkpoint", "start_with_checkpoint_seconds", "{:.2f} s", "≤ 0.3"),
        ("server's resident memory under this load", "resident_mib", "{:.0f} MiB", ""),
    ]
    return markdown(rows, figures)


def markdown(rows, figures):
    lines = ["| what | measured | goal |", "|---|---|---|"]
    lines += [f"| {name} | {form.format(figures[key])} | {goal} |" for name, key, form, goal in rows]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="length of each load")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    # Beside the project, because /tmp may be memory.
    data = tempfile.mkdtemp(prefix=".benchmark-", dir=".")
    mixed = tempfile.mkdtemp(prefix=".benchmark-", dir=".")
    try:
        say(f"making {options.users:,} users …")
        benchmark("fill", data, str(options.users))
        say("making as many records of all sorts …")
        benchmark("fill", mixed, str(options.users * 3 // 10), "--changes", str(options.users * 7 // 10))
        say("profile-log …")
        figures = measure_log(data, mixed, options.rounds)
        say("profile-export …")
        figures |= measure_export(os.path.join(BUILD, "profile-export"), mixed, options.rounds, median)
        say("starting with and without checkpoint …")
        figures |= measure_starts(data, options.rounds)
        figures["replay_mixed_seconds"] = measure_starts(mixed, options.rounds)["replay_seconds"]
        say("requests …")
        figures |= measure_requests(data, options.users, options.rounds, options.seconds)
    finally:
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(mixed, ignore_errors=True)
    figures["users"] = options.users
    print(table(figures))
    print(f"\nprofile-log, {options.users:,} records:\n")
    print(markdown(LOG_ROWS, figures))
    print(f"\nprofile-export, {options.users:,} records of all sorts:\n")
    print(markdown(EXPORT_ROWS, figures))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(figures, file, indent=2)


if __name__ == "__main__":
    main()
