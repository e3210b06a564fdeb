"""A bare handler on SwiftNIO with one response from memory: the most that NIO's own HTTP codec gives on this machine."""

import json
import os
import subprocess

from load import wrk
from running import BUILD


class Bare:
    """Answers every request with the bytes that the project's server gave to one, body and headers."""

    def __init__(self, run, response):
        self.run = run
        headers, body = response
        options = [option for name, value in headers for option in ("--header", f"{name}:{value}")]
        self.process = run.start([os.path.join(BUILD, "Benchmarks"), "serve", *options, body],
                                 stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())["port"]

    def load(self, requests, connections, seconds):
        return wrk(self.run, self.port, requests, connections, seconds)

    def stop(self):
        self.run.end(self.process)
