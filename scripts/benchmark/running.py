"""What a run starts and makes. All of it ends with the run, however that ends: processes by their ids, then the folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.join(ROOT, ".build", "release")
# Where scripts/setup unpacks the peers that are not installed.
UNPACKED = os.path.join(ROOT, ".build", "peers")
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(text):
    print(text, file=sys.stderr, flush=True)


def find_program(*patterns):
    """The path of a program by its names or paths, of the system first, then of what scripts/setup unpacked."""
    folders = os.environ["PATH"].split(":") + ["/usr/sbin"] + [UNPACKED + end for end in ("/usr/bin", "/usr/sbin")]
    for pattern in patterns:
        for folder in folders:
            path = os.path.join(folder, pattern)
            if os.access(path, os.X_OK):
                return path
    return None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(port, process, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"{process.args[0]} did not start")


class Run:
    """Keeps a list of the processes and one folder for all data, so that all of it is on one disk."""

    def __init__(self, parent):
        self.processes = []
        self.folder = tempfile.mkdtemp(prefix="profile-benchmark-", dir=parent)
        # PostgreSQL does not run as root and has to get through to its own folder.
        os.chmod(self.folder, 0o711)
        libraries = [os.path.join(UNPACKED, "usr/lib", name) for name in os.listdir(os.path.join(UNPACKED, "usr/lib"))
                     ] if os.path.isdir(os.path.join(UNPACKED, "usr/lib")) else []
        self.environment = dict(os.environ, LC_ALL="C.UTF-8")
        if libraries:
            self.environment["LD_LIBRARY_PATH"] = ":".join(libraries)

    def __enter__(self):
        for number in ENDING_SIGNALS:
            signal.signal(number, self.interrupted)
        return self

    def interrupted(self, number, frame):
        say(f"ended by {signal.Signals(number).name}")
        raise SystemExit(128 + number)

    def __exit__(self, *error):
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for process, stop in reversed(self.processes):
            self.end(process, stop)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        """A folder for somebody's data."""
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        return path

    def start(self, command, stop=signal.SIGTERM, **options):
        """Starts a process that runs until `end` or the end of the run."""
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("env", self.environment)
        # A session of its own: Ctrl-C is for this script alone, which then ends the others in the right order.
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        self.processes.append((process, stop))
        return process

    def end(self, process, stop=signal.SIGTERM, seconds=60):
        """Asks a process to end, and makes it if it does not. Answers its exit code."""
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = [entry for entry in self.processes if entry[0] is not process]
        return process.returncode

    def output(self, command, **options):
        """Runs a command to its end and answers what it prints."""
        options.setdefault("env", self.environment)
        options.setdefault("stderr", subprocess.DEVNULL)
        run = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                             start_new_session=True, **options)
        return run.stdout
