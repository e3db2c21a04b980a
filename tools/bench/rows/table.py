"""Rows of the table of speed: what was measured, against what, and whether the aim is met."""
import dataclasses
import datetime
import json
import sys

from rows import machine


@dataclasses.dataclass
class Row:
    """One line of the table. `value` is in the unit of `aim`: "≥ 5 ×", "≤ 60 ms" or ""."""
    name: str
    what: str
    value: float | None
    aim: str = ""
    note: str = ""
    figures: dict = dataclasses.field(default_factory=dict)

    @property
    def unit(self):
        """What the value counts."""
        return self.aim.split()[2] if len(self.aim.split()) > 2 else ""

    @property
    def met(self):
        """Whether the value is within the aim; None where there is none or no value."""
        if not self.aim or self.value is None:
            return None
        sign, limit = self.aim.split()[:2]
        limit = float(limit.replace(",", ""))
        return self.value >= limit if sign == "≥" else self.value <= limit

    @property
    def verdict(self):
        """The same in a word."""
        return {None: "–", True: "met", False: "NOT MET"}[self.met]


def number(value, unit=""):
    """A value as it is shown."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f}" + (f" {unit}" if unit else "")


def show(rows):
    """Prints the rows as an aligned table."""
    head = ("row", "what", "measured", "aim", "", "note")
    cells = [head] + [(row.name, row.what, number(row.value, row.unit), row.aim, row.verdict,
                       row.note) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    for line in cells:
        print("  ".join(cell.rjust(width) if column == 2 else cell.ljust(width)
                        for column, (cell, width) in enumerate(zip(line, widths))).rstrip())
    asked = [row for row in rows if row.met is not None]
    print(f"{sum(row.met for row in asked)} of {len(asked)} aims met")


def keep(rows):
    """Keeps the figures with all it takes to measure them again."""
    folder = machine.ROOT / "tools/bench/results"
    folder.mkdir(exist_ok=True)
    commit = machine.commit()
    path = folder / f"{datetime.date.today().isoformat()}-{commit}.json"
    record = {"command": " ".join(["tools/bench/run", *sys.argv[1:]]), "commit": commit,
              "machine": machine.facts(),
              "rows": [dataclasses.asdict(row) | {"met": row.met} for row in rows]}
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"kept in {path.relative_to(machine.ROOT)}")
