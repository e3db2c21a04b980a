#!/usr/bin/env python3
"""Verifies an evidence package without Quipu: with Python's own library and `openssl`.

THE PACKAGE is a folder:

  index.html, report.json   what it says, to read; made from the events and no evidence by itself
  events.jsonl              the events, each the exact line of the ledger's log, in its order
  proofs/<seq>.tlog-proof   for each event: its line, and hashes that lead to the checkpoint's root
  checkpoint, vkey          the ledger's signed statement of all its events, and the key to check it
  documents/<sha256>        policies and other documents the events name by their digest
  opened.jsonl              only where the recipient may: {"seq","fields"}, sealed fields in clear
  receipts/                 receipts of erasures
  SHA256SUMS, …SUMS.note    the digest of every file, and a note of it that the key signed
  verify.py, evidence.py    this program, so called in a package, and what quipu-verify shares

WHAT IS SHOWN by exit 0: no file was changed, added or taken away since the key signed it; every
event is in the ledger that the key signed, as it stands here to the last byte; of each stream, and
of the run of a period, that report.json calls complete no event is left out before its last; every
document is the one named.
WHAT IS NOT: that the key is the ledger's (compare it with one got elsewhere, --vkey), that a stream
goes no further than its last event here (ask for the ledger, or for a package made later), and that
the clear text of opened.jsonl is what was sealed: the ledger alone has the key to show that.
Exit: 0 all of it holds, 1 something does not, 2 wrong usage, 4 something could not be read.
"""
import argparse
import hashlib
import json
import pathlib
import sys

sys.dont_write_bytecode = True
from evidence import (Note, attempt, check_proof, need, parse_event, parse_key, parse_note, signers,
                      unbase64)

SUMS, SIGNED = "SHA256SUMS", "SHA256SUMS.note"


def check_sums(folder):
    """Every file has the digest stated, and there is no other."""
    stated = {}
    for line in (folder / SUMS).read_text().splitlines():
        digest, _, name = line.partition("  ")
        need(name not in stated, f"{SUMS} names {name} twice")
        stated[name] = digest
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(there - stated.keys() - {SUMS, SIGNED}):
        need(name.startswith("__pycache__/"), f"{name} is not in {SUMS}")
    for name, digest in stated.items():
        need(name in there, f"{name} is missing")
        need(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest,
             f"{name} was changed")
    return len(stated)


def check_signed(folder, keys):
    """The key that signed the events signed the sums of all files too."""
    text, _, rest = (folder / SIGNED).read_text().rpartition("\n\n")
    digest = hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    need(f"{text}\n" == f"quipu package\n{digest}\n", f"{SIGNED} speaks of other sums")
    lines = [line.split(" ") for line in rest.splitlines()]
    signatures = [(name, unbase64(data)) for _, name, data in lines]
    need(signers(Note(f"{text}\n", signatures, None, None, None), keys),
         f"{SIGNED} is not signed by the key")


def check_events(folder, keys):
    """Every event has its proof under the one checkpoint; the events by seq."""
    events, checkpoint = {}, (folder / "checkpoint").read_bytes()
    for line in (folder / "events.jsonl").read_bytes().split(b"\n")[:-1]:
        event = parse_event(line)
        seq, name = event["seq"], f"proofs/{event['seq']:012}.tlog-proof"
        need(not events or seq > max(events), f"event {seq} is out of order")
        need((folder / name).exists(), f"event {seq} has no proof")
        proof = (folder / name).read_bytes()
        extra = proof.split(b"\n", 2)[1].decode().removeprefix("extra ")
        need(unbase64(extra) == line, f"{name} proves another line than events.jsonl has")
        need(proof.endswith(b"\n\n" + checkpoint), f"{name} leads to another checkpoint")
        try:
            check_proof(proof, keys)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        events[seq] = event
    need(len(events) == len(list((folder / "proofs").iterdir())), "a proof has no event")
    return events


def check_streams(events, report):
    """No event of a stream or a period that is called complete is left out; which those are."""
    places = {}
    for event in events.values():
        places.setdefault(event["stream"], []).append(event["n"])
    for stream, count in report["completeStreams"].items():
        need(places.get(stream, []) == list(range(count)), f"{stream} has not its {count} events")
    first, end = report["completeRange"] or (0, 0)
    for seq in range(first, end):
        need(seq in events, f"event {seq} of the period is missing")
    count = len(report["completeStreams"])
    return [f"{count} streams have all their events up to the last one here"] + [
        f"no event from {first} to {end - 1} is left out"] * (end > first)


def check_documents(folder):
    for path in sorted((folder / "documents").glob("*")):
        need(hashlib.sha256(path.read_bytes()).hexdigest() == path.name.partition(".")[0],
             f"documents/{path.name} is not the document of that digest")


def check_receipts(folder, events):
    """Every receipt is one that an erasure here names."""
    named = {event["data"].get("receipt") for event in events.values()
             if event["type"] == "SubjectErased"}
    for path in sorted((folder / "receipts").glob("*")):
        need(hashlib.sha256(path.read_bytes()).hexdigest() in named,
             f"receipts/{path.name} is of no erasure here")


def check_opened(folder, events):
    """What was opened is of sealed events here; how many those are."""
    path, count = folder / "opened.jsonl", 0
    if path.exists():
        for line in path.read_text().splitlines():
            seq, count = json.loads(line)["seq"], count + 1
            need("sealed" in events.get(seq, {}), f"opened.jsonl: event {seq} has nothing sealed")
    return count


def check(folder, keys):
    files = check_sums(folder)
    check_signed(folder, keys)
    note = parse_note((folder / "checkpoint").read_bytes())
    report = json.loads((folder / "report.json").read_bytes())
    events = check_events(folder, keys)
    streams = check_streams(events, report)
    check_documents(folder)
    check_receipts(folder, events)
    opened = check_opened(folder, events)
    return [f"{files} files are as they were made",
            f"{len(events)} events are in {note.origin} of {note.size} events, signed by "
            + ", ".join(key.text for key in keys),
            *streams,
            f"{opened} events were opened for you: their clear text is the ledger's word"]


def main():
    parser = argparse.ArgumentParser(description="Verifies an evidence package.")
    parser.add_argument("folder", nargs="?", default=pathlib.Path(__file__).resolve().parent,
                        type=pathlib.Path, help="the package; else the folder of this program")
    parser.add_argument("--vkey", help="the ledger's key, got from elsewhere than the package")
    options = parser.parse_args()
    key = options.vkey and attempt(parse_key, options.vkey)
    if options.vkey and not key:
        parser.error("--vkey is no key: name+id+base64")
    try:
        key = key or parse_key((options.folder / "vkey").read_text().strip())
        told = check(options.folder, [key])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"NOT PROVEN: {error}")
        return 1
    except OSError as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 4
    print("\n".join(told))
    if not options.vkey:
        print("the key is the package's own: compare it with one you got elsewhere, or use --vkey")
    print("PROVEN")
    return 0


if __name__ == "__main__":
    sys.exit(main())
