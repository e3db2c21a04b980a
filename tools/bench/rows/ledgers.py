"""Ledgers to measure on: generated portfolios, with the same seed the same drafts."""
import re
import shutil
import subprocess

from rows import machine

REPLAY = machine.RELEASE / "ReplayBench"
START, DAY = "2025-01-01", "2025-12-31"
# The kinds of event that a journal of payments is made of.
PAYMENTS = re.compile(r'"type":"(?:AccountOpened|PaymentReceived)"}')


def generate(accounts, months):
    """The command that writes a portfolio's drafts to its standard output."""
    return [str(machine.QUIPU), "generate", "--accounts", str(accounts), "--months", str(months),
            "--start", START, "--seed", "7", "--people", "none"]


def drafts(path, accounts, months, wanted=None):
    """A file of a portfolio's drafts, or of those that a pattern finds."""
    with open(path, "w", encoding="utf-8") as file:
        process = subprocess.Popen(generate(accounts, months), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
        for line in process.stdout:
            if wanted is None or wanted.search(line):
                file.write(line)
        if process.wait():
            raise SystemExit("bench: quipu generate failed")
    return path


def filled(ledger, accounts, months):
    """A ledger of a portfolio, appended as it is generated, judged by nobody."""
    machine.say(f"filling {ledger.name} with {accounts:,} accounts, {months} months")
    with subprocess.Popen(generate(accounts, months), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        subprocess.run([REPLAY, "--fill", ledger], check=True, stdin=process.stdout)
    if process.returncode:
        raise SystemExit("bench: quipu generate failed")
    return ledger


def recorded(ledger, path):
    """A ledger into which a file of drafts was recorded, as a user does it."""
    machine.run(machine.QUIPU, "init", "--ledger", ledger)
    machine.run(machine.QUIPU, "record", path, "--ledger", ledger)
    return ledger


def portfolio(options):
    """The recorded portfolio that several rows measure; made once."""
    ledger = options.folder / "portfolio"
    if not ledger.exists():
        machine.say(f"recording {options.accounts:,} accounts, {options.months} months")
        path = drafts(options.folder / "drafts.jsonl", options.accounts, options.months)
        recorded(ledger, path)
        path.unlink()
    return ledger


def remove(ledger):
    """Takes a ledger away again."""
    shutil.rmtree(ledger)


def million(options):
    """The large ledger, if one was asked for: given, or made once of a million accounts."""
    if options.million is None:
        return None
    if options.million.exists():
        return options.million
    return filled(options.million, options.million_accounts, 6)
