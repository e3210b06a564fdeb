"""Reads and durable changes over HTTP, beside nginx, PostgreSQL, etcd and Redis, all in turn."""

from peers.etcd import Etcd
from peers.nginx import Nginx
from peers.postgres import Postgres, PostgresProfiles
from peers.redis import Redis
from profiles import reads, updates
from programs import benchmark, save_requests
from running import say

CONNECTIONS = 64


def measure(run, figures, server, options, versions):
    """All of it; answers nothing, because the figures and the versions of the peers go where they are kept."""
    users = options.users
    read_file = save_requests(run, "reads", reads(users))
    update_file = save_requests(run, "updates", updates(users))
    nginx, postgres, etcd, redis = start_peers(run, server, users, versions)

    say("requests …")
    for requests in (read_file, update_file):
        server.load(requests, CONNECTIONS, 2)
    for turn in range(options.rounds):
        say(f"  round {turn + 1} of {options.rounds}")
        read = server.load(read_file, CONNECTIONS, options.seconds)
        if nginx:
            limit = nginx.load(read_file, CONNECTIONS, options.seconds)
            figures.add("get", read.rate, limit.rate)
            figures.add("get_p99", read.p99, limit.p99)
        update = measured_update(figures, server, update_file, options.seconds)
        figures.add("put_get", update.rate, read.rate)
        if postgres:
            figures.add("put_postgres", update.rate, postgres.load(CONNECTIONS, options.seconds))
            figures.add("put_pipeline", update.rate, postgres.load(CONNECTIONS, options.seconds, "pipeline"))
        if etcd:
            figures.add("put_etcd", update.rate, etcd.load(CONNECTIONS, options.seconds).rate)
        if redis:
            figures.add("put_redis", update.rate, redis.load(CONNECTIONS, options.seconds))
        measure_single(run, figures, server, update_file)
    if postgres:
        all_in, audit = postgres.bytes_per_change()
        for here, _ in figures.rounds["bytes_64"]:
            figures.add("bytes_postgres", here, all_in)
            figures.add("bytes_audit", here, audit)
        postgres.postgres.stop()
    for peer in (nginx, etcd, redis):
        if peer:
            run.end(peer.process)


def start_peers(run, server, users, versions):
    """Those that can be had; the others are `None`."""
    peers = []
    for peer, start in (
        (Nginx, lambda: Nginx(run, server, "/users/1")),
        (Postgres, lambda: Postgres(run)),
        (Etcd, lambda: Etcd(run, users)),
        (Redis, lambda: Redis(run)),
    ):
        if not peer.available():
            say(f"{peer.__name__} is not here, so it is not measured")
            peers.append(None)
            continue
        say(f"starting {peer.__name__} …")
        peers.append(start())
        versions.append(peers[-1].version())
    if peers[1]:
        say(f"making {users:,} rows in PostgreSQL …")
        peers[1] = PostgresProfiles(peers[1], users)
    return peers


def measured_update(figures, server, requests, seconds):
    """A load of updates, and what a change of it takes in the log."""
    update, size = sized(server, requests, CONNECTIONS, seconds)
    figures.add("bytes_64", size)
    return update


def sized(server, requests, connections, seconds):
    before = server.ask("GET", "/admin/status")
    load = server.load(requests, connections, seconds)
    after = server.ask("GET", "/admin/status")
    return load, (after["log_bytes"] - before["log_bytes"]) / (after["records"] - before["records"])


def measure_single(run, figures, server, requests):
    """One client beside the disk alone; in short turns, because a shared disk changes from second to second."""
    for _ in range(3):
        load, size = sized(server, requests, 1, 1)
        figures.add("bytes_1", size)
        figures.add("put_single", load.p50, benchmark(run, "disk", run.folder)["p50_us"])
