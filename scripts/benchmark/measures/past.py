"""Former versions and histories over HTTP, beside PostgreSQL's indexed selects of the same rows and nginx, all in turn."""

import random

from load import request
from peers.nginx import Nginx
from peers.postgres import Postgres, PostgresPast
from peers.starting import start
from profiles import AUTHORIZATION, REQUESTS
from programs import Server, benchmark, save_requests
from running import say

CONNECTIONS = 64
VERSIONS = 20
# So few that PostgreSQL, with its own settings, keeps all rows in its buffers.
USERS = 4_000


def measure(run, figures, options, versions):
    """In a store of its own. Answers how many users it has."""
    users, data = min(options.users, USERS), run.path("past")
    say(f"making {users:,} users of {VERSIONS} versions each …")
    benchmark(run, "fill", data, users)
    benchmark(run, "change", data, users * (VERSIONS - 1), "--in-turn")
    server = Server(run, data)
    files = {name: save_requests(run, name, [request("GET", path, AUTHORIZATION) for path in paths])
             for name, paths in random_paths(users, middle(server)).items()}
    nginx = start(Nginx, versions, run, server.response("/users/1?version=2"))
    postgres = start(Postgres, versions, run)
    if postgres:
        postgres = PostgresPast(postgres, data, users, VERSIONS)

    say("the past …")
    for file in files.values():
        server.load(file, CONNECTIONS, 1)
    if postgres:
        for name in ("version", "history"):
            postgres.load(name, CONNECTIONS, 1)
    for _ in range(options.rounds):
        version = server.load(files["version"], CONNECTIONS, options.seconds).rate
        if postgres:
            figures.add("version_postgres", version, postgres.load("version", CONNECTIONS, options.seconds))
        if nginx:
            figures.add("version_nginx", version, nginx.load(files["version"], CONNECTIONS, options.seconds).rate)
        history = server.load(files["history"], CONNECTIONS, options.seconds).rate
        if postgres:
            figures.add("history_postgres", history, postgres.load("history", CONNECTIONS, options.seconds))
        figures.add("at", server.load(files["at"], CONNECTIONS, options.seconds).rate)
    for peer in filter(None, (server, nginx, postgres)):
        peer.stop()
    return users


def random_paths(users, time):
    """What is read of random users, by the name of the measure."""
    chance = random.Random(5)
    ids = [chance.randint(1, users) for _ in range(REQUESTS)]
    return {
        "version": [f"/users/{user}?version={chance.randint(1, VERSIONS)}" for user in ids],
        "history": [f"/users/{user}/history" for user in ids],
        "at": [f"/users/{user}?at={time}" for user in ids],
    }


def middle(server):
    """The time of the record in the middle of the log. It is in UTC, so it has no plus sign."""
    records = server.ask("GET", "/admin/status")["records"]
    return server.ask("GET", f"/audit/{records // 2}")["audit_log"]["timestamp"]
