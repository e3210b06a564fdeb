"""nginx with one answer from memory: the most that HTTP gives on this machine."""

import os
import signal

from load import wrk
from running import find_program, free_port, wait_for_port

# Those that nginx writes itself.
OWN_HEADERS = {"server", "date", "content-type", "content-length", "connection"}


class Nginx:
    """Answers every request with the bytes that the project's server gave to one, body and headers."""

    def __init__(self, run, response):
        self.run = run
        self.program = find_program("nginx")
        folder = run.path("nginx")
        self.port = free_port()
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w") as file:
            file.write(self.configuration(folder, *response))
        self.process = run.start([self.program, "-p", folder, "-c", configuration, "-e", "error.log"], signal.SIGTERM)
        wait_for_port(self.port, self.process)

    @staticmethod
    def available():
        return find_program("nginx") is not None

    def configuration(self, folder, headers, body):
        def quoted(text):
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

        user = "user root;" if os.getuid() == 0 else ""
        temporary = "\n".join(f"    {kind}_temp_path {folder}/{kind};"
                              for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        lines = "\n".join(f"        add_header {name} {quoted(value)};" for name, value in headers
                          if name.lower() not in OWN_HEADERS)
        return f"""{user}
daemon off;
worker_processes auto;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
{temporary}
    server {{
        listen 127.0.0.1:{self.port};
        default_type application/json;
{lines}
        location / {{ return 200 {quoted(body)}; }}
    }}
}}
"""

    def version(self):
        text = self.run.output([self.program, "-v"], stderr=-2)
        return "nginx " + text.strip().rpartition("/")[2].split()[0]

    def load(self, requests, connections, seconds):
        return wrk(self.run, self.port, requests, connections, seconds)

    def stop(self):
        self.run.end(self.process)
