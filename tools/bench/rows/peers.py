"""Programs that answer for the same events: SQLite, ledger and hledger."""
import csv
import json
import pathlib
import sqlite3
import time

from rows import machine

FOLD = (pathlib.Path(__file__).parent / "fold.sql").read_text(encoding="utf-8")
# What the fold looks at, where it lies in an event's line.
COLUMNS = {
    "account": "substr(body->>'stream', 9)", "type": "body->>'type'",
    "effective": "body->>'effective'", "amount": "body->>'$.data.amount'",
    "payment": "body->>'$.data.payment'", "contact": "body->>'$.data.contact'",
    "channel": "body->>'$.data.channel'", "direction": "body->>'$.data.direction'",
    "localAt": "body->>'$.data.localAt'", "party": "body->>'$.data.party'",
    "code": "body->>'$.data.code'", "items": "body->'$.data.items'"}


class SQLiteFold:
    """The events of a ledger in SQLite, as JSON rows and as typed columns, and their fold.

    The statements run inside SQLite's library, in this process; Python only hands them over.
    """

    def __init__(self, folder, ledger, day):
        self.day = day
        self.path = folder / "fold.sqlite"
        self.path.unlink(missing_ok=True)
        base = self.open()
        base.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, "
                     "n INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT")
        base.execute("BEGIN")
        for segment in machine.log_files(ledger):
            with open(segment, encoding="utf-8") as file:
                events = ((json.loads(line), line.rstrip("\n")) for line in file
                          if line.startswith('{"actor"'))
                base.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", (
                    (event["seq"], event["stream"], event["n"], event["key"], line)
                    for event, line in events))
        base.execute(f"CREATE TABLE typed AS {self.facts()}")
        base.execute("COMMIT")
        base.close()

    def open(self):
        """A connection with all it may want of memory."""
        base = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("temp_store = MEMORY", "cache_size = -4000000", "mmap_size = 68719476736",
                       "threads = 1"):
            base.execute(f"PRAGMA {pragma}")
        return base

    @staticmethod
    def facts():
        """The one pass that takes the rows apart: SQLite parses each body once."""
        wanted = ", ".join(f"{value} AS {name}" for name, value in COLUMNS.items())
        return f"SELECT seq, {wanted} FROM events WHERE stream LIKE 'account/%' ORDER BY seq"

    def seconds(self, typed):
        """How long the fold takes, from the JSON rows or from the typed columns."""
        base = self.open()
        start = time.monotonic()
        source = "SELECT * FROM typed" if typed else self.facts()
        base.execute(f"CREATE TEMP TABLE facts AS {source}")
        for statement in FOLD.replace(":day", f"'{self.day}'").split(";"):
            base.execute(statement)
        seconds = time.monotonic() - start
        self.answer = base.execute("SELECT account, paid, coalesce(lastPaymentOn, '') FROM "
                                   "accounts").fetchall()
        self.contacts = base.execute("SELECT account, contact, effective FROM contacts").fetchall()
        base.close()
        return seconds

    def require_same(self, tables):
        """Fails unless what SQL can tell is what a replay's tables tell: else it was other work."""
        def read(name, *columns):
            with open(tables / f"{name}.csv", newline="", encoding="utf-8") as file:
                return [tuple(row[column] for column in columns) for row in csv.DictReader(file)]
        accounts = [(name, int(paid), last)
                    for name, paid, last in read("accounts", "account", "paid", "lastPaymentOn")]
        if accounts != self.answer:
            raise SystemExit("bench: SQL and the replay differ on what accounts paid")
        if read("contacts", "account", "contact", "effective") != self.contacts:
            raise SystemExit("bench: SQL and the replay differ on contacts")


def journal(ledger, path, day):
    """The double entry of a ledger, and what is owed as it says."""
    machine.run(machine.QUIPU, "export", "hledger", path, "--ledger", ledger, "--on", day)
    return path


def balance(program, path):
    """What is receivable as ledger or hledger reads a journal, and the seconds it takes to say."""
    done = machine.run(program, "-f", path, "balance", "assets:receivable", "--depth", "2")
    return done.output.split()[0].replace(",", ""), done.wall
