"""Durable appends: the event store beside the disk's own limit and others that keep events."""
import json
import os
import pathlib
import shutil
import subprocess
import time

from rows import machine
from rows import servers
from rows.table import Row

APPEND = machine.RELEASE / "AppendBench"


def batches(ledger):
    """The lines of each batch of a ledger's log, its commit last, headers left out."""
    for segment in machine.log_files(ledger):
        lines = []
        for line in segment.read_bytes().splitlines(keepends=True)[1:]:
            lines.append(line)
            if line.startswith(b'{"commit":'):
                yield lines
                lines = []


def quipu(folder, events, batch):
    """Appends through the event store; seconds without the ledger's making."""
    shutil.rmtree(folder / "ledger", ignore_errors=True)
    done = machine.run(APPEND, folder / "ledger", events, batch)
    return json.loads(done.output.splitlines()[-1])["nanoseconds"] / 1e9


def raw(folder, groups):
    """Writes and syncs each batch's bytes: seconds."""
    target = folder / "raw"
    whole = [b"".join(lines) for lines in groups]
    start = time.monotonic()
    with open(target, "wb", buffering=0) as file:
        for data in whole:
            file.write(data)
            os.fdatasync(file.fileno())
    seconds = time.monotonic() - start
    target.unlink()
    return seconds


def fields(groups):
    """The same events for a table: a list of (seq, stream, n, key, line) a batch."""
    for lines in groups:
        events = [json.loads(line) for line in lines[:-1]]
        yield [(event["seq"], event["stream"], event["n"], event["key"], line.rstrip(b"\n"))
               for event, line in zip(events, lines)]


def compile_sqlite(folder):
    """The program that inserts through SQLite's C interface; None where there is no compiler."""
    if not machine.has("cc"):
        return None
    program = folder / "sqlite_append"
    subprocess.run(["cc", "-O2", "-o", program, pathlib.Path(__file__).parent / "sqlite_append.c",
                    "-lsqlite3"], check=True)
    return program


def sqlite(program, folder, groups):
    """Inserts the same events, a transaction a batch, into a table that keeps the same promises."""
    path = folder / "events.sqlite"
    with open(folder / "rows", "wb") as file:
        for batch in fields(groups):
            for seq, stream, n, key, line in batch:
                file.write(b"%d\t%s\t%d\t%s\t%s\n"
                           % (seq, stream.encode(), n, key.encode(), line))
            file.write(b"\n")
    with open(folder / "rows", "rb") as file:
        done = subprocess.run([program, path], check=True, stdin=file, stdout=subprocess.PIPE)
    for name in ("", "-wal", "-shm"):
        pathlib.Path(f"{path}{name}").unlink(missing_ok=True)
    return int(done.stdout) / 1e9


def ways(folder):
    """Whoever can append events here, by name: a function of batches that gives seconds."""
    found = {"raw write + fdatasync": raw}
    program = compile_sqlite(folder)
    if program:
        found["SQLite WAL FULL"] = lambda folder, groups: sqlite(program, folder, groups)
    return found | servers.ways(fields)


def rows(options):
    """One event a batch, and 512."""
    found = []
    sizes = ((200, 1), (20 * 512, 512)) if options.quick else ((2000, 1), (200 * 512, 512))
    peers = ways(options.folder)
    for events, batch in sizes:
        seconds = {name: [] for name in ("quipu", *peers)}
        for _ in range(options.runs):
            seconds["quipu"].append(quipu(options.folder, events, batch))
            groups = list(batches(options.folder / "ledger"))
            for name, way in peers.items():
                seconds[name].append(way(options.folder, groups))
        wall = {name: machine.median(all) for name, all in seconds.items()}
        for name in peers:
            aim = {("raw write + fdatasync", 1): "≥ 0.9 ×",
                   ("raw write + fdatasync", 512): "≥ 0.5 ×",
                   ("SQLite WAL FULL", 512): "≥ 5 ×"}.get((name, batch), "")
            found.append(Row(
                "append", f"{batch} a batch, as fast as {name}", wall[name] / wall["quipu"],
                aim or "", f"{events / wall['quipu']:,.0f} events/s against "
                f"{events / wall[name]:,.0f}", {"seconds": seconds, "events": events}))
    shutil.rmtree(options.folder / "ledger", ignore_errors=True)
    servers.stop()
    return found
