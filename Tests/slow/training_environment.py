"""What the training suites share: the program, the data, an environment with peers' programs."""

import csv
import json
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


def run_peers(python, table, report, folder):
    """What training_peers.py makes of a table, or ends the test."""
    program = pathlib.Path(__file__).with_name("training_peers.py")
    done = subprocess.run([python, program, table, report, folder], text=True, check=False,
                          capture_output=True)
    if done.returncode != 0:
        sys.exit(f"the peers' program failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def scorecard_points(model, row):
    """The points that a scorecard document gives a row: its meaning, written anew."""
    points = model["base"]
    for part in model["features"]:
        text = row[part["feature"]]
        if text == "":
            points += part["missing"]
        elif "bins" in part:
            points += next(step["points"] for step in part["bins"]
                           if "below" not in step or int(text) < step["below"])
        else:
            points += part["other"]
    return points


def tree_sum(model, row):
    """The sum of the leaves that a document of trees leads a row to, as whole numbers."""
    total = model["base"]
    names = [entry["feature"] for entry in model["inputs"]]
    for tree in model["trees"]:
        node = tree[0]
        while "leaf" not in node:
            text = row[names[node["feature"]]]
            way = node["missing"] if text == "" else "yes" if int(text) < node["below"] else "no"
            node = tree[node[way]]
        total += node["leaf"]
    return total


def check_boosting(checks, scratch, rows, peers, target):
    """Takes both boosted models in, and compares every test row with the programs' own."""
    for program, file in (("lightgbm", "lightgbm.txt"), ("xgboost", "xgboost.json")):
        out = scratch / f"{program}-model.json"
        quipu("model", "import", scratch / file, "--from", program, "--model", program,
              "--target", target, "--out", out)
        quipu("model", "check", out)
        model = json.loads(out.read_text(encoding="utf-8"))
        # XGBoost adds 32-bit floats: of 200 leaves their last digits come to some 1e-6.
        lost = 2e-5 if program == "xgboost" else 1e-9
        allowed = len(model["trees"]) / 2 / model["scale"] + lost
        worst = max(abs(tree_sum(model, rows[row]) / model["scale"] - margin)
                    for row, margin in zip(peers["rows"], peers[f"{program}Margins"]))
        checks.expect(f"{program} taken in gives its own log-odds on {len(peers['rows']):,} rows",
                      worst <= allowed, f"at most {worst:.2e} apart, {allowed:.2e} allowed")
        outcomes = [int(rows[row]["outcome"]) for row in peers["rows"]]
        own = area_under_curve([tree_sum(model, rows[row]) for row in peers["rows"]], outcomes)
        checks.expect(f"{program} taken in has its own area under the curve",
                      abs(own - peers[program]) < 1e-4, f"{own:.5f}, {peers[program]:.5f}")


def check_coefficients(checks, report, peers):
    """The fit is scikit-learn's on the same weights of evidence."""
    apart = [abs(feature["coefficientMillionths"] / 1e6 - peers["coefficients"][feature["feature"]])
             for feature in report["features"] if feature["leftOut"] is None]
    apart.append(abs(report["interceptMillionths"] / 1e6 - peers["intercept"]))
    # The report rounds to millionths.
    checks.expect("the coefficients are scikit-learn's", max(apart) <= 1.5e-6, f"{max(apart):.1e}")


def check_same_bytes(checks, scratch, words, ledger, out):
    """The same training on another day, in another place and with one thread: the same bytes."""
    again = scratch / "again.json"
    report = scratch / "again-report.json"
    old = dict(os.environ)
    os.environ |= {"TZ": "Pacific/Kiritimati", "LC_ALL": "es_PE.UTF-8"}
    quipu(*words, "--jobs", 1, "--out", again, "--report", report, ledger=ledger)
    os.environ.clear()
    os.environ.update(old)
    same = all(one.read_bytes() == other.read_bytes() for one, other in
               ((again, out), (report, out.with_name("report.json"))))
    checks.expect("elsewhere, in Spanish and with one thread: the same bytes", same)


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
