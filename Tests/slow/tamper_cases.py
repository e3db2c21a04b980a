"""Every way tamper-matrix damages a ledger once, and what each damage may be called."""

import collections

import evidence

# What a damage may be called. The log is evidence; derived files need a notice.
CHANGED = {"mutated", "malformed"}
NOTHING = frozenset()
ANY = CHANGED | {"missing", "reordered", "duplicated", "truncated", "unsigned"}

# op: (name, arguments…); lines: those touched, or None; wanted: kinds of finding, or of notice.
Case = collections.namedtuple("Case", "kind file op lines wanted")


def batches(lines):
    """For each line of a segment its batch's first and last line; the header is one alone."""
    spans, start = [(1, 1)], 2
    for number, line in enumerate(lines[1:], 2):
        if line.startswith(evidence.COMMIT):
            spans += [(start, number)] * (number + 1 - start)
            start = number + 1
    return spans


class Cases:
    """Every way to damage a ledger once."""

    def __init__(self, sound, older):
        self.sound, self.older = sound, older
        self.files = sorted(str(p.relative_to(sound)) for p in sound.rglob("*") if p.is_file())
        self.segments = [name for name in self.files if name.startswith("log/")]

    def all(self):
        for name in self.segments:
            yield from self.lines(name, (self.sound / name).read_bytes())
        for name in self.files:
            size = (self.sound / name).stat().st_size
            if name.startswith("tile/"):
                yield from self.flips("tile", name, size, {"mutated"})
                newest = not any(other.partition("/")[0] == "tile" and len(other) >= len(name)
                                 and other > name and other.partition(".p/")[0]
                                 == name.partition(".p/")[0] for other in self.files)
                kind = "tile" if newest else "outgrown tile"
                yield from self.whole_file(kind, name, size, {"stale"},
                                           {"stale"} if newest else NOTHING)
            elif name == "checkpoints/latest":
                yield from self.flips("latest checkpoint", name, size, {"stale"})
                yield from self.whole_file("latest checkpoint", name, size, {"stale"}, {"stale"})
            elif name.startswith("checkpoints/"):
                bad = {"unsigned", "malformed", "mutated"}
                yield from self.flips("checkpoint", name, size, bad)
                newest = (self.sound / name).read_bytes() == (
                    self.sound / "checkpoints/latest").read_bytes()
                yield from self.whole_file("checkpoint", name, size, bad,
                                           {"missing"} if newest else None)
            elif name == "LEDGER.json":
                yield from self.flips("LEDGER.json", name, size, {"stale"})
                yield from self.whole_file("LEDGER.json", name, size, {"stale"}, {"stale"})

    def flips(self, kind, name, size, wanted):
        for bit in range(8 * size):
            yield Case(f"bit of {kind}", name, ("flip", bit), None, wanted)

    def whole_file(self, kind, name, size, wanted, removed):
        if removed is not None:
            yield Case(f"{kind} removed", name, ("remove",), None, removed)
        for cut in range(size):
            yield Case(f"{kind} cut", name, ("cut", cut), None, wanted)
        old = self.older / name
        if old.exists() and old.read_bytes() != (self.sound / name).read_bytes():
            yield Case(f"{kind} from older copy", name, ("older",), None, wanted)

    def lines(self, name, data):
        """What can be done to a segment."""
        lines = data.splitlines()
        spans, offset = batches(lines), 0
        for number, line in enumerate(lines, 1):
            low, high = spans[number - 1]
            kind = {b'{"c': "commit", b'{"s': "header"}.get(line[:3], "event")
            for bit in range(8 * offset, 8 * (offset + len(line) + 1)):
                byte = data[bit // 8]
                if 10 in (byte, byte ^ 1 << bit % 8):  # one line more or less
                    near = (max(1, low - 1), high + 4)
                    yield Case("bit of a line's end", name, ("flip", bit), near, ANY)
                else:
                    yield Case(f"bit of {kind}", name, ("flip", bit), (low, high), CHANGED)
            offset += len(line) + 1
            rest = list(range(len(lines)))
            near = (max(1, low - 1), high + 4)
            at = number - 1
            yield Case(f"{kind} dropped", name, ("lines", rest[:at] + rest[at + 1:]), near,
                       {"missing", "truncated"})
            yield Case(f"{kind} doubled", name, ("lines", rest[:at + 1] + rest[at:]), near,
                       {"duplicated"})
            if number < len(lines):
                swapped = rest[:at] + [at + 1, at] + rest[at + 2:]
                both = kind == "event" and lines[number].startswith(evidence.EVENT)
                yield Case("neighbours swapped", name, ("lines", swapped),
                           (max(1, low - 1), spans[number][1] + 4),
                           {"reordered"} if both else ANY)
        yield Case("segment removed", name, ("remove",), None, {"missing", "truncated"})
        for cut in range(len(data)):
            yield Case("segment cut", name, ("cut", cut), None,
                       {"truncated", "missing", "malformed"})
        for count in (1, 511, 70_000):
            yield Case("zeros behind a segment", name, ("zeros", count), None,
                       {"reserve"} if name == self.segments[-1] else {"malformed", "truncated"})
        old = self.older / name
        if old.exists() and old.read_bytes() != data:
            yield Case("segment from older copy", name, ("older",), None,
                       {"truncated", "missing"})
