"""What many idle connections and slow writers cost: memory, and the time of other clients."""

import resource
import socket
import threading
import time

from load import request
from profiles import AUTHORIZATION, reads
from programs import Server, benchmark, save_requests
from running import say

CONNECTIONS = 64
IDLE = 10_000
SLOW = 100
USERS = 1_000
# Open files that this script and the server need beside those of the idle connections.
OTHER_FILES = 1_000


def measure(run, figures, options):
    """Reads of a small store without those connections and with them, in turn. Answers how many connections were idle."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle = min(IDLE, options.users, limits[1] - OTHER_FILES)
    if idle < IDLE:
        say(f"only {idle:,} idle connections: --users or the limit of open files (ulimit -Hn) allows no more")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[1], limits[1]))
    say("idle connections and slow writers …")
    data = run.path("connections")
    benchmark(run, "fill", data, USERS)
    requests = save_requests(run, "connection-reads", reads(USERS))
    for _ in range(options.rounds):
        # A new server each time, because one that had many connections keeps their memory for the next ones.
        server = Server(run, data)
        server.load(requests, CONNECTIONS, 1)
        quiet = server.load(requests, CONNECTIONS, options.seconds)
        before = server.resident_bytes()
        with ManyConnections(server, idle) as many:
            figures.add("connection_memory", (server.resident_bytes() - before) / many.size / 1024)
            busy = server.load(requests, CONNECTIONS, options.seconds)
        figures.add("idle_p99", busy.p99, quiet.p99)
        server.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    return idle


class ManyConnections:
    """Connections that say nothing, and some that send a byte of a header or a body ten times a second."""

    def __init__(self, server, idle):
        self.is_stopped = False
        # Several addresses, so that the ports of one suffice.
        self.idle = [self.connection(server, number % 4) for number in range(idle)]
        self.slow = [self.connection(server, number % 4) for number in range(SLOW)]
        header = request("GET", "/users", AUTHORIZATION)[:-2] + b"X-Slow: "
        body = request("POST", "/users", AUTHORIZATION, " " * 1_000)[:-1_000]
        for number, writer in enumerate(self.slow):
            writer.sendall(header if number % 2 else body)
        # Connections are accepted in order, so all of them are when a later one gets its response.
        server.ask("GET", "/health")
        self.size = idle + SLOW
        self.thread = threading.Thread(target=self.write, daemon=True)

    @staticmethod
    def connection(server, number):
        return socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(f"127.0.0.{2 + number}", 0))

    def write(self):
        while not self.is_stopped:
            for writer in self.slow:
                try:
                    writer.send(b" ")
                except OSError:
                    # The server has ended it, because it was too slow.
                    pass
            time.sleep(0.1)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.is_stopped = True
        self.thread.join()
        for connection in self.idle + self.slow:
            connection.close()
