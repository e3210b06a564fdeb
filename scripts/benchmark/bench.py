"""Runs the benchmarks of scripts/bench: everything in one run, what is compared in turn, medians.

Start reading at goals.py, which lists what is measured; measures/ has how, peers/ those that are compared with.
"""

import argparse
import os
import time

import goals
from figures import Figures
from measures import engine, growth, past, requests, starts, tools
from programs import Server, benchmark
from report import conditions, publish, table, write_json
from running import Run, say


def measure_service(run, figures, options, versions):
    """The server and the engine beside their peers. Answers facts about the store."""
    data = run.path("data")
    say(f"making {options.users:,} users …")
    benchmark(run, "fill", data, options.users)
    starts.measure_million(run, figures, data, options)
    say(f"making {options.records - options.users:,} changes to them …")
    benchmark(run, "change", data, options.records - options.users, "--bring-back")
    records = starts.measure(run, figures, data, options)
    server = Server(run, data)
    starts.measure_queries(figures, server, options)
    past.measure(run, figures, server, options)
    requests.measure(run, figures, server, options, versions)
    growth.measure(run, figures, server, options)
    growth.measure_checkpoints(run, figures, server, options)
    figures.add("resident_loaded", server.resident_bytes() / 2**20)
    server.stop()
    engine.measure(run, figures, options, versions)
    return {"records": records, "users": options.users}


def measure_tools(run, figures, options, versions):
    """profile-log and profile-export."""
    data, mixed = run.path("data"), run.path("mixed")
    say(f"making {options.users:,} users, and as many records of all sorts …")
    benchmark(run, "fill", data, options.users)
    benchmark(run, "fill", mixed, options.users * 3 // 10)
    benchmark(run, "change", mixed, options.users * 7 // 10)
    tools.measure_log(run, figures, data, mixed, options)
    tools.measure_export(run, figures, mixed, options, versions)
    return {"users": options.users}


PARTS = {"service": (measure_service, goals.SERVICE), "tools": (measure_tools, goals.TOOLS)}


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="?", choices=PARTS, default="service",
                        help="the server and the engine beside their peers, or profile-log and profile-export")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=10_000_000, help="records in the log of the service's store")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="length of each load")
    parser.add_argument("--directory", default="/var/tmp", help="where the data of everybody goes meanwhile")
    parser.add_argument("--json", help="also write all figures to this file")
    parser.add_argument("--publish", action="store_true", help="put the table and the picture into the README")
    return parser.parse_args()


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "an unnamed processor"


def main():
    options = parse()
    measure, groups = PARTS[options.part]
    figures, versions, start = Figures(), [], time.monotonic()
    with Run(options.directory) as run:
        facts = measure(run, figures, options, versions)
    facts |= {"versions": versions, "rounds": options.rounds, "seconds": options.seconds,
              "processors": os.cpu_count(), "processor": processor(), "date": time.strftime("%Y-%m-%d", time.gmtime())}
    say(f"measured in {time.monotonic() - start:.0f} s")
    print(conditions(facts) + "\n\n" + table(groups, figures, facts))
    if options.json:
        write_json(options.json, groups, figures, facts)
    if options.publish:
        publish(options.part, groups, figures, facts)


if __name__ == "__main__":
    main()
