"""Durable changes over HTTP, beside PostgreSQL, etcd and Redis, and beside replacements of users, all in turn."""

import random

from peers.etcd import Etcd
from peers.postgres import Postgres, PostgresProfiles
from peers.redis import Redis
from peers.starting import start
from profiles import creations, deletions, patches, restores, updates
from programs import benchmark, save_requests
from running import say

CONNECTIONS = 64


def measure(run, figures, server, options, versions):
    users = options.users
    update_file = save_requests(run, "updates", updates(users))
    patch_file = save_requests(run, "patches", patches(users))
    postgres, etcd, redis = (start(Postgres, versions, run), start(Etcd, versions, run, users),
                             start(Redis, versions, run))
    if postgres:
        say(f"making {users:,} rows in PostgreSQL …")
        postgres = PostgresProfiles(postgres, users)
    say("writes …")
    server.load(update_file, CONNECTIONS, 2)
    for turn in range(options.rounds):
        say(f"  round {turn + 1} of {options.rounds}")
        update, size = sized(server, update_file, CONNECTIONS, options.seconds)
        figures.add("bytes_64", size)
        if postgres:
            figures.add("put_postgres", update.rate, postgres.load(CONNECTIONS, options.seconds))
            figures.add("put_pipeline", update.rate, postgres.load(CONNECTIONS, options.seconds, "pipeline"))
        if etcd:
            figures.add("put_etcd", update.rate, etcd.load(CONNECTIONS, options.seconds).rate)
        if redis:
            figures.add("put_redis", update.rate, redis.load(CONNECTIONS, options.seconds))
        figures.add("patch", server.load(patch_file, CONNECTIONS, options.seconds).rate, update.rate)
        measure_others(run, figures, server, options, turn, update.rate)
        measure_single(run, figures, server, update_file)
    if postgres:
        all_in, audit = postgres.bytes_per_change()
        for here, _ in figures.rounds["bytes_64"]:
            figures.add("bytes_postgres", here, all_in)
            figures.add("bytes_audit", here, audit)
    for peer in filter(None, (postgres, etcd, redis)):
        peer.stop()


def sized(server, requests, connections, seconds):
    """A load of changes, and what a change of it takes in the log."""
    before = server.ask("GET", "/admin/status")
    load = server.load(requests, connections, seconds)
    after = server.ask("GET", "/admin/status")
    return load, (after["log_bytes"] - before["log_bytes"]) / (after["records"] - before["records"])


def measure_others(run, figures, server, options, turn, rate):
    """Creations, deletions and restores, beside the rate of the round's updates. At the end no user is deleted."""
    # Each is possible once. There are many more than the rate of updates lets expect, since that varies with the disk.
    count = int(5 * rate * options.seconds)
    file = save_requests(run, "creations", creations(count, turn))
    figures.add("post", server.load(file, CONNECTIONS, options.seconds).rate, rate)

    # Shorter where there are too few users for so many deletions.
    seconds = min(options.seconds, int(options.users / (2 * rate)))
    if seconds < 1:
        say(f"  {options.users:,} users are too few to measure deletions and restores: use --users {int(2 * rate)}")
        return
    ids = random.Random(turn).sample(range(1, options.users + 1), min(count, options.users))
    deleted = server.load(save_requests(run, "deletions", deletions(ids)), CONNECTIONS, seconds)
    figures.add("delete", deleted.rate, rate)
    file = save_requests(run, "restores", restores(ids[:deleted.requests]))
    figures.add("restore", server.load(file, CONNECTIONS, options.seconds).rate, rate)
    while rest := deleted_users(server):
        server.load(save_requests(run, "restores", restores(rest)), CONNECTIONS, options.seconds)


def deleted_users(server):
    """The ids of all users that are deleted now."""
    found, after = [], ""
    while after is not None:
        page = server.ask("GET", f"/users?deleted=true&limit=1000{after}")
        found += [user["id"] for user in page["users"]]
        after = "&after=" + page["next"] if page["next"] else None
    return found


def measure_single(run, figures, server, requests):
    """One client beside the disk alone; in short turns, because a shared disk changes from second to second."""
    for _ in range(3):
        load, size = sized(server, requests, 1, 1)
        figures.add("bytes_1", size)
        figures.add("put_single", load.p50, benchmark(run, "disk", run.folder)["p50_us"])
