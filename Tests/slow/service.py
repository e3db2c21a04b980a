"""What the suites that ask a running service share: a ledger, tokens, the service itself."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def program():
    """The program to be tried: $QUIPU, else the release build, else the debug one."""
    places = [os.environ.get("QUIPU", ""), ROOT / ".build/release/quipu",
              ROOT / ".build/debug/quipu"]
    for place in places:
        if place and os.access(place, os.X_OK):
            return str(place)
    sys.exit("no program: swift build, or name one in QUIPU")


class ServedLedger:
    """A ledger in a folder of its own, and a service over it on a port the system chose."""

    def __init__(self, accounts=60, months=9):
        self.quipu = program()
        self.scratch = tempfile.TemporaryDirectory(prefix="quipu-service-")
        self.folder = pathlib.Path(self.scratch.name)
        self.ledger = self.folder / "ledger"
        self.environment = dict(os.environ, QUIPU_LEDGER=str(self.ledger), LC_ALL="C.UTF-8",
                                XDG_CONFIG_HOME=str(self.folder / "config"))
        self.process, self.url, self.tokens = None, "", {}
        self.run("init", "--name", "service.example")
        self.run("identity", "add", "eva", "--role", "admin", "--save")
        self.run("identity", "add", "ana", "--role", "dpo", "--save", "--as", "eva")
        drafts = str(self.folder / "drafts.jsonl")
        self.run("generate", "--accounts", str(accounts), "--months", str(months), "--seed", "4",
                 "--people", "none", "--out", drafts)
        self.run("record", drafts)
        self.run("policy", "adopt", "pe", "--effective", "2020-01-01", "--as", "ana",
                 "--approve-as", "eva")
        self.run("checkpoint")

    def run(self, *words):
        """Runs a command that must succeed; gives its output."""
        done = subprocess.run([self.quipu, *words], env=self.environment, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"quipu {' '.join(words)}: exit {done.returncode}\n{done.stderr[-600:]}")
        return done.stdout

    def token(self, role):
        """A token of a role, which no rate holds back. An admin is a person and no program."""
        if role not in self.tokens:
            words = ["identity" if role == "admin" else "token", "add", f"suite-{role}", "--role",
                     role, "--rate", "1000000", "--as", "eva"]
            if role == "agent":
                words += ["--subject", "S-0000021"]
            self.tokens[role] = self.run(*words).split()[-1]
        return self.tokens[role]

    def start(self):
        """Starts the service, and waits until it says where it is."""
        errors = open(self.folder / "serve.err", "wb")
        self.process = subprocess.Popen([self.quipu, "serve", "--listen", "127.0.0.1:0"],
                                        env=self.environment, stdout=subprocess.PIPE,
                                        stderr=errors, text=True)
        errors.close()
        line = self.process.stdout.readline()
        found = re.search(r"http://[^/\s]+", line)
        if not found:
            sys.exit(f"the service does not start: {self.errors()}")
        self.url = found.group()
        return self

    def stop(self):
        """Ends the service as an operator does; gives its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def errors(self):
        """What the service said on standard error."""
        return (self.folder / "serve.err").read_text(encoding="utf-8", errors="replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.scratch.cleanup()


def elapsed(start):
    """Seconds since a moment of the monotonic clock, for people."""
    return f"{time.monotonic() - start:.1f} s"
