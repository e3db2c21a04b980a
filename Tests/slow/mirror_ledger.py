"""The program under test, drafts for it, and comparisons of ledgers: what the trials share."""

import json
import os
import subprocess

LIMIT_SECONDS = 240


class Broken(Exception):
    """A promise that did not hold."""


class Program:
    """The program under test, with its settings in a folder of its own."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "LC_ALL": "C"}

    def start(self, name, *words, **settings):
        """Begins a run whose output goes to a log file of a name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [self.path, *map(str, words)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**self.environment, **settings})

    def outcome(self, *words, **settings):
        """Runs to the end; returns how it ended, its standard output and error."""
        return subprocess.run(
            [self.path, *map(str, words), "--json"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=LIMIT_SECONDS,
            env={**self.environment, **settings})

    def run(self, *words, expected=0, **settings):
        """Runs to the end; returns its results, or its failure, as JSON."""
        done = self.outcome(*words, **settings)
        if done.returncode != expected:
            raise Broken(f"{' '.join(map(str, words))}: exit {done.returncode}, not {expected}\n"
                         f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
        lines = (done.stderr if expected else done.stdout).strip().splitlines()
        if expected:
            said = [json.loads(line) for line in lines]
            return next(one["error"] for one in reversed(said) if "error" in one)
        return json.loads(lines[-1]) if lines else None

    def refused(self, code, *words, expected=3):
        """Runs what must end with that code."""
        said = self.run(*words, expected=expected)
        if said["code"] != code:
            raise Broken(f"{' '.join(map(str, words))}: ended as {said['code']}, not {code}")
        return said


class Load:
    """Drafts without end: accounts, payments, and what reaches accounts from other streams."""

    def __init__(self, folder, source):
        self.folder, self.source, self.count = folder, source, 0
        self.accounts = []

    def file(self, events):
        """Writes the next file; returns its path."""
        self.count += 1
        tag = f"{self.count:06}"
        lines = [self.draft(tag, number) for number in range(events)]
        path = self.folder / f"load-{self.count % 4}.jsonl"
        path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
        return path

    def draft(self, tag, number):
        key = f"load:{tag}:{number}"
        if number % 20 == 0 or not self.accounts:
            account = f"A-{tag}-{number}"
            self.accounts.append(account)
            return self.event("AccountOpened", f"account/{account}", key, {
                "account": account, "subject": f"s-{account}", "creditor": "c-1",
                "product": "consumer", "currency": "PEN",
                "items": [{"n": 1, "dueOn": "2025-02-28", "principal": 500_000}]})
        account = self.accounts[-1]
        if number % 20 == 7:
            # What is recorded of a person reaches the accounts she owes, wherever they are folded.
            owner = self.source.choice(self.accounts)
            return self.event("HoldPlaced", f"subject/s-{owner}", key, {
                "hold": f"h-{tag}-{number}", "kind": "legal", "reason": "trial"})
        if number % 20 == 9:
            return self.event("ContactAttempted", f"account/{account}", key, {
                "contact": f"c-{tag}-{number}", "channel": "call", "direction": "outbound",
                "localAt": "2025-03-15T10:00:00-05:00"})
        return self.event("PaymentReceived", f"account/{account}", key, {
            "payment": f"p-{tag}-{number}", "amount": self.source.randrange(1, 9_000),
            "currency": "PEN", "method": self.source.choice(["cash", "transfer"])})

    @staticmethod
    def event(kind, stream, key, data):
        return {"type": kind, "stream": stream, "effective": "2025-03-15", "key": key, "data": data}


def compare(source, replica):
    """Compares segments and evidence of two ledgers byte for byte; returns the log's bytes."""
    total = 0
    for part in ("log", "checkpoints"):
        names = [sorted(x.name for x in (place / part).iterdir()) for place in (source, replica)]
        if names[0] != names[1]:
            raise Broken(f"{part}: {sorted(set(names[0]) ^ set(names[1]))[:5]} is in one alone")
        for name in names[0]:
            # Zeros behind a segment are room for events to come.
            one, two = ((place / part / name).read_bytes().rstrip(b"\0")
                        for place in (source, replica))
            if one != two:
                raise Broken(f"{part}/{name} differs")
            total += (source / part / name).stat().st_size if part == "log" else 0
    return total


def tables(folder):
    """The files of a replay, by name."""
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}
