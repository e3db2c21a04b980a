"""Durable appends: the event store beside the disk's own limit and others that keep events."""
import json
import os
import pathlib
import subprocess
import time

from rows import machine
from rows import servers
from rows.table import Row


def batches(ledger):
    """The lines of each batch of a ledger's log, its commit last, headers left out."""
    for segment in machine.log_files(ledger):
        lines = []
        for line in segment.read_bytes().splitlines(keepends=True)[1:]:
            lines.append(line)
            if line.startswith(b'{"commit":'):
                yield lines
                lines = []


def quipu(ledger, events, batch, *how):
    """Appends through the event store; seconds without the ledger's making."""
    done = machine.run(machine.APPEND, ledger, events, batch, *how)
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
    """One event a batch, and 512; the last with keys in no order, in a log that has grown."""
    few, many, long = (200, 40, 80) if options.quick else (2000, 200, 2000)
    peers = ways(options.folder)
    # The others take minutes over a million.
    lasting = {name: way for name, way in peers.items() if name.startswith(("raw", "SQLite"))}
    found = beside(options, peers, few, 1, options.runs)
    found += beside(options, peers, many * 512, 512, options.runs)
    found += beside(options, lasting, long * 512, 512, min(3, options.runs), "--random-keys")
    servers.stop()
    return found


def beside(options, peers, events, batch, runs, *how):
    """The same events through the event store and its peers, in turn.

    Each run has a directory of its own: for minutes after many files were removed, ext4 is slow to
    make new ones.
    """
    seconds = {name: [] for name in ("quipu", *peers)}
    for run in range(runs):
        ledger = options.folder / f"ledger-{batch}-{run}{how}"
        seconds["quipu"].append(quipu(ledger, events, batch, *how))
        groups = list(batches(ledger))
        for name, way in peers.items():
            seconds[name].append(way(options.folder, groups))
    wall = {name: machine.median(all) for name, all in seconds.items()}
    order = "keys in no order" if how else "keys counted through"
    what = f"{batch} a batch, {order}, a log of {events:,}" if batch > 1 else "1 a batch"
    aims = {("raw write + fdatasync", 1): "≥ 0.9 ×", ("raw write + fdatasync", 512): "≥ 0.5 ×"}
    # Counted keys are what a unique index is best at; default keys are digests, in no order.
    if how:
        aims["SQLite WAL FULL", 512] = "≥ 5 ×"
    return [
        Row("append", f"{what}, as fast as {name}", wall[name] / wall["quipu"],
            aims.get((name, batch), ""), f"{events / wall['quipu']:,.0f} events/s against "
            f"{events / wall[name]:,.0f}", {"seconds": seconds, "events": events})
        for name in peers]
