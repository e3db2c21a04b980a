"""The main job by hand: record or import a whole file, and one account followed event by event."""
import json
import lzma
import shutil

from rows import ledgers
from rows import machine
from rows.table import Row

FINES = machine.ROOT.parent / "shared" / "data" / "traffic-fines" / "events.csv.xz"
FOLLOW = machine.RELEASE / "AccountBench"


def recording(options):
    """`record` of a generated portfolio, `import` of the road traffic fines where they are."""
    path = ledgers.drafts(options.folder / "record.jsonl", options.accounts, options.months)
    with open(path, encoding="utf-8") as file:
        events = sum(1 for _ in file)
    found = [timed(options, "record of a generated portfolio", events, (),
                   ("record", path))]
    path.unlink()
    if FINES.exists() and not options.quick:
        csv = options.folder / "fines.csv"
        with lzma.open(FINES) as packed, open(csv, "wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
        found.append(timed(options, "import of the road traffic fines", 534_738,
                           ("--currency", "EUR", "--time-zone", "Europe/Rome", "--jurisdiction",
                            "IT"), ("import", "road-traffic-fines", csv)))
    elif not FINES.exists():
        machine.say("no ../shared/data beside the checkout: traffic fines left out")
    return found


def timed(options, what, events, init, command):
    """One command that fills a fresh ledger."""
    ledger = options.folder / "filled"
    walls = []
    for _ in range(min(options.runs, 3)):
        machine.run(machine.QUIPU, "init", "--ledger", ledger, *init)
        walls.append(machine.run(machine.QUIPU, *command, "--ledger", ledger).wall)
        shutil.rmtree(ledger)
    wall = machine.median(walls)
    return Row("record", what, events / wall, "", f"events/s: {events:,} in {wall:.2f} s",
               {"seconds": walls, "events": events})


def followed(options):
    """The state after each event of one account: flat per event where it is linear."""
    found = []
    for late, note in ((0, "in time order"), (20, "each 20th a hundred days late")):
        sizes = (100, 1_000) if options.quick else (100, 1_000, 10_000)
        times = [machine.median([
            json.loads(machine.run(FOLLOW, events, late).output)["nanosecondsPerState"]
            for _ in range(options.runs)]) for events in sizes]
        found.append(Row("follow", f"one account after each of its events, {note}",
                         max(times) / min(times), "", "slowest size in times of the quickest: "
                         + ", ".join(f"{time:,} ns at {events:,}"
                                     for events, time in zip(sizes, times)), {"times": times}))
    return found
