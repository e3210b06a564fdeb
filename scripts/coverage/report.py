#!/usr/bin/env python3
"""Prints the share of lines that tests ran, by module.

    scripts/coverage/report.py BUILD_FOLDER

Called by scripts/test --coverage. BUILD_FOLDER has the programs, and in profiles/ what their processes wrote.
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys

build = pathlib.Path(sys.argv[1])
# Not those of the system, which may be of another version than the compiler.
toolchain = pathlib.Path(shutil.which("swift")).resolve().parent

merged = build / "profiles" / "merged.profdata"
profiles = sorted((build / "profiles").glob("*.profraw"))
subprocess.run([toolchain / "llvm-profdata", "merge", "-sparse", "-o", merged, *profiles], check=True)

programs = [*(build / "debug").glob("*.xctest"), *(build / "debug" / name for name in ("profile-server", "profile-log", "profile-export"))]
arguments = [argument for program in programs[1:] for argument in ("-object", program)]
export = subprocess.run(
    [toolchain / "llvm-cov", "export", "-summary-only", f"-instr-profile={merged}", programs[0], *arguments],
    check=True,
    stdout=subprocess.PIPE,
)

sources = pathlib.Path("Sources").resolve()
lines = collections.defaultdict(lambda: [0, 0])
for file in json.loads(export.stdout)["data"][0]["files"]:
    path = pathlib.Path(file["filename"])
    if not path.is_relative_to(sources):
        continue
    count = file["summary"]["lines"]
    for name in (path.relative_to(sources).parts[0], "all"):
        lines[name][0] += count["covered"]
        lines[name][1] += count["count"]
for name, (covered, count) in sorted(lines.items(), key=lambda item: (item[0] == "all", item[0])):
    print(f"{name:<16} {100 * covered / count:5.1f} % of {count:6,} lines")
