"""What a large store costs: updates beside a small one, and beside checkpoints."""

import threading
import time

from profiles import updates
from programs import Server, benchmark, save_requests
from running import say

CONNECTIONS = 64
SMALL = 1_000


def measure(run, figures, server, options):
    """Updates of this store and of a small one in turn."""
    say("growth …")
    data = run.path("small")
    benchmark(run, "fill", data, SMALL)
    small = Server(run, data)
    here, there = (save_requests(run, name, updates(users)) for name, users in
                   (("large-updates", options.users), ("small-updates", SMALL)))
    small.load(there, CONNECTIONS, 1)
    # In short turns, because a shared machine changes from second to second.
    for _ in range(options.rounds * options.seconds):
        figures.add("growth", server.load(here, CONNECTIONS, 1).rate, small.load(there, CONNECTIONS, 1).rate)
    for _ in range(options.rounds * 2):
        figures.add("length", server.load(here, 1, 1).p50, small.load(there, 1, 1).p50)
    small.stop()


def measure_checkpoints(run, figures, server, options):
    """A load while no checkpoint is made, then one during which one is made after the other."""
    say("checkpoints under load …")
    file = save_requests(run, "large-updates", updates(options.users))
    for _ in range(options.rounds):
        quiet = server.load(file, CONNECTIONS, options.seconds)
        maker = CheckpointMaker(server)
        busy = server.load(file, CONNECTIONS, options.seconds)
        maker.stop()
        figures.add("checkpoint", busy.p99, quiet.p99)
        for seconds in maker.seconds:
            figures.add("checkpoint_seconds", seconds)


class CheckpointMaker:
    """Asks for a checkpoint as soon as the last one is written."""

    def __init__(self, server):
        self.server, self.seconds, self.is_stopped = server, [], False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        while not self.is_stopped:
            start = time.monotonic()
            self.server.ask("POST", "/admin/checkpoint")
            self.seconds.append(time.monotonic() - start)

    def stop(self):
        self.is_stopped = True
        self.thread.join()
