"""The programs of this project: its server, and its in-process benchmarks."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

from load import save, wrk
from profiles import AUTHORIZATION, PASSWORD
from running import BUILD


def benchmark(run, *arguments):
    """Runs one of the in-process benchmarks; the last line of what they print is JSON."""
    return json.loads(run.output([os.path.join(BUILD, "Benchmarks"), *map(str, arguments)]).strip().splitlines()[-1])


class Server:
    """The real server with its own defaults, on ports of the system's choice."""

    def __init__(self, run, data):
        self.run = run
        environment = dict(run.environment, ADMIN_USER="admin", ADMIN_PASSWORD=PASSWORD, LOG_LEVEL="error",
                           METRICS_PORT="0")
        start = time.monotonic()
        self.process = run.start([os.path.join(BUILD, "profile-server"), "--data", data, "--port", "0"],
                                 env=environment, stdout=subprocess.PIPE, text=True)
        self.port = self.announced_port()
        self.wait_until_ready()
        self.seconds_to_ready = time.monotonic() - start

    def announced_port(self):
        for line in self.process.stdout:
            found = re.search(r"http://[^:]+:(\d+)\s*$", line)
            if found:
                return int(found.group(1))
        raise SystemExit("the server did not start")

    def wait_until_ready(self):
        while True:
            try:
                self.ask("GET", "/health/ready")
                return
            except urllib.error.HTTPError:
                time.sleep(0.005)

    def ask(self, method, path):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=AUTHORIZATION, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def response(self, path):
        """The headers of a response, as pairs, without those of the connection, and its body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=AUTHORIZATION)
        with urllib.request.urlopen(request) as answer:
            headers = [(name, value) for name, value in answer.headers.items() if name.lower() != "connection"]
            return headers, answer.read().decode()

    def seconds(self, path):
        """How long a single GET takes."""
        start = time.monotonic()
        self.ask("GET", path)
        return time.monotonic() - start

    def load(self, requests, connections, seconds):
        return wrk(self.run, self.port, requests, connections, seconds)

    def settle(self):
        """Waits until the work after the start is done, such as filling in the texts to search."""
        used = -1
        while self.processor_ticks() - used > 1:
            used = self.processor_ticks()
            time.sleep(0.4)

    def processor_ticks(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def stop(self):
        if self.run.end(self.process, signal.SIGTERM) != 0:
            raise SystemExit("the server did not stop cleanly")


def save_requests(run, name, requests):
    return save(os.path.join(run.path("requests"), name), requests)
