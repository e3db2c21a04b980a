"""Replays of everything: beside SQL and journals, on all cores; their memory and their growth."""
import json
import os
import re

from rows import ledgers
from rows import machine
from rows import peers
from rows.table import Row


def replay(ledger, *words):
    """One replay from the first event, in a process of its own: what it says, and its seconds."""
    done = machine.run(ledgers.REPLAY, ledger, ledgers.DAY, *words)
    result = json.loads(done.output)
    return result | {"seconds": result["nanoseconds"] / 1e9, "wall": done.wall}


def in_turn(ways, runs):
    """The median seconds of each of several ways, measured in turn."""
    seconds = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            seconds[name].append(way())
    return {name: machine.median(all) for name, all in seconds.items()}, seconds


def rates(events, first, second):
    """Two speeds beside each other."""
    return f"{events / first:,.0f} events/s against {events / second:,.0f}"


def beside_sql(options):
    """One core against the same events in SQLite, folded in SQL."""
    ledger = ledgers.portfolio(options)
    tables = options.folder / "tables"
    machine.run(machine.QUIPU, "replay", "--from-scratch", "--ledger", ledger, "--on", ledgers.DAY,
                "--out", tables)
    machine.say("putting the same events into SQLite")
    sql = peers.SQLiteFold(options.folder, ledger, ledgers.DAY)
    wall, seconds = in_turn({
        "unchecked": lambda: replay(ledger, "--unchecked")["seconds"],
        "checked": lambda: replay(ledger)["seconds"],
        "json": lambda: sql.seconds(typed=False),
        "typed": lambda: sql.seconds(typed=True)}, options.runs)
    sql.require_same(tables)
    events = replay(ledger)["events"]
    aims = {("unchecked", "json"): "≥ 4 ×", ("checked", "json"): "≥ 1.5 ×"}
    return [Row("replay", f"one core, {mine}, as fast as SQL over {theirs} rows",
                wall[theirs] / wall[mine], aims.get((mine, theirs), ""),
                rates(events, wall[mine], wall[theirs]), {"seconds": seconds, "events": events})
            for theirs in ("json", "typed") for mine in ("unchecked", "checked")]


def beside_journals(options):
    """The same payments as ledger and hledger read them."""
    found = [name for name in ("ledger", "hledger") if machine.has(name)]
    if not found:
        return []
    accounts = min(options.accounts, 3000)
    ledger = options.folder / "payments"
    path = ledgers.drafts(options.folder / "payments.jsonl", accounts, options.months,
                          ledgers.PAYMENTS)
    ledgers.recorded(ledger, path)
    text = peers.journal(ledger, options.folder / "payments.journal", ledgers.DAY)
    entries = len(re.findall(r"^\d{4}-", text.read_text(encoding="utf-8"), re.M))
    owed = {peers.balance(name, text)[0] for name in found}
    told = json.loads(machine.run(machine.QUIPU, "replay", "--json", "--ledger", ledger, "--on",
                                  ledgers.DAY).output)["totals"][0]["outstanding"]
    if owed != {f"{told / 100:.2f}"}:
        raise SystemExit(f"bench: {found} say {owed}, the replay {told}")
    ways = {name: lambda name=name: peers.balance(name, text)[1] for name in found}
    wall, seconds = in_turn({"unchecked": lambda: replay(ledger, "--unchecked")["wall"],
                             "checked": lambda: replay(ledger)["wall"]} | ways, options.runs)
    events = replay(ledger)["events"]
    aims = {"ledger": "≥ 40 ×", "hledger": "≥ 100 ×"}
    return [Row("journals", f"one core, {mine}, as fast as {name}", wall[name] / wall[mine],
                aims[name], f"{wall[mine] * 1000:,.0f} ms for {events:,} events against "
                f"{wall[name] * 1000:,.0f} ms for {entries:,} entries",
                {"seconds": seconds, "events": events, "entries": entries})
            for name in found for mine in ("unchecked", "checked")]


def on_all_cores(options):
    """All cores against one, and the same digest whatever their number."""
    ledger = ledgers.portfolio(options)
    jobs = os.cpu_count()
    results = []

    def once(count):
        results.append(replay(ledger, "--jobs", count))
        return results[-1]["seconds"]

    wall, seconds = in_turn(
        {count: lambda count=count: once(count) for count in (1, jobs, jobs + 3)}, options.runs)
    if len({result["digest"] for result in results}) != 1:
        raise SystemExit("bench: the digest of the tables depends on the number of threads")
    parts = {name: machine.median([result[name] for result in results[1::3]]) / 1e6
             for name in ("reading", "deriving", "hashing")}
    return [Row("cores", f"{jobs} threads, as fast as one, by core", wall[1] / wall[jobs] / jobs,
                "≥ 0.85 ×", f"{wall[1] * 1000:,.0f} ms on one, {wall[jobs] * 1000:,.0f} on {jobs} ("
                + ", ".join(f"{name} {value:,.0f}" for name, value in parts.items()) + ")",
                {"seconds": {str(count): all for count, all in seconds.items()}})]


def verified(options):
    """Verification of all that is there, against the hash alone of the same bytes."""
    ledger = ledgers.portfolio(options)
    if not machine.has("openssl"):
        return []
    wall, seconds = in_turn({
        "verify": lambda: machine.run(machine.QUIPU, "verify", "--ledger", ledger).wall,
        "openssl": lambda: machine.run("openssl", "dgst", "-sha256",
                                       *machine.log_files(ledger)).wall}, options.runs)
    size = sum(path.stat().st_size for path in machine.log_files(ledger))
    return [Row("verify", "every byte, hash and rule, in times of openssl dgst -sha256",
                wall["verify"] / wall["openssl"], "≤ 2.5 ×",
                f"{wall['verify'] * 1000:,.0f} ms against {wall['openssl'] * 1000:,.0f} ms for "
                f"{size >> 20:,} MiB", {"seconds": seconds, "bytes": size})]


def memory_bound(ledger, accounts):
    """The bytes a replay may take: by account, by due item and by payment."""
    items = payments = 0
    for segment in machine.log_files(ledger):
        data = segment.read_bytes()
        payments += data.count(b'"type":"PaymentReceived"')
        items += (data.count(b'"dueOn":') - data.count(b'"type":"PromiseMade"')
                  - data.count(b'"type":"PromiseRescheduled"')
                  + data.count(b'"type":"ChargeAssessed"') + data.count(b'"type":"CostIncurred"'))
    return 200 * accounts + 64 * items + 32 * payments + (64 << 20), items, payments


def memory(options):
    """The most that is resident in a replay, against the bound."""
    rows = []
    whole = ledgers.million(options) or ledgers.portfolio(options)
    for ledger in (whole,):
        result = replay(ledger, "--jobs", os.cpu_count())
        bound, items, payments = memory_bound(ledger, result["accounts"])
        taken = result["memoryKiB"] * 1024
        rows.append(Row("memory", "resident in a replay, of the bound", taken / bound, "≤ 1 ×",
                        f"{taken >> 20:,} of {bound >> 20:,} MiB: {result['accounts']:,} accounts, "
                        f"{items:,} items, {payments:,} payments, {result['contacts']:,} contacts",
                        result | {"bound": bound, "items": items, "payments": payments}))
    return rows


def scores(options):
    """Scoring all accounts, against replaying them."""
    portfolio = ledgers.portfolio(options)
    model = options.folder / "model.json"
    if not model.exists():
        machine.run(machine.QUIPU, "train", "--ledger", portfolio, "--model", "pays-30", "--target",
                    "paysWithin:30:5000", "--at", "2025-04-30..2025-10-31", "--split", "2025-09-01",
                    "--knowledge", "effective", "--out", model)
    whole = ledgers.million(options) or portfolio
    results = [replay(whole, "--jobs", os.cpu_count(), "--score", model)
               for _ in range(1 if whole != portfolio else options.runs)]
    scoring = machine.median([result["scoring"] / 1e9 for result in results])
    seconds = machine.median([result["seconds"] for result in results])
    return [Row("scores", f"of {results[0]['accounts']:,} accounts, in times of their replay",
                scoring / seconds, "≤ 0.25 ×", f"{scoring * 1000:,.0f} ms against "
                f"{seconds * 1000:,.0f} ms, both on {os.cpu_count()} threads", results[0])]


def growth(options):
    """The time an event takes, as there are more of them."""
    sizes = (1_000, 10_000) if options.quick else (100_000, 1_000_000, 10_000_000)
    times = []
    for size in sizes:
        # Some 22 events an account in six months.
        ledger = ledgers.filled(options.folder / f"growth-{size}", max(1, round(size / 21.9)), 6)
        rounds = 1 if size > 5_000_000 else options.runs
        results = [replay(ledger) for _ in range(rounds)]
        events = results[0]["events"]
        times.append({"events": events, "replay": machine.median(
            [result["nanoseconds"] for result in results]) / events, "verify": machine.median(
            [machine.run(machine.QUIPU, "verify", "--ledger", ledger).wall
             for _ in range(rounds)]) * 1e9 / events})
        ledgers.remove(ledger)
    return [Row("growth", f"{name}: slowest size, in times of the quickest",
                max(time[name] for time in times) / min(time[name] for time in times),
                "" if options.quick else "≤ 1.2 ×",
                ", ".join(f"{time[name]:,.0f} ns at {time['events']:,}" for time in times),
                {"times": times}) for name in ("replay", "verify")]
