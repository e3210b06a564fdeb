"""Load from wrk: ready-made HTTP requests over a number of connections, each of which waits for its answer."""

import collections
import os
import re

SCRIPT = os.path.join(os.path.dirname(__file__), "requests.lua")

# Requests a second; microseconds.
Load = collections.namedtuple("Load", "rate p50 p99 requests")


def request(method, path, headers, body=None, content_type="application/json"):
    """The bytes of an HTTP request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        body = body.encode()
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def save(path, requests):
    """Writes requests to a file, as requests.lua reads them."""
    with open(path, "wb") as file:
        for bytes in requests:
            file.write(b"%d\n%s" % (len(bytes), bytes))
    return path


def wrk(run, port, requests, connections, seconds):
    """Sends the requests of a file. None of them may fail."""
    # One thread: the servers need the rest of the machine.
    output = run.output(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, f"http://127.0.0.1:{port}",
                         "--", requests])
    count, duration, p50, p99, errors = map(int, re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", output).groups())
    if errors or not count:
        raise SystemExit(f"{errors} requests of {count} of {os.path.basename(requests)} failed")
    return Load(count / duration * 1e6, p50, p99, count)
