"""Histories, past states and restores over HTTP. They belong before the updates, which add versions."""

import random

from load import request
from profiles import AUTHORIZATION, REQUESTS
from programs import save_requests
from running import say

CONNECTIONS = 64
VERSIONS = 20


def measure(run, figures, server, options):
    say("the past …")
    files = {
        "history": histories(server, options.users),
        "at": instants(server, options.users),
        "restore": restores(options.users),
    }
    for key, requests in files.items():
        if not requests:
            say(f"  nobody has {VERSIONS} versions, so the history is not measured")
            continue
        file = save_requests(run, key, requests)
        server.load(file, CONNECTIONS, 1)
        for _ in range(options.rounds):
            figures.add(key, server.load(file, CONNECTIONS, options.seconds).p50 / 1_000)


def histories(server, users):
    """Of the users who have exactly so many versions, as far as some pages show them."""
    found, after = [], ""
    for _ in range(200):
        page = server.ask("GET", f"/users?limit=1000{after}")
        found += [user["id"] for user in page["users"] if user["version"] == VERSIONS]
        if not page["next"]:
            break
        after = "&after=" + page["next"]
    return [request("GET", f"/users/{user}/history", AUTHORIZATION) for user in found]


def instants(server, users):
    """Random users in the middle of the log."""
    middle = server.ask("GET", "/admin/status")["records"] // 2
    # No plus sign stands in these times: they are UTC.
    time = server.ask("GET", f"/audit/{max(middle, users)}")["audit_log"]["timestamp"]
    return [request("GET", f"/users/{user}?at={time}", AUTHORIZATION) for user in random_users(users, 5)]


def restores(users):
    return [request("POST", f"/restore/{user}?version=1", AUTHORIZATION) for user in random_users(users, 6)]


def random_users(users, seed):
    chance = random.Random(seed)
    return [chance.randint(1, users) for _ in range(REQUESTS)]
