"""profile-log over the files of a store, and profile-export beside psql's \\copy of the same rows."""

import os
import subprocess
import time

from measures.starts import replay
from peers.postgres import Postgres
from programs import benchmark
from running import BUILD, say


def measure_log(run, figures, data, mixed, options):
    """`data` has creations only, `mixed` as many records of all sorts."""
    say("profile-log …")
    records = benchmark(run, "open", data)["records"]
    mixed_records = benchmark(run, "open", mixed)["records"]
    for _ in range(options.rounds):
        figures.add("verify", log_command(run, "verify", "--data", data, core=0)[0])
        figures.add("verify_mixed", log_command(run, "verify", "--data", mixed, core=0)[0])
        rows, memory = log_command(run, "records", "--format", "ndjson", "--data", data)
        figures.add("rows", records / rows)
        figures.add("rows_resident", memory)
        figures.add("rows_mixed", mixed_records / log_command(run, "records", "--format", "ndjson", "--data", mixed)[0])
        figures.add("rare", log_command(run, "records", "--actor", "rare", "--data", data)[0])
        figures.add("replay_mixed", replay(run, mixed)["seconds"])


def log_command(run, *arguments, core=None):
    """Runs profile-log with its output thrown away; answers the seconds it took and the most MiB of memory it had."""
    command = [os.path.join(BUILD, "profile-log"), *arguments]
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    start = time.monotonic()
    child = run.start(command)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - start
    run.end(child)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return seconds, usage.ru_maxrss / 1024


def measure_export(run, figures, data, options, versions):
    """Exports a store into an empty schema, and copies the rows of user_audit to an equal table, in turn."""
    if not Postgres.available():
        say("PostgreSQL is not here, so profile-export is not measured")
        return
    say("profile-export …")
    postgres = Postgres(run)
    versions.append(postgres.version())
    rows_file = os.path.join(postgres.folder, "rows")
    for turn in range(options.rounds):
        postgres.psql("DROP SCHEMA IF EXISTS export CASCADE", "CHECKPOINT")
        export = export_command(run, postgres, data)
        if turn == 0:
            rows = int(postgres.psql("SELECT count(*) FROM export.user_audit"))
            postgres.psql(f"\\copy export.user_audit to '{rows_file}'")
        postgres.psql("DROP TABLE IF EXISTS public.copied",
                      "CREATE TABLE public.copied (LIKE export.user_audit INCLUDING ALL)", "CHECKPOINT")
        start = time.monotonic()
        postgres.psql(f"\\copy public.copied from '{rows_file}'")
        figures.add("export", rows / export, rows / (time.monotonic() - start))
    figures.add("export_verify", rows / export_command(run, postgres, data, "--verify"))
    postgres.stop()


def export_command(run, postgres, data, *options):
    """The seconds that profile-export took."""
    start = time.monotonic()
    run.output([os.path.join(BUILD, "profile-export"), "--data", data, "--to", postgres.address, "--schema", "export",
                *options], stderr=subprocess.DEVNULL)
    return time.monotonic() - start
