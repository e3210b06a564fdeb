"""etcd behind its HTTP gateway: one put a request, durable as etcd is by itself."""

import base64
import json
import random
import subprocess

from load import request, wrk
from profiles import REQUESTS, profile
from programs import save_requests
from running import find_program, free_port, wait_for_port


class Etcd:
    """A cluster of one."""

    def __init__(self, run, users):
        self.run = run
        self.program = find_program("etcd")
        self.port, peer_port = free_port(), free_port()
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{peer_port}"
        self.process = run.start([
            self.program, "--data-dir", run.path("etcd"), "--logger", "zap", "--log-level", "error",
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}",
        ], stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)
        self.requests = save_requests(run, "etcd", self.puts(users))

    @staticmethod
    def available():
        return find_program("etcd") is not None

    @staticmethod
    def puts(users):
        def text(value):
            return base64.b64encode(value.encode()).decode()

        chance = random.Random(3)
        ids = [chance.randint(1, users) for _ in range(REQUESTS)]
        return [request("POST", "/v3/kv/put", {},
                        json.dumps({"key": text(f"users/{user}"), "value": text(profile(user, chance))})) for user in ids]

    def version(self):
        return "etcd " + self.run.output([self.program, "--version"]).splitlines()[0].split()[-1]

    def load(self, connections, seconds):
        return wrk(self.run, self.port, self.requests, connections, seconds)

    def stop(self):
        self.run.end(self.process)
