"""One account among all: the cold command and the running service; starts with a snapshot."""
import contextlib
import http.client
import os
import pathlib
import random
import re
import signal
import subprocess
import time

from rows import ledgers
from rows import machine
from rows import replays
from rows.table import Row


def ids(ledger):
    """Every account's id, as the first segments name them: enough to ask for at random."""
    found = set()
    for segment in machine.log_files(ledger):
        data = segment.read_bytes()
        found.update(re.findall(rb'"stream":"account/([^"]+)"', data[:1 << 22]))
        if len(found) > 20_000:
            break
    return sorted(name.decode() for name in found)


def chosen(ledger, count):
    """Some accounts, the same each time."""
    return random.Random(7).choices(ids(ledger), k=count)


def settings(ledger):
    """The environment in which a ledger's tokens are kept, beside it and apart from the user's."""
    return dict(os.environ, XDG_CONFIG_HOME=f"{ledger}.config", LC_ALL="C")


@contextlib.contextmanager
def serving(options, ledger, *words):
    """The service on a port the system chose, and how long it took to answer."""
    begun = time.monotonic()
    command = [machine.QUIPU, "serve", "--ledger", ledger, "--listen", "127.0.0.1:0", *words]
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.DEVNULL, env=settings(ledger))
    try:
        line = process.stdout.readline()
        port = int(re.search(r"(\d+)\D*$", line)[1])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        client.request("GET", "/healthz")
        client.getresponse().read()
        yield port, process, time.monotonic() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(300)


def token(options, ledger):
    """What lets a reader in."""
    def ask(*words):
        return machine.run(machine.QUIPU, *words, "--ledger", ledger, env=settings(ledger)).output
    if not options.tokens.get(ledger):
        # A ledger that was measured before has its first identity, whose token is kept.
        if not pathlib.Path(f"{ledger}.config").exists():
            ask("identity", "add", "bench", "--role", "admin", "--save")
        name = f"reader{os.getpid()}-{time.time_ns()}"
        options.tokens[ledger] = ask("token", "add", name, "--role", "reader", "--rate",
                                     1_000_000, "--as", "bench").strip()
    return options.tokens[ledger]


def one_account(options):
    """`show` as a command by itself, and the same of the service, one question after the other."""
    ledger = ledgers.million(options) or ledgers.portfolio(options)
    machine.say(f"asking for single accounts of {ledger.name}")
    cold = [machine.run(machine.QUIPU, "show", account, "--ledger", ledger).wall * 1000
            for account in chosen(ledger, 10 if options.quick else 60)]
    key = token(options, ledger)
    took = []
    with serving(options, ledger) as (port, _, _):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for account in chosen(ledger, 200 if options.quick else 5000):
            begun = time.monotonic()
            client.request("GET", f"/v1/accounts/{account}",
                           headers={"Authorization": f"Bearer {key}"})
            answer = client.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"bench: the service answered {answer.status} for {account}")
            took.append((time.monotonic() - begun) * 1000)
    size = replays.replay(ledger, "--unchecked")
    among = f"among {size['accounts']:,} ({size['events']:,} events)"
    return [
        Row("account", f"{among}, cold command, median", machine.median(cold), "≤ 60 ms",
            f"slowest of {len(cold)}: {max(cold):,.1f} ms", {"milliseconds": cold}),
        Row("account", f"{among}, served, 99 of 100", machine.percentile(took, 99), "≤ 5 ms",
            f"median {machine.median(took):,.2f} ms of {len(took):,}, one at a time",
            {"median": machine.median(took), "slowest": max(took)})]


def started(options):
    """A start with a snapshot: the read model as a command brings it back; the service."""
    ledger = ledgers.million(options) or ledgers.portfolio(options)
    machine.say(f"keeping a snapshot of {ledger.name}")
    machine.run(machine.QUIPU, "replay", "--ledger", ledger, "--on", ledgers.DAY)
    walls = []
    for _ in range(options.runs):
        told = machine.run(machine.QUIPU, "replay", "--ledger", ledger, "--on", ledgers.DAY).output
        walls.append(int(re.search(r"\(([\d,]+) ms[; ]", told)[1].replace(",", "")) / 1000)
    if "snapshot of" not in told:
        raise SystemExit(f"bench: the replay began with no snapshot: {told}")
    events = told.split(" ")[0]
    key = token(options, ledger)
    with serving(options, ledger) as (port, _, seconds):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        client.request("GET", f"/v1/accounts/{chosen(ledger, 1)[0]}",
                       headers={"Authorization": f"Bearer {key}"})
        answer = client.getresponse()
        answer.read()
    return [Row("snapshot", f"start of a replay after {events} events", machine.median(walls),
                "≤ 1 s", f"the service answers {seconds:,.2f} s after it was started",
                {"seconds": walls, "serving": seconds})]


def service(options):
    """The load that tools/bench/serve makes; its own figures, against the design's aims."""
    if not machine.has("wrk", "cc"):
        return []
    words = ["--seconds", 1 if options.quick else 10, "--long", 1 if options.quick else 30]
    if options.quick:
        words += ["--accounts", 500, "--months", 2]
    done = machine.run(machine.ROOT / "tools/bench/serve", "--program",
                       machine.QUIPU, *words)
    aims = {"account reads": "≥ 40,000 /s", "durable appends, one event each": "≥ 20,000 /s"}
    found = []
    for line in done.output.splitlines():
        match = re.match(r"(.+?)\s{2,}([\d,]+)\s+([\d.]*)\s+([\d.]*)\s", line + " ")
        if match and match[1] != "what":
            found.append(Row("service", match[1], int(match[2].replace(",", "")),
                             aims.get(match[1], ""), f"99 of 100 within {match[4]} ms"
                             if match[4] else "", {"line": line}))
    return found
