"""The ledgers tamper-matrix damages: made by the program itself, and one rewritten with its key."""

import base64
import json
import pathlib
import shutil
import subprocess
import tempfile


class Unusable(Exception):
    """The ledger for the test could not be made."""


def run(command, **options):
    done = subprocess.run(command, capture_output=True, **options)
    if done.returncode != 0:
        raise Unusable(f"{command}: exit {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.stdout


def drafts(first, count):
    """Draft lines of one account each third line and payments on it."""
    lines = []
    for number in range(first, first + count):
        account = f"A-{number // 3}"
        data = {"payment": f"p-{number}", "amount": 1000 + number, "currency": "PEN",
                "method": "cash"}
        kind, effective = "PaymentReceived", "2026-01-02"
        if number % 3 == 0:
            data = {"account": account, "subject": f"s-{number}", "creditor": "c-1",
                    "product": "consumer", "currency": "PEN",
                    "items": [{"n": 1, "dueOn": "2025-02-28", "principal": 9000}]}
            kind, effective = "AccountOpened", "2025-01-31"
        lines.append(json.dumps({"type": kind, "stream": f"account/{account}", "data": data,
                                 "effective": effective, "key": f"k{number}"}))
    return "\n".join(lines).encode() + b"\n"


class Maker:
    """Makes ledgers in a folder with the program under test."""

    def __init__(self, quipu, folder):
        self.quipu, self.folder = str(quipu), pathlib.Path(folder)

    def record(self, ledger, first, count, batch=2, segment=1200):
        run([self.quipu, "record", "--batch", str(batch), "--segment-size", str(segment),
             "--ledger", ledger], input=drafts(first, count))

    def ledgers(self):
        """The sound ledger, and how it was when it was half as long."""
        sound, older = self.folder / "sound", self.folder / "older"
        run([self.quipu, "init", "--name", "books", "--currency", "PEN", "--time-zone",
             "America/Lima", "--jurisdiction", "PE", "--ledger", sound])
        self.record(sound, 0, 3)
        self.checkpoint(sound)
        shutil.copytree(sound, older)
        self.record(sound, 3, 4)
        self.checkpoint(sound)
        if len(list((sound / "log").iterdir())) < 3:
            raise Unusable("the ledger has not three segments")
        return sound, older

    def checkpoint(self, ledger):
        return run([self.quipu, "checkpoint", "--ledger", ledger])


def rewritten(evidence, sound, ledger):
    """A copy in which one amount is another and everything after it agrees: what a forger with the
    signing key makes."""
    shutil.copytree(sound, ledger)
    tree, trees, log = evidence.Tree(), {0: evidence.Tree()}, ledger / "log"
    leaves = []
    for path in sorted(log.iterdir()):
        lines = path.read_bytes().splitlines()
        for place, line in enumerate(lines):
            value = json.loads(line)
            if line.startswith(evidence.SEGMENT):
                value["segment"].update(root=text(tree.root()), peaks=[*map(text, tree.peaks)])
            elif line.startswith(evidence.COMMIT):
                value["commit"]["root"] = text(tree.root())
                trees[tree.size] = evidence.Tree(tree.peaks, tree.size)
            elif value["type"] == "PaymentReceived" and value["seq"] < 4:
                value["data"]["amount"] += 1
            lines[place] = evidence.canonical(value)
            if line.startswith(evidence.EVENT):
                leaves.append(evidence.sha256(b"\0", lines[place]))
                tree.append(leaves[-1])
        path.chmod(0o644)
        path.write_bytes(b"".join(line + b"\n" for line in lines))
    for path in sorted((ledger / "tile/0").rglob("*")):
        if path.is_file():
            path.write_bytes(b"".join(leaves[:path.stat().st_size // 32]))
    for path in sorted((ledger / "checkpoints").iterdir()):
        note = evidence.parse_note(path.read_bytes())
        body = f"{note.origin}\n{note.size}\n{text(trees[note.size].root())}\n"
        signature = note.signatures[0][1][:4] + signed(body, ledger / "keys/signing.pem")
        path.write_text(f"{body}\n— {note.origin} {text(signature)}\n")
    return ledger


def text(data):
    return base64.b64encode(data).decode()


def signed(body, key):
    with tempfile.NamedTemporaryFile() as file:
        file.write(body.encode())
        file.flush()
        return run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file.name])
