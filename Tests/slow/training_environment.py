"""What the training suites share: the program, the data, and an environment with peers' programs."""

import csv
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
QUIPU = pathlib.Path(os.environ.get("QUIPU", ROOT / ".build/release/quipu"))
PEERS = ("numpy", "scikit-learn", "xgboost-cpu", "lightgbm")


def quipu(*words, ledger=None):
    """Runs the program; gives its standard output, or ends the test."""
    words = [str(word) for word in words]
    done = subprocess.run([QUIPU, *words, *(["--ledger", ledger] if ledger else [])], text=True,
                          check=False, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"quipu {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def shared_data(name):
    """A file of the shared data, or None."""
    places = [os.environ["QUIPU_SHARED"]] if "QUIPU_SHARED" in os.environ else []
    places += [str(above / "shared/data") for above in ROOT.parents]
    found = (pathlib.Path(place) / name for place in places)
    return next((path for path in found if path.exists()), None)


def python_with_peers(scratch):
    """The Python of an environment that has the peers, or None, saying why.

    QUIPU_PEERS_PYTHON names one that is there already; else one is made in the scratch folder.
    """
    if "QUIPU_PEERS_PYTHON" in os.environ:
        return os.environ["QUIPU_PEERS_PYTHON"]
    folder = scratch / "venv"
    made = subprocess.run([sys.executable, "-m", "venv", folder], check=False,
                          capture_output=True, text=True)
    python = folder / "bin/python"
    if made.returncode == 0:
        made = subprocess.run([python, "-m", "pip", "install", "-q", *PEERS], check=False,
                              capture_output=True, text=True)
    if made.returncode == 0:
        return python
    reason = (made.stderr or made.stdout).strip().splitlines()
    print("peers: not tried, their environment could not be made: "
          + (reason[-1] if reason else "unknown"), flush=True)
    return None


def run_peer(python, program, *words):
    """Runs a program of the peers' environment; gives its standard output, or ends the test."""
    done = subprocess.run([python, "-c", program, *[str(word) for word in words]], text=True,
                          check=False, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"the peers' program failed: {done.stderr[-2000:]}")
    return done.stdout


def area_under_curve(points, outcomes):
    """The area under the ROC curve, equal pairs counted half; by ranks, as simple as it gets."""
    order = sorted(range(len(points)), key=lambda row: points[row])
    ranks, start = 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and points[order[end]] == points[order[start]]:
            end += 1
        positives = sum(outcomes[order[place]] for place in range(start, end))
        ranks += positives * (start + end + 1) / 2
        start = end
    count = sum(outcomes)
    return (ranks - count * (count + 1) / 2) / (count * (len(outcomes) - count))


def read_table(path):
    """The rows that `train --table` wrote."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Checks:
    """Counts what holds and keeps what does not."""

    def __init__(self):
        self.held, self.wrong = 0, []

    def expect(self, what, holds, found=""):
        """Notes whether something holds, with what was found."""
        print(f"  {'ok ' if holds else 'NOT'} {what}{': ' if found != '' else ''}{found}",
              flush=True)
        if holds:
            self.held += 1
        else:
            self.wrong.append(what)

    def exit_code(self):
        """Says in one line how it ended."""
        print(f"{self.held} hold, {len(self.wrong)} do not: {self.wrong}", flush=True)
        return 1 if self.wrong else 0
