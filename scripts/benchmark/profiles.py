"""The profiles that everybody gets: the same bytes for this project, etcd and Redis, the same values for PostgreSQL."""

import base64
import random

from load import request

PASSWORD = "benchmark"
AUTHORIZATION = {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()}
CITIES = ["Berlin", "Paris", "Tokyo", "London", "Lagos", "São Paulo"]
DEPARTMENTS = ["Engineering", "Sales", "Support", "Research"]
# Ready-made requests in a file: enough that a turn hardly repeats itself, and made in a second.
REQUESTS = 100_000


def profile(user, chance):
    return (f'{{"name":"User {user}","email":"person{user}@example.com","attributes":{{"city":"{chance.choice(CITIES)}",'
            f'"department":"{chance.choice(DEPARTMENTS)}","phone":"+49 30 {chance.randrange(10**7):07}"}}}}')


def reads(users, seed=1):
    """GETs of random users."""
    chance = random.Random(seed)
    return [request("GET", f"/users/{chance.randint(1, users)}", AUTHORIZATION) for _ in range(REQUESTS)]


def updates(users, seed=2):
    """PUTs of random users."""
    chance = random.Random(seed)
    ids = [chance.randint(1, users) for _ in range(REQUESTS)]
    return [request("PUT", f"/users/{user}", AUTHORIZATION, profile(user, chance)) for user in ids]


def patches(users, seed=6):
    """PATCHes of random users: another telephone number."""
    chance = random.Random(seed)
    return [request("PATCH", f"/users/{chance.randint(1, users)}", AUTHORIZATION,
                    f'{{"attributes":{{"phone":"+49 30 {chance.randrange(10**7):07}"}}}}',
                    content_type="application/merge-patch+json") for _ in range(REQUESTS)]


def creations(count, series):
    """POSTs of new users, each of which can be made once."""
    chance = random.Random(series)
    return [request("POST", "/users", AUTHORIZATION, profile(f"{series}-{number}", chance)) for number in range(count)]


def deletions(ids):
    return [request("DELETE", f"/users/{user}", AUTHORIZATION) for user in ids]


def restores(ids):
    """Restores to the first version, whether the user is deleted or not."""
    return [request("POST", f"/restore/{user}?version=1", AUTHORIZATION) for user in ids]
