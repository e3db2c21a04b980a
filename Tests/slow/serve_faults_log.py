"""What the service promises of what it records, and whether it keeps it: for `serve-faults`."""

import json
import os
import subprocess
import time

from serve_client import Ledger, Payers, Service, hold, open_accounts, paid, wait_until

CLIENTS = 8


def promised_is_recorded(ledger, payers):
    """Every promise is in the log under its key and position, and no key is there twice."""
    events = ledger.events()
    places = {}
    for event in events:
        hold(event["key"] not in places, "twice in the log:", event["key"])
        places[event["key"]] = event["seq"]
    for key, seq in payers.promised.items():
        hold(places.get(key) == seq, key, "was promised at", seq, "and is at", places.get(key))
    ledger.must("verify")
    return len(events)


def killed(ledger, options):
    """Killed under load"""
    payers, rounds = Payers(CLIENTS), 6 if options.quick else 50
    with Service(ledger) as service:
        open_accounts(service)
        hold(service.stop() == 0, "it did not end well")
    for _ in range(rounds):
        with Service(ledger) as service:
            payers.begin(service)
            time.sleep(0.1 + options.random.random() * 0.5)
            service.kill()
            payers.end()
    with Service(ledger) as service:
        for number in filter(lambda n: payers.unanswered[n], range(CLIENTS)):
            status, _, value = service.post(paid(f"A-{number}", payers.unanswered[number]))
            hold(status in (200, 201), "sent again:", status, value)
            payers.promised[value["key"]] = value["seq"]
        hold(service.stop() == 0, "it did not end well")
    hold(not payers.answers, "while it ran:", payers.answers[:3])
    count = promised_is_recorded(ledger, payers)
    return f"{rounds} times, {len(payers.promised)} promises, {count} events"


def ended_under_load(ledger, _):
    """Ended by SIGTERM under load"""
    payers = Payers(CLIENTS)
    with Service(ledger) as service:
        open_accounts(service)
        payers.begin(service)
        time.sleep(0.7)
        hold(service.stop() == 0, "exit status")
        payers.end()
    hold(all(status == 503 for status, _ in payers.answers), payers.answers[:3])
    count = promised_is_recorded(ledger, payers)
    latest = ledger.must("checkpoint").stdout
    hold(f"\n{count}\n" in latest, "the last checkpoint is not of", count, "events:", latest)
    return f"{len(payers.promised)} promises, checkpoint of {count} events"


def full_disk(ledger, _):
    """A full disk"""
    if os.geteuid() != 0:
        return "left out: needs root for a small file system"
    place = ledger.folder / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], check=False,
        capture_output=True)
    if mounted.returncode:
        return "left out: a file system cannot be mounted here"
    try:
        small = Ledger(ledger.folder, ledger.program, "small/ledger").make()
        with Service(small) as service:
            open_accounts(service)
            free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
            (place / "filler").write_bytes(bytes(free))
            statuses = set()
            for number in range(40):
                status, headers, _ = service.post(paid("A-1", f"full-{number}"))
                statuses.add(status)
                if status == 507:
                    hold("Retry-After" in headers, "507 says not when to come again")
                    break
            hold(507 in statuses, "never 507:", statuses)
            status, _, value = service.ask("GET", "/v1/accounts/A-1", "desk")
            hold(status == 200 and value["account"] == "A-1", "reads while full:", status)
            (place / "filler").unlink()
            status, _, value = service.post(paid("A-1", "roomy"))
            hold(status == 201, "with room again:", status, value)
            hold(service.stop() == 0, "exit status")
        small.must("verify")
    finally:
        subprocess.run(["umount", str(place)], check=False)
    return "507, reads served, goes on"


def all_or_nothing(ledger, _):
    """Batches and keys"""
    with Service(ledger) as service:
        open_accounts(service)
        events = [paid("A-1", "b-1"), paid("A-2", "b-2"), paid("A-none", "b-3")]
        status, _, value = service.post({"events": events})
        hold(status == 422 and value["line"] == 3, "a bad third:", status, value)
        hold(service.post(paid("A-1", "b-1"))[0] == 201, "the first of a refused batch was kept")
        status, _, value = service.post({"events": [paid("A-1", "b-4"), paid("A-2", "b-5")]})
        hold(status == 201 and len(value["receipts"]) == 2, status, value)
        hold(service.post({"events": [paid("A-1", "b-4"), paid("A-2", "b-5")]})[0] == 200, "again")
        status, _, value = service.post(paid("A-1", "b-4", 7))
        hold(status == 409 and value["code"] == "key_conflict", "another amount:", status, value)
        status, _, value = service.post(paid("A-1", "b-9") | {"n": 1})
        hold(status == 409 and value["code"] == "wrong_position", "position:", status, value)
        bare = paid("A-1", "b-6")
        del bare["key"]
        hold(service.post(bare)[0] == 422, "no key")
        hold(service.post(bare, Idempotency_Key="mine")[2]["key"] == "mine", "Idempotency-Key")
        hold(service.post(bare, Idempotency_Key="mine")[0] == 200, "Idempotency-Key again")
        lines = "".join(json.dumps(paid(f"A-{n % CLIENTS}", f"l-{n}")) + "\n"
                        for n in range(4096))
        status, _, value = service.ask(
            "POST", "/v1/events", "gate", lines, {"Content-Type": "application/x-ndjson"})
        hold(status == 201 and len(value["receipts"]) == 4096, "4,096 lines:", status)
        status, _, value = service.ask("GET", "/v1/accounts/A-3", "desk")
        hold(value["paid"] == 4096 // CLIENTS, "a read after 201 does not see it:", value["paid"])
    return "422 with its line, 409, 200, 201"


def beside_others(ledger, _):
    """Two services, and a follower"""
    with Service(ledger) as service:
        open_accounts(service)
        second = ledger.run("serve", "--listen", "127.0.0.1:0", "--json")
        hold(second.returncode == 5 and "in_use" in second.stderr, second.returncode, second.stderr)
        place = f"127.0.0.1:{service.port}"
        taken = ledger.run("serve", "--read-only", "--listen", place, "--json")
        hold(taken.returncode == 5 and "address_in_use" in taken.stderr, taken.stderr)
        with Service(ledger, "--read-only") as follower:
            hold(service.post(paid("A-1", "followed", 77))[0] == 201, "recorded")
            wait_until(lambda: follower.ask("GET", "/v1/accounts/A-1", "desk")[2]["paid"] == 77, 3,
                       "the follower sees it")
            hold(follower.post(paid("A-1", "x"))[2]["code"] == "read_only", "a follower records")
        hold(service.stop() == 0, "exit status")
    with Service(ledger, "--read-only") as follower:
        drafts = "".join(json.dumps(paid("A-2", f"r-{n}")) + "\n" for n in range(500))
        ledger.must("record", "-", given=drafts)
        wait_until(lambda: follower.ask("GET", "/v1/accounts/A-2", "desk")[2]["paid"] == 500, 3,
                   "the follower sees what record did")
    exposed = ledger.run("serve", "--listen", "0.0.0.0:0", "--json")
    hold(exposed.returncode == 3 and "needs_tls" in exposed.stderr, exposed.stderr)
    return "in use, followed, exposed refused"
