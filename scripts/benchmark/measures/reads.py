"""Reads of users as they are, beside nginx and a bare handler that answer with the same bytes, all in turn."""

from peers.bare import Bare
from peers.nginx import Nginx
from peers.starting import start
from profiles import reads
from programs import save_requests
from running import say

CONNECTIONS = 64


def measure(run, figures, server, options, versions):
    requests = save_requests(run, "reads", reads(options.users))
    response = server.response("/users/1")
    bare = Bare(run, response)
    nginx = start(Nginx, versions, run, response)
    say("reads …")
    for peer in filter(None, (server, bare, nginx)):
        peer.load(requests, CONNECTIONS, 1)
    for _ in range(options.rounds):
        read = server.load(requests, CONNECTIONS, options.seconds)
        figures.add("get_bare", read.rate, bare.load(requests, CONNECTIONS, options.seconds).rate)
        if nginx:
            limit = nginx.load(requests, CONNECTIONS, options.seconds)
            figures.add("get", read.rate, limit.rate)
            figures.add("get_p99", read.p99, limit.p99)
    bare.stop()
    if nginx:
        nginx.stop()
