"""Everything is killed at random, through a bad network, while events are recorded."""

import signal
import time

from mirror_ledger import Broken
from mirror_proxy import Network

DAY = "2025-12-31"


class Workers:
    """Workers of all parts at one size of the log, started again until each has its file."""

    def __init__(self, trial, servers):
        self.trial, self.servers = trial, servers
        self.rounds = self.kills = 0
        self.begin()

    def begin(self):
        """Takes another number of parts and another size."""
        trial = self.trial
        told = trial.quipu.run("follow", trial.cluster.servers, "--stream", "books", "--ledger",
                               trial.folder / "measure", "--once", "--patience", 120)
        self.size = trial.random.randrange(max(1, told["events"] - 3000), told["events"] + 1)
        self.parts = [trial.folder / f"storm-{number}" for number in
                      range(trial.random.choice([1, 2, 3]))]
        for part in self.parts:
            part.unlink(missing_ok=True)
        self.running = {}

    def start(self, part):
        number = self.parts.index(part) + 1
        return self.trial.quipu.start(
            "work", "work", "--partition", f"{number}/{len(self.parts)}", "--from", self.servers,
            "--stream", "books", "--on", DAY, "--known-at", self.size, "--patience", 120,
            "--out", part)

    def look(self):
        """Starts what is not running; merges when all parts are there."""
        for part in self.parts:
            if part.exists():
                continue
            process = self.running.get(part)
            if process is not None and process.poll() not in (None, -signal.SIGKILL, 0):
                raise Broken(f"a worker ended with {process.returncode}: see work.log")
            if process is None or process.poll() is not None:
                self.running[part] = self.start(part)
        if all(part.exists() for part in self.parts):
            self.check()
            self.begin()

    def check(self):
        """Compares the parts together with a replay of the source."""
        trial = self.trial
        merged = trial.quipu.run("work", "--merge", *self.parts)
        alone = trial.quipu.run("replay", "--ledger", trial.source, "--on", DAY, "--known-at",
                                self.size)
        for name in ("digest", "totals", "events", "accounts", "contacts"):
            if merged[name] != alone[name]:
                raise Broken(f"{len(self.parts)} workers at {self.size} events: other {name}")
        self.rounds += 1

    def strike(self):
        """Kills one, if one is at work."""
        alive = [one for one in self.running.values() if one.poll() is None]
        if alive:
            self.trial.random.choice(alive).kill()
            self.kills += 1

    def end(self):
        """Lets those at work come to their end."""
        deadline = time.monotonic() + 180
        rounds = self.rounds
        while self.rounds == rounds:
            if time.monotonic() > deadline:
                raise Broken("in a calm the workers do not come to an end")
            self.look()
            time.sleep(0.1)
        self.stop()

    def stop(self):
        for one in self.running.values():
            if one.poll() is None:
                one.kill()
            one.wait()


def storm(trial):
    """Breaks things at random while events are recorded, mirrored, followed and worked on."""
    network = Network(trial.cluster.ports)
    common = (network.servers, "--stream", "books", "--report", 1, "--ledger")
    runs = {"mirror": ("mirror", *common, trial.source, "--follow"),
            "follower": ("follow", *common, trial.replica)}
    alive = {name: trial.quipu.start(name, *words) for name, words in runs.items()}
    workers = Workers(trial, network.servers)
    happened = {}
    end = time.monotonic() + trial.options.seconds
    try:
        while time.monotonic() < end:
            trial.record(trial.source, trial.random.randrange(1, 3000),
                         trial.random.choice([1, 7, 64, 512, 4096]))
            workers.look()
            what = strike(trial, alive, network, workers)
            happened[what] = happened.get(what, 0) + 1
            for name, process in alive.items():
                if process.poll() is None:
                    continue
                if process.returncode not in (0, -signal.SIGKILL):
                    raise Broken(f"the {name} ended with {process.returncode}: see its log")
                alive[name] = trial.quipu.start(name, *runs[name])
        trial.cluster.mend()
        network.mend()
        workers.end()
    finally:
        workers.stop()
        trial.cluster.mend()
        for process in alive.values():
            process.terminate()
        ended = {name: process.wait(120) for name, process in alive.items()}
        network.stop()
    # One that has only just begun may be ended by the signal itself.
    if any(code not in (0, -signal.SIGKILL, -signal.SIGTERM) for code in ended.values()):
        raise Broken(f"asked to stop, they ended with {ended}")
    trial.mirror(trial.source)
    trial.follow(trial.replica)
    size = trial.same(trial.replica)
    told = trial.verified(trial.replica)
    strikes = ", ".join(f"{count} × {what}" for what, count in sorted(happened.items()))
    return (f"{strikes}; {told['events']:,} events, {size:,} bytes the same, "
            f"{told['checkpoints']} checkpoints; {workers.rounds} rounds of workers the same, "
            f"{workers.kills} of them killed")


def strike(trial, alive, network, workers):
    """Does one bad thing; returns what it was."""
    chance = trial.random
    what = chance.choice(["mirror killed", "follower killed", "node killed", "node still",
                          "cluster still", "network", "network", "worker killed", "worker killed",
                          "calm"])
    if what in ("mirror killed", "follower killed"):
        alive[what.split()[0]].kill()
        alive[what.split()[0]].wait()
    elif what == "node killed":
        trial.cluster.kill(chance.randrange(3))
    elif what == "node still":
        trial.cluster.freeze([chance.randrange(3)], chance.uniform(0.5, 4))
    elif what == "cluster still":
        trial.cluster.freeze(range(3), chance.uniform(0.5, 3))
    elif what == "network":
        what = network.strike(chance, 4)
    elif what == "worker killed":
        workers.strike()
    else:
        time.sleep(chance.uniform(0, 1))
    if chance.random() < 0.7:
        trial.cluster.mend()
    return what
