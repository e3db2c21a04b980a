"""What damage to a log is called: quipu-verify asks when it has found that there is some."""

import collections

from evidence import (COMMIT, EVENT, SEGMENT, Tree, attempt, lines_of, need, parse_commit,
                      parse_event, parse_header, sha256, stated_tree)

Entry = collections.namedtuple("Entry", "line leaf event fault")  # event: None where it is none


class Audit:
    """Judges a batch when its commit is met: by its root first, which vouches for every byte.

    A batch whose root does not match is suspect: if the next root does, only the commit was
    changed; if not, its events were, and no tree is known until the next header states one.
    """

    def __init__(self, log, known_roots, tile_leaf):
        self.ledger, self.known_roots, self.tile_leaf = log.ledger, known_roots, tile_leaf
        self.findings, self.notices = log.findings, log.notices
        self.tree, self.size, self.at, self.leaves, self.roots = Tree(), 0, "", bytearray(), {}
        self.streams, self.keys, self.placed, self.changes = {}, {}, {}, []
        self.suspect, self.damaged, self.swallowed = None, False, 0
        self.strays, self.gaps, self.commits = [], [], 0

    def name(self, kind, lines, detail, file=None):
        self.find(kind, file or self.file, lines, detail)

    def find(self, kind, file, lines, detail):
        self.findings.append((kind, file, lines, detail))

    def notice(self, kind, file, detail):
        self.notices.append((kind, file, detail))

    def segment(self, name, first, data, last):
        self.file, self.first, self.batch, self.commit_before, unchecked = name, first, [], None, []
        if not data:
            self.name("truncated", None, "the segment is empty")
        for number, line, _, ended in lines_of(data):
            if number == 1:
                top, self.start = line, 2
                self.header(line, ended)
            elif line.startswith(COMMIT):
                self.commit(number, line, ended, unchecked)
                self.batch, self.start = [], number + 1
            elif line.startswith(SEGMENT) and line == top:
                self.name("duplicated", (number, number), "the segment header is there twice")
            else:
                self.event(number, line, ended)
        if self.batch:
            self.report_faults(self.batch)
            last = self.batch[-1].line  # before the start, where it stands in the header's place
            self.name("truncated", (min(self.start, last), last), "it ends inside a batch")
            events = sum(entry.event is not None for entry in self.batch)
            self.size += events
            self.swallowed = 2 * (len(self.batch) - events)
            self.tree, self.damaged = None, True
        if last and self.suspect:
            self.settle(self.tree and self.known_roots.get(self.tree.size) == self.tree.root())
        if unchecked:
            self.notice("unchecked", name, f"lines {unchecked[0]}–{unchecked[-1]} follow damage")

    def header(self, line, ended):
        header = attempt(parse_header, line)
        if header is None:
            event = line.startswith(EVENT)
            self.name("missing" if event else "malformed", (1, 1), "there is no segment header")
            if self.size != self.first:
                self.tree = None
            self.skip_to_first()
            return self.event(1, line, ended) if event else None
        if not ended:
            self.name("truncated", (1, 1), "it ends here")
        if self.ledger and header["ledger"] != self.ledger:
            self.name("mutated", (1, 1), f"the segment belongs to ledger {header['ledger']}")
        if header["first"] != self.first:
            self.name("mutated", (1, 1), "header and file name tell different events")
        stated, doubtful, following = stated_tree(header), self.suspect, self.first == self.size
        known = self.tree if following else None
        agrees = stated and known and (stated.peaks, stated.size) == (known.peaks, known.size)
        self.settle(agrees)
        if known and not agrees:
            if doubtful and stated:
                self.tree = stated
            else:
                self.name("mutated", (1, 1), "its tree is not that of the events before it")
        elif not known:
            if stated is None:
                self.name("mutated", (1, 1), "its root is not that of its peaks")
            self.skip_to_first()
            self.tree = stated
            self.roots.update({stated.size: stated.root()} if stated else {})

    def skip_to_first(self):
        """Goes on with a segment's first event; those before it that were not met are missing."""
        if self.size + self.swallowed < self.first:
            self.gaps.append({"events": set(range(self.size, self.first)), "lines": None,
                              "file": f"log/{self.size:012}.jsonl", "excuses": 0})
            self.damaged = True
        self.size, self.swallowed = max(self.size, self.first), 0

    def event(self, number, line, ended):
        event = fault = None
        try:
            need(ended, "cut off")
            event = parse_event(line)
        except ValueError as error:
            fault = str(error)
        self.batch.append(Entry(number, sha256(b"\0", line), event, fault))

    def report_faults(self, batch):
        for entry in batch:
            if entry.fault:
                self.name("malformed", (entry.line,) * 2, f"not an event: {entry.fault}")

    def settle(self, tree_is_right):
        if not self.suspect:
            return
        file, (first, last), size = self.suspect
        self.suspect = None
        if tree_is_right:
            self.name("mutated", (last, last), "the root is not its events'; a later one is", file)
        else:
            self.name("mutated", (first, last), "the commit was made over other events", file)
            self.damaged = True
            del self.leaves[32 * size:]
            self.roots = {known: root for known, root in self.roots.items() if known <= size}

    def commit(self, number, line, ended, unchecked):
        self.commits += 1
        here = (number, number)
        commit = attempt(parse_commit, line) if ended else None
        if commit is None:
            self.report_faults(self.batch)
            self.name("malformed", here, "the commit is not one")
            for entry in self.batch if self.tree else ():
                self.tree.append(entry.leaf)
            self.swallowed += 1
            return self.adopt(self.size + len(self.batch))
        if not self.batch:
            twice = commit == self.commit_before
            return self.name("duplicated" if twice else "mutated", here, "a commit without events")
        self.commit_before = commit
        if self.grow(commit):
            self.settle(True)
            self.judge(commit, number)
            self.adopt(self.tree.size, True)
        else:
            self.report_faults(self.batch)
            if self.suspect:
                self.settle(False)
                self.tree = None
            if self.tree is None:
                unchecked += [self.start, number]
            if self.in_order(commit):
                if self.tree:
                    size = self.tree.size - len(self.batch)
                    self.suspect = (self.file, (self.start, number), size)
                self.adopt(commit["size"])
            else:
                self.tree = None
                self.adopt(self.misplaced(commit, (self.start, number)))
        self.swallowed = 0

    def grow(self, commit):
        """Adds the batch's leaves and says whether the head is the commit's.

        If it is not, lines that are no events may be commits that were changed, and no leaves; or
        the tiles still hold the leaves, and tell which lines differ.
        """
        if self.tree is None:
            return False
        before, batch = self.tree, self.batch
        self.tree = self.grown(before, batch)
        if self.tree.root() == commit["root"]:
            self.report_faults(batch)
            return True
        events = [entry for entry in batch if entry.event]
        leaves = [self.tile_leaf(before.size + place) for place in range(len(batch))]
        changed = [entry for entry, leaf in zip(batch, leaves) if entry.leaf != leaf]
        if None in leaves or commit["events"] != len(batch) or (
                # A line that has its own place elsewhere was moved, not changed.
                any(entry.leaf in leaves or entry.event
                    and self.tile_leaf(entry.event["seq"]) == entry.leaf for entry in changed)):
            changed = leaves = []
        stored = [Entry(entry.line, leaf, None, None) if entry in changed else entry
                  for entry, leaf in zip(batch, leaves)]
        for entries, wrong in (events, ()), (stored, changed):
            tree = self.grown(before, entries)
            if entries and tree.root() == commit["root"]:
                self.report_faults(entry for entry in batch if entry not in wrong)
                self.tree, self.batch, self.damaged = tree, entries, self.damaged or bool(wrong)
                for entry in wrong:
                    self.name("mutated", (entry.line,) * 2, "a tile has another hash of it")
                return True
        return False

    @staticmethod
    def grown(tree, batch):
        tree = Tree(tree.peaks, tree.size)
        for entry in batch:
            tree.append(entry.leaf)
        return tree

    def judge(self, commit, number):
        """Judges what a root vouches for: numbers, times and positions that were written wrong."""
        here, size, lines = (number, number), self.tree.size, number - self.start
        batch = self.batch
        if commit["size"] != size:
            self.name("mutated", here, f"it counts {commit['size']} events in all, not {size}")
        if commit["events"] != lines == len(batch):
            # All events of a batch have one time: another time before says where it began.
            before = lines - commit["events"] - 1
            times = [entry.event and entry.event["at"] for entry in batch]
            if 0 <= before < lines and times[before] != times[-1] == times[before + 1]:
                self.name("missing", (batch[before + 1].line,) * 2, "the commit before is missing")
            else:
                self.name("mutated", here, f"it counts {commit['events']} events, not {lines}")
        if batch[-1].event and batch[-1].event["at"] != commit["at"]:
            self.name("mutated", here, "its time is not its last event's")
        at = self.at
        for seq, entry in enumerate(batch, self.size):
            event, here = entry.event, (entry.line, entry.line)
            if event is None:
                continue
            if event["seq"] != seq:
                self.name("malformed", here, f"event {event['seq']} stands where {seq} must")
            position = self.streams.get(event["stream"], 0)
            self.streams[event["stream"]] = event["n"] + 1
            if not self.damaged:
                if event["at"] < at:
                    self.name("malformed", here, "its time is before that of the event before")
                at = event["at"]
                if event["n"] != position:
                    self.name("malformed", here, f"position {event['n']}, not {position}")

    def in_order(self, commit):
        count = len(self.batch)
        return commit["events"] == count and commit["size"] == self.size + count and all(
            entry.event is None or entry.event["seq"] == seq
            for seq, entry in enumerate(self.batch, self.size))

    def misplaced(self, commit, lines):
        """Notes events that are not where they belong and those that lack; the size after all."""
        end = commit["size"]
        own = range(end - commit["events"], end)
        self.damaged = True
        sequence = [entry.event["seq"] for entry in self.batch if entry.event]
        if own.start != self.size and not any(seq in own for seq in sequence) or (
                len(own) > len(self.batch) + 2**20):
            self.name("mutated", lines, "the commit does not number its batch's events")
            return self.size + len(self.batch)
        full = own.start == self.size and len(own) == len(self.batch)
        places = list(zip(own, self.batch)) if full else []
        home = {e.event["seq"] for seq, e in places if e.event and e.event["seq"] == seq}
        present, highest, excuses = set(home), -1, self.swallowed
        for place, entry in enumerate(self.batch):
            seq = entry.event["seq"] if entry.event else None
            if seq is None:
                excuses += 2  # a newline that is gone makes one line of two
            elif not (full and seq == own[place]) and (
                    seq < self.size or seq not in own or seq in present):
                self.strays.append((seq, entry.leaf, self.file, entry.line))
            else:
                present.add(seq)
                if seq < highest:
                    self.name("reordered", (entry.line,) * 2, f"event {seq} is after {highest}")
                highest = max(highest, seq)
        lacking = {seq for seq in own if seq >= self.size and seq not in present}
        lacking |= set(range(self.size, own.start))
        if lacking:
            self.gaps.append({"events": lacking, "lines": lines, "file": self.file,
                              "excuses": excuses})
        return end

    def adopt(self, size, vouched=False):
        """Goes on after `size` events; compares only keys that a root vouches for."""
        following = self.size
        for entry in self.batch:
            event = entry.event
            if event and following <= event["seq"] < size:
                following = event["seq"] + 1
                self.placed[event["seq"]] = entry.leaf
                self.streams[event["stream"]] = event["n"] + 1
                self.at = event["at"]
                if vouched and self.keys.setdefault(event["key"], event["seq"]) != event["seq"]:
                    self.name("duplicated", (entry.line,) * 2, "its key is that of another event")
                if event["type"] == "SigningKeyChanged" and event["stream"].startswith("ledger/"):
                    self.changes.append((event["seq"], event["data"]))
        if self.tree:
            start = self.tree.size - len(self.batch)
            self.leaves += bytes(32 * max(0, start - len(self.leaves) // 32))
            self.leaves[32 * start:] = b"".join(entry.leaf for entry in self.batch)
            self.roots[self.tree.size] = self.tree.root()
        self.size = max(self.size, size)

    def reconcile(self):
        """Judges events out of place and events that lack, now that every line has been read."""
        for seq, leaf, file, line in self.strays:
            gap = next((gap for gap in self.gaps if seq in gap["events"]), None)
            if gap:
                gap["events"].remove(seq)
                self.name("reordered", (line, line), f"event {seq} belongs to another place", file)
            elif self.placed.get(seq) == leaf:
                self.name("duplicated", (line, line), f"event {seq} is there twice", file)
            else:
                self.name("mutated", (line, line), f"number {seq} is not its own", file)
                for gap in self.gaps:
                    if gap["file"] == file and gap["lines"] and (
                            gap["lines"][0] <= line <= gap["lines"][1]):
                        gap["excuses"] += 1
                        break
        for gap in self.gaps:
            if len(gap["events"]) > gap["excuses"]:
                names = f"{min(gap['events'])}…{max(gap['events'])}"
                self.name("missing", gap["lines"], f"of events {names}", gap["file"])


def torn_at(data, first, ledger, covered):
    """Where a last segment's torn tail begins, which a crash cuts off; None if there is none."""
    tree, good, size, after, commit_last, ended = None, 0, first, 0, False, True
    for number, line, end, ended in lines_of(data):
        commit_last = number > 1 and line.startswith(COMMIT)
        if number == 1:
            header = attempt(parse_header, line)
            if header and ended and (header["ledger"], header["first"]) == (ledger, first):
                tree = stated_tree(header)
        elif commit_last:
            commit, after = attempt(parse_commit, line) if ended else None, after + 1
            if tree and commit and (commit["size"], commit["root"]) == (tree.size, tree.root()):
                good, size, after = end, tree.size, 0
        elif tree:
            tree.append(sha256(b"\0", line))
    sectors = [data[max(start, good):start + 512]
               for start in range(good // 512 * 512, len(data), 512)]
    unwritten = any(part.endswith(b"\0\0") or not part.strip(b"\0") for part in sectors)
    if (good == len(data) > 0 or size < covered or first == good == 0
            or after and not (after == 1 and commit_last and (not ended or unwritten))):
        return None
    return good


def name_damage(log, contents, may_be_torn, known_roots, tile_leaf, reason):
    """An Audit that has judged every segment. `known_roots`: size and root of every checkpoint."""
    audit = Audit(log, known_roots, tile_leaf)
    findings = len(audit.findings) + len(audit.notices)
    for place, (first, name, data) in enumerate(contents, 1):
        last, tear = place == len(contents), None
        if last and may_be_torn and log.ledger:
            tear = torn_at(data, first, log.ledger, max(known_roots, default=0))
        if tear is not None:
            audit.notice("torn_tail", name, f"from byte {tear} on there is no whole batch")
        if tear != 0:
            audit.segment(name, first, data[:tear], last)
    audit.reconcile()
    is_cut = audit.size < max(known_roots, default=0)  # which the checkpoint says
    if len(audit.findings) + len(audit.notices) == findings and not is_cut:
        audit.find("mutated", name, None, reason)
    return audit
