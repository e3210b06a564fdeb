"""Runs the benchmarks of scripts/bench: what is compared in turn and in one run, medians.

Start reading at goals.py, which lists what is measured; measures/ has how, peers/ those that are compared with.
"""

import argparse
import os
import time

import goals
from figures import Figures
from measures import connections, engine, growth, past, reads, starts, tools, writes
from programs import Server, benchmark
from report import conditions, measured, publish, table, write_json
from running import Run, say

# What `scripts/bench GROUP …` measures, in this order.
GROUPS = {
    "starts": "starts and queries of the large store",
    "reads": "GET beside nginx and a bare SwiftNIO handler",
    "growth": "PUT beside a small store, and while checkpoints are made",
    "writes": "PUT beside PostgreSQL, etcd and Redis; POST, PATCH, DELETE and restore beside PUT",
    "past": "former versions and histories beside PostgreSQL's selects and nginx",
    "connections": "idle connections and slow writers",
    "engine": "the log in process beside RocksDB",
    "tools": "profile-log, and profile-export beside psql's \\copy; never measured unless it is named, and alone",
}
SERVICE = [group for group in GROUPS if group != "tools"]


def measure_service(run, figures, options, versions):
    """The server and the engine beside their peers. Answers facts about the stores."""
    facts = {}
    if {"starts", "reads", "growth", "writes"} & options.groups:
        facts["records"] = measure_large(run, figures, options, versions)
    if "past" in options.groups:
        facts["past_users"] = past.measure(run, figures, options, versions)
    if "connections" in options.groups:
        facts["connections"] = connections.measure(run, figures, options)
    if "engine" in options.groups:
        engine.measure(run, figures, options, versions)
    return facts


def measure_large(run, figures, options, versions):
    """What needs a store of many users. Answers how many records it had before the loads."""
    groups, data = options.groups, run.path("data")
    say(f"making {options.users:,} users …")
    benchmark(run, "fill", data, options.users)
    if "starts" in groups:
        starts.measure_million(run, figures, data, options)
    if {"starts", "growth"} & groups:
        say(f"making {options.records - options.users:,} changes to them …")
        benchmark(run, "change", data, options.records - options.users, "--bring-back")
    if "starts" in groups:
        starts.measure(run, figures, data, options)
    server = Server(run, data)
    records = server.ask("GET", "/admin/status")["records"]
    if "starts" in groups:
        starts.measure_queries(figures, server, options)
    if "reads" in groups:
        reads.measure(run, figures, server, options, versions)
    if "growth" in groups:
        growth.measure(run, figures, server, options)
        growth.measure_checkpoints(run, figures, server, options)
        figures.add("resident_loaded", server.resident_bytes() / 2**20)
    # Last, because it creates users.
    if "writes" in groups:
        writes.measure(run, figures, server, options, versions)
    server.stop()
    return records


def measure_tools(run, figures, options, versions):
    """profile-log and profile-export."""
    data, mixed = run.path("data"), run.path("mixed")
    say(f"making {options.users:,} users, and as many records of all sorts …")
    benchmark(run, "fill", data, options.users)
    benchmark(run, "fill", mixed, options.users * 3 // 10)
    benchmark(run, "change", mixed, options.users * 7 // 10)
    tools.measure_log(run, figures, data, mixed, options)
    tools.measure_export(run, figures, mixed, options, versions)
    return {}


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__.splitlines()[0], formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="groups, of which all but tools are measured when none is named:\n"
        + "\n".join(f"  {name:<12} {what}" for name, what in GROUPS.items()))
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="measure these groups only, in a minute or two each")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=10_000_000,
                        help="records in the log of the large store (starts, growth)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="length of each load")
    parser.add_argument("--directory", default="/var/tmp", help="where the data of everybody goes meanwhile")
    parser.add_argument("--json", help="also write all figures to this file")
    parser.add_argument("--publish", action="store_true",
                        help="put the table into docs/benchmarks.md, a short one into the README, and make the picture")
    options = parser.parse_args()
    unknown = [name for name in options.groups if name not in GROUPS]
    if unknown:
        parser.error(f"{unknown[0]} is no group; there are {', '.join(GROUPS)}")
    options.part = "tools" if "tools" in options.groups else "service"
    options.is_whole = options.groups in ([], ["tools"])
    options.groups = set(options.groups or SERVICE)
    if options.part == "tools" and not options.is_whole:
        parser.error("tools cannot be measured with another group; name it alone")
    if options.publish and not options.is_whole:
        parser.error("--publish needs all figures; name no group, or tools alone")
    return options


PARTS = {"service": (measure_service, goals.SERVICE), "tools": (measure_tools, goals.TOOLS)}


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "an unnamed processor"


def main():
    options = parse()
    measure, groups = PARTS[options.part]
    figures, versions, start = Figures(), [], time.monotonic()
    facts = {"users": options.users, "versions": versions, "rounds": options.rounds, "seconds": options.seconds,
             "processors": os.cpu_count(), "processor": processor(), "date": time.strftime("%Y-%m-%d", time.gmtime())}
    with Run(options.directory) as run:
        facts |= measure(run, figures, options, versions)
    say(f"measured in {time.monotonic() - start:.0f} s")
    if not options.is_whole:
        groups = measured(groups, figures)
    print(conditions(facts) + "\n\n" + table(groups, figures, facts))
    if options.json:
        write_json(options.json, groups, figures, facts)
    if options.publish:
        publish(options.part, groups, figures, facts)


if __name__ == "__main__":
    main()
