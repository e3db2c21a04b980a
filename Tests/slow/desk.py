"""A ledger of a generated portfolio, and the service of it, for the suites that open its pages."""

import datetime
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEED = int(os.environ.get("QUIPU_SEED", "7"))


class Desk:
    """A ledger in a folder, and the service of it."""

    def __init__(self, folder, program, name="books"):
        self.folder, self.program = pathlib.Path(folder) / name, program
        self.folder.mkdir()
        self.must("init", "--name", name)
        self.service = None

    def run(self, *words, **more):
        environment = {
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
            "QUIPU_LEDGER": str(self.folder / "ledger"),
            "XDG_CONFIG_HOME": str(self.folder / "config")}
        return subprocess.run([self.program, *words], env=environment, text=True, check=False,
                              capture_output=True, timeout=3600, **more)

    def must(self, *words, **more):
        done = self.run(*words, **more)
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stderr}")
        return done.stdout

    def fill(self, accounts):
        drafts = self.folder / "drafts"
        for words in ("eva --role admin", "ana --role dpo --as eva"):
            self.must("identity", "add", *words.split(), "--save")
        self.must("generate", "--accounts", str(accounts), "--months", "14", "--seed", str(SEED),
                  "--out", str(drafts))
        first = json.loads(drafts.open(encoding="utf-8").readline())["effective"]
        for words in ("policy adopt pe", "strategy adopt pe-empathetic"):
            self.must(*words.split(), "--as", "eva", "--approve-as", "ana", "--effective", first)
        self.must("record", str(drafts))
        self.score()
        self.must("checkpoint")

    def score(self):
        """Trains a model on what was recorded, registers it, and scores everybody."""
        days = self.must("portfolio", "--json")
        day = json.loads(days)["on"]
        model = self.folder / "pays30.json"
        trained = self.run("train", "--model", "pays30", "--target", "paysWithin:30:5000", "--out",
                           str(model), "--knowledge", "effective", "--rounds", "20", "--at",
                           f"{month_end(day, 10)}..{month_end(day, 3)}", "--split",
                           month_end(day, 6))
        if trained.returncode:
            print(f"  no model: {trained.stderr.strip()[:200]}")
            return
        self.must("model", "register", str(model), "--as", "eva", "--approve-as", "ana")
        self.must("score", "--model", "pays30", "--on", day, "--record")

    def man_assistant(self):
        """Adopts texts, a classifier and patterns of vulnerability: messages are answered then."""
        classifier = str(self.folder / "classifier.json")
        self.must("train", "--intents", str(ROOT / "tools/assistant/intents.json"), "--out",
                  classifier)
        for words in ("assistant adopt pe-messages", f"assistant adopt {classifier}",
                      "vulnerability adopt"):
            self.must(*words.split(), "--as", "eva", "--approve-as", "ana")

    def token(self, name, role):
        """Adds somebody; his token."""
        return self.must("identity", "add", name, "--role", role, "--as", "eva").split()[-1]

    def serve(self, *words):
        """Starts the service; its address. What it says of itself is kept in `said`."""
        environment = dict(os.environ, QUIPU_LEDGER=str(self.folder / "ledger"),
                           XDG_CONFIG_HOME=str(self.folder / "config"))
        self.service = subprocess.Popen(
            [self.program, "serve", "--listen", "127.0.0.1:0", "--json", *words], env=environment,
            stdout=subprocess.PIPE, stderr=(self.folder / "serve.log").open("w"), text=True)
        self.said = json.loads(self.service.stdout.readline())
        self.url = self.said["listening"]
        return self.url

    def stop(self):
        if self.service:
            self.service.terminate()
            self.service.wait(timeout=60)


def month_end(day, count):
    """The last day of the month so many months before that of a day."""
    year, month, _ = (int(part) for part in day.split("-"))
    following = year * 12 + month - count
    first = datetime.date(following // 12, following % 12 + 1, 1)
    return str(first - datetime.timedelta(days=1))
