"""Logs Chromium in to the server, and opens pages of other origins that try to change the server's data with this login.

    PYTHONPATH=.build/browser-tools PASSWORD=… python3 scripts/openapi/foreign-page.py http://127.0.0.1:8000

The store must be empty. The browser finds the host profiles.test at 127.0.0.1. Prints a line for each attempt: the kind of
the page's origin, what the page did, the method, the path, and the response's status, or `blocked` when the browser did not
send the request or showed an error instead of the framed page. The origin `own` is the server's page /docs. The last line
lists the operations of the audit trail.
"""

import http.server
import json
import os
import shutil
import signal
import sys
import threading
import time
import urllib.parse

from playwright.sync_api import Error, sync_playwright

# However the browser hangs.
signal.alarm(300)
server = sys.argv[1]
victim = urllib.parse.urlsplit(server)
login = f"admin:{urllib.parse.quote(os.environ['PASSWORD'], safe='')}"

RESTORE = "/restore/1?version=1"
CHECKPOINT = "/admin/checkpoint"
BACKUP = "/admin/backup"
USER = '{"name": "Mallory", "email": "mallory@example.com"}'


def form(path, body="", enctype="text/plain", attributes=""):
    """A form that submits itself. As text/plain, the browser sends a field as name=value: here JSON in both halves."""
    field = f"<input name='{body[:-1]}, \"a\": \"' value='\"}}'>" if body else ""
    return (
        f"<form method=post enctype={enctype} action='{server}{path}' {attributes}>{field}</form>"
        "<script>document.forms[0].submit()</script>"
    )


def fetch(method, address, **options):
    options = {"method": method, "credentials": "include"} | options
    return f"<script>fetch({json.dumps(address)}, {json.dumps(options)})</script>"


def no_cors(method, path, **options):
    return fetch(method, server + path, mode="no-cors", **options)


def cors(method, path, **options):
    return fetch(method, server + path, headers={"Content-Type": "application/json"}, **options)


link = f"<a href='#' ping='{server}{RESTORE}'></a><script>document.links[0].click()</script>"

# What the page does, and the method and the path of the request that it wants to cause.
ATTEMPTS = [
    ("form", "POST", RESTORE, form(RESTORE)),
    ("form", "POST", "/users", form("/users", USER)),
    ("form", "POST", CHECKPOINT, form(CHECKPOINT)),
    ("form-urlencoded", "POST", RESTORE, form(RESTORE, enctype="application/x-www-form-urlencoded")),
    ("form-multipart", "POST", RESTORE, form(RESTORE, enctype="multipart/form-data")),
    ("form-to-frame", "POST", RESTORE, "<iframe name=a></iframe>" + form(RESTORE, attributes="target=a")),
    ("sandboxed-form", "POST", RESTORE, "<iframe sandbox='allow-scripts allow-forms' src='/form'></iframe>"),
    ("data-form", "POST", RESTORE, f'<iframe src="data:text/html,{urllib.parse.quote(form(RESTORE))}"></iframe>'),
    ("redirect", "POST", RESTORE, fetch("POST", RESTORE, mode="no-cors")),
    ("no-cors", "POST", RESTORE, no_cors("POST", RESTORE)),
    ("no-cors", "POST", "/users", no_cors("POST", "/users", body=USER)),
    ("no-cors", "POST", CHECKPOINT, no_cors("POST", CHECKPOINT)),
    ("no-cors", "GET", BACKUP, no_cors("GET", BACKUP)),
    ("no-cors", "HEAD", BACKUP, no_cors("HEAD", BACKUP)),
    ("cors-simple", "POST", RESTORE, fetch("POST", server + RESTORE)),
    ("cors", "POST", RESTORE, cors("POST", RESTORE)),
    ("cors", "POST", "/users", cors("POST", "/users", body=USER)),
    ("cors", "PUT", "/users/1", cors("PUT", "/users/1", body=USER)),
    ("cors", "PATCH", "/users/1", cors("PATCH", "/users/1", body=USER)),
    ("cors", "DELETE", "/users/1", cors("DELETE", "/users/1")),
    ("beacon", "POST", RESTORE, f"<script>navigator.sendBeacon('{server}{RESTORE}')</script>"),
    ("ping", "POST", RESTORE, link),
    ("image", "GET", BACKUP, f"<img src='{server}{BACKUP}'>"),
    ("script", "GET", BACKUP, f"<script src='{server}{BACKUP}'></script>"),
    ("navigation", "GET", BACKUP, f"<script>location = '{server}{BACKUP}'</script>"),
    ("frame", "GET", "/docs", f"<iframe src='{server}/docs'></iframe>"),
    # This is allowed, since the page cannot see the response. It shows that the browser attaches the login.
    ("navigation", "GET", "/users/1", f"<script>location = '{server}/users/1'</script>"),
]


class Attacker(http.server.BaseHTTPRequestHandler):
    """Serves an empty page and one with a form, and sends each POST on to the server."""

    def do_GET(self):
        body = (form(RESTORE) if self.path == "/form" else "<link rel=icon href='data:,'>").encode()
        self.reply(200, {"Content-Type": "text/html", "Content-Length": len(body)})
        self.wfile.write(body)

    def do_POST(self):
        self.reply(307, {"Location": server + self.path, "Content-Length": 0})

    def reply(self, status, fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, str(value))
        self.end_headers()

    def log_message(self, *arguments):
        pass


def visit(page, origin):
    """Opens the page; again, when the page of the last attempt was still on its way to the server."""
    for _ in range(20):
        try:
            page.goto(origin)
            return
        except Error:
            page.wait_for_timeout(100)


def outcome(page, origin, method, path, html):
    """Opens the attacking page, and waits for what becomes of its request."""
    outcomes = []

    def note(request, result):
        if (request.method, request.url) == (method, server + path):
            outcomes.append(result)

    def note_frame(frame):
        if frame.parent_frame:
            outcomes.append("blocked" if frame.url.startswith("chrome-error:") else "shown")

    # Also of requests whose response the page may not see.
    events = {
        "response": lambda reply: note(reply.request, reply.status),
        "requestfailed": lambda request: note(request, "blocked"),
    }
    if path == "/docs":
        events = {"framenavigated": note_frame}
    visit(page, origin)
    for event, handler in events.items():
        page.on(event, handler)
    # Later, for a page that leaves at once would break off what drives the browser.
    page.evaluate("html => { setTimeout(() => { document.write(html); document.close() }) }", html)
    deadline = time.monotonic() + 10
    while not outcomes and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    for event, handler in events.items():
        page.remove_listener(event, handler)
    return outcomes[0] if outcomes else "nothing"


with sync_playwright() as playwright:
    attacker = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Attacker)
    threading.Thread(target=attacker.serve_forever, daemon=True).start()
    # Chromium's sandbox does not work for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    arguments.append("--host-resolver-rules=MAP profiles.test 127.0.0.1")
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(20_000)
    own = context.new_page()

    def send(method, path, body=None):
        code = """([method, path, body]) => fetch(path, {method, body, headers: {"Content-Type": "application/json"}})
            .then(async reply => [reply.status, path.startsWith("/audit") ? await reply.json() : null])"""
        status, content = own.evaluate(code, [method, path, body])
        print("own", "fetch", method, path, status, flush=True)
        return content

    # The browser keeps this login for the server's origin.
    own.goto(f"{victim.scheme}://{login}@{victim.netloc}/users")
    own.goto(f"{server}/docs")
    send("POST", "/users", '{"name": "Ada", "email": "ada@example.com"}')
    send("PUT", "/users/1", '{"name": "Ada Lovelace", "email": "ada@example.com"}')
    page = context.new_page()
    for site, host in [("same-site", victim.hostname), ("cross-site", "localhost")]:
        origin = f"http://{host}:{attacker.server_address[1]}/"
        for name, method, path, html in ATTEMPTS:
            print(site, name, method, path, outcome(page, origin, method, path, html), flush=True)
    for method, path in [("POST", RESTORE), ("POST", CHECKPOINT), ("GET", BACKUP)]:
        send(method, path)
    trail = send("GET", "/audit?order=asc")
    print("audit", *[entry["operation"] for entry in trail["audit_logs"]])
    browser.close()
