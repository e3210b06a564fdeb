"""Redis that appends profiles to a stream and syncs each one before it answers."""

import random
import re

from profiles import profile
from running import find_program, free_port, wait_for_port


class Redis:
    """A server with `appendfsync always` and no snapshots beside it."""

    def __init__(self, run):
        self.run = run
        self.program = find_program("redis-server")
        self.port = free_port()
        self.process = run.start([
            self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", run.path("redis"),
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", "0",
        ])
        wait_for_port(self.port, self.process)
        self.rate = 5_000

    @staticmethod
    def available():
        return find_program("redis-server") is not None and find_program("redis-benchmark") is not None

    def version(self):
        return "Redis " + self.run.output([self.program, "--version"]).split("v=")[1].split()[0]

    def load(self, connections, seconds):
        """Appends a second for about as long; redis-benchmark wants a number of requests."""
        self.rate = self.append(connections, max(1_000, int(self.rate * seconds)))
        return self.rate

    def stop(self):
        self.run.end(self.process)

    def append(self, connections, requests):
        # Twelve digits for a random number, in place of digits of the telephone number and of the id.
        payload = profile(123_456, random.Random(4)).replace("User 123456", "User ____________", 1)
        payload = payload.replace("____________", "__rand_int__").replace("123456", "1", 1)
        output = self.run.output([
            find_program("redis-benchmark"), "-p", str(self.port), "-c", str(connections), "-n", str(requests),
            "-r", "1000000", "--csv", "XADD", "profiles", "*", "profile", payload,
        ])
        # "name","requests a second","mean" and five more; the name holds the payload with all its quotation marks.
        return float(re.findall(r'"([\d.]+)"', output.strip().splitlines()[-1])[-7])
