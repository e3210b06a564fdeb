"""Breaks the store on purpose, one place at a time, and shows which test notices. Called by scripts/mutate."""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
CLONE = ROOT / ".build" / "mutants" / "source"
# Tests that are ended in the middle leave their folders here, and their small disk mounted.
TEMPORARY = CLONE.parent / "temporary"
# Lives of stores, with some hundred crash states each: the simulator is slow without optimization.
SIMULATED_RUNS = 3

# In this order, the quickest first; a pattern for `swift test --filter`, and variables of the environment.
SUITES = [
    ("LogStorageTests", {}),
    ("UserProfilesTests|FuzzingTests", {}),
    ("KillTests|FullDiskTests|StartTests", {"KILL_ROUNDS": "10"}),
]


def run(*command, check=True):
    result = subprocess.run(command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if check and result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout[-4000:]}")
    return result


def clone():
    """A clone of what is committed, with the build of its last use."""
    if (CLONE / ".git").exists():
        run("git", "fetch", "--quiet", str(ROOT), "HEAD")
        run("git", "checkout", "--quiet", "--force", "FETCH_HEAD")
    else:
        CLONE.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(CLONE)], check=True)
    build = CLONE / ".build"
    if not build.exists():
        # What has been fetched for the usual build need not be fetched again.
        build.mkdir()
        for name in ("checkouts", "repositories", "workspace-state.json"):
            source = ROOT / ".build" / name
            if source.is_dir():
                shutil.copytree(source, build / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, build / name)
        if (ROOT / "Package.resolved").exists():
            shutil.copy(ROOT / "Package.resolved", CLONE)


def build():
    return run("swift", "build", "--build-tests", check=False)


def has_simulator():
    return '"crash-simulator"' in (CLONE / "Package.swift").read_text()


def first_failure(command, variables, limit):
    """Runs tests until the first one fails; its name, or None if all pass."""
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        env={**os.environ, "TMPDIR": str(TEMPORARY), **variables}, start_new_session=True,
    )
    watchdog = threading.Timer(limit, end_session, [process.pid])
    watchdog.start()
    try:
        for line in process.stdout:
            line = re.sub(r"\x1b\[[0-9;]*m", "", line)
            match = re.search(r"✘ Test (?:\"(.+?)\"|(\S+))(?: with .*)? recorded an issue", line)
            if match:
                return match.group(1) or match.group(2)
        status = process.wait()
        if watchdog.is_alive():
            return None if status == 0 else "the tests crash"
        return "a test does not end"
    finally:
        watchdog.cancel()
        end_session(process.pid)
        process.wait()
        clean_up()


def clean_up():
    """Removes what ended tests have left."""
    for line in Path("/proc/mounts").read_text().splitlines():
        place = line.split()[1]
        if place.startswith(f"{TEMPORARY}/"):
            subprocess.run(["umount", "-l", place], check=False)
    shutil.rmtree(TEMPORARY, ignore_errors=True)


def end_session(session):
    """Ends the tests that were started with this session, and what they have started, such as servers."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.getsid(int(entry.name)) == session:
                os.kill(int(entry.name), signal.SIGKILL)
        except ProcessLookupError:
            pass


def caught_by(only):
    """What notices the mutant: the crash simulator or a test's name, None for nothing."""
    if has_simulator() and only != "tests":
        command = [str(CLONE / ".build" / "debug" / "crash-simulator"), "--runs", str(SIMULATED_RUNS), "--seed", "1"]
        if first_failure(command, {}, 600):
            return "crash-simulator"
    for suite, variables in SUITES if only != "simulator" else []:
        tests = next((CLONE / ".build" / "debug").glob("*.xctest"))
        command = [str(tests), "--testing-library", "swift-testing", "--filter", suite]
        failure = first_failure(command, variables, 900)
        if failure:
            return failure
    return None


def judge(mutant, only):
    path = CLONE / mutant.file
    original = path.read_text()
    if original.count(mutant.old) != 1:
        sys.exit(f"{mutant.name}: the text stands {original.count(mutant.old)} times in {mutant.file}:\n{mutant.old}")
    path.write_text(original.replace(mutant.old, mutant.new))
    try:
        built = build()
        if built.returncode != 0:
            sys.exit(f"{mutant.name}: does not compile:\n{built.stdout[-3000:]}")
        return caught_by(only)
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", help="parts of names: only mutants that contain one of them")
    parser.add_argument("--list", action="store_true", help="only print the names, and check that each text is found")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many, to go on where a run ended")
    parser.add_argument("--only", choices=["simulator", "tests"], help="leave out the other")
    options = parser.parse_args()
    clone()
    chosen = [m for m in MUTANTS if not options.part or any(part in m.name for part in options.part)][options.skip:]
    if options.list:
        missing = 0
        for mutant in chosen:
            found = (CLONE / mutant.file).read_text().count(mutant.old)
            missing += found != 1
            print(f"{mutant.name}{'' if found == 1 else f': FOUND {found} TIMES in {mutant.file}'}")
        sys.exit(1 if missing else 0)
    print("Building the tests of a clone …", file=sys.stderr)
    if build().returncode != 0:
        sys.exit("the clone does not build: commit what it lacks")
    survivors = 0
    print("| what is broken | what notices | seconds |\n|---|---|---|", flush=True)
    for mutant in chosen:
        start = time.monotonic()
        test = judge(mutant, options.only)
        survivors += test is None
        print(f"| {mutant.name} | {test or '**nothing**'} | {time.monotonic() - start:.0f} |", flush=True)
    sys.exit(f"{survivors} mutants survive" if survivors else 0)


if __name__ == "__main__":
    main()
