"""What a ledger's evidence consists of: the tree, lines, signed notes, proofs.

Bytes in, values out. The format is described at the head of quipu-verify. Whatever is not as it
must be is raised as ValueError.
"""

import base64
import collections
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile

COMMIT, SEGMENT, EVENT = b'{"commit":', b'{"segment":', b'{"actor":'
Note = collections.namedtuple("Note", "text signatures origin size root")
Key = collections.namedtuple("Key", "text name id type public")

# The tree


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """The right edge of the tree: roots of its complete subtrees from the left."""

    def __init__(self, peaks=(), size=0):
        self.peaks, self.size = list(peaks), size

    def append(self, leaf):
        rest, self.size = self.size, self.size + 1
        while rest & 1:
            leaf, rest = sha256(b"\1", self.peaks.pop(), leaf), rest >> 1
        self.peaks.append(leaf)

    def root(self):
        return functools.reduce(lambda right, left: sha256(b"\1", left, right),
                                reversed(self.peaks)) if self.peaks else sha256()


# Lines

INSTANT, NAME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r"[A-Za-z0-9._:-]{1,64}"
SIGNER, WORD = r"[^\s+\0-\x1f\x7f]{1,255}", "[!-~]+"
IDENTITY = {"currency": WORD, "jurisdiction": WORD, "ledger": "[0-9a-f]{32}", "timeZone": WORD}
ACTOR = {"id": NAME, "kind": "person|system|bot", "role": NAME}
TEXTS = {"at": INSTANT, "effective": r"\d{4}-\d\d-\d\d", "key": r"[!#-\[\]-~]{1,128}",
         "salt": "[A-Za-z0-9+/]{16}", "subject": NAME, "type": "[A-Z][A-Za-z0-9]{0,63}",
         "stream": f"(account|subject|portfolio|policy|model|ledger)/{NAME}"}
NUMBERS, OBJECTS, OPTIONAL = {"cause", "n", "seq", "v"}, {"data", "sealed"}, "cause sealed subject"
FIELDS = TEXTS.keys() | NUMBERS | OBJECTS | {"actor"}


def need(condition, what):
    if not condition:
        raise ValueError(what)


def ordered(value, levels=16):
    """A value with its keys in the order of their UTF-16 units; refuses what no line may hold."""
    need(levels or not isinstance(value, (dict, list)), "nested too deep")
    need(type(value) is not int or abs(value) < 2**53, "a number is out of range")
    if isinstance(value, list):
        return [ordered(item, levels - 1) for item in value]
    if isinstance(value, dict):
        return {name: ordered(value[name], levels - 1)
                for name in sorted(value, key=lambda name: name.encode("utf-16-be"))}
    return value


def canonical(value):
    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def parse(line):
    """The value of a line, which must be the one way to write it."""
    need(len(line) <= 65535, "longer than 65,535 bytes")
    try:
        value = json.loads(line.decode(), parse_float=int, parse_constant=int)
    except RecursionError:
        raise ValueError("nested too deep") from None
    need(isinstance(value, dict) and canonical(value) == line, "not canonical")
    return value


def whole(number, least=0):
    return type(number) is int and number >= least


def matches(forms, value):
    return all(isinstance(value[name], str) and re.fullmatch(form, value[name], re.ASCII)
               for name, form in forms.items() if name in value)


def unbase64(text, length=None):
    """The bytes of a base64 text, which must be the one way to write them."""
    data = base64.b64decode(text.encode(), validate=True)
    need(base64.b64encode(data).decode() == text and len(data) == (length or len(data)), "base64")
    return data


def parse_event(line):
    event = parse(line)
    need(FIELDS - set(OPTIONAL.split()) <= event.keys() <= FIELDS, "not the fields of an event")
    actor = event["actor"]
    need(isinstance(actor, dict) and actor.keys() == ACTOR.keys() and matches(ACTOR, actor)
         and matches(TEXTS, event)
         and all(isinstance(event.get(name, {}), dict) for name in OBJECTS)
         and all(whole(event[name], name == "v") for name in NUMBERS & event.keys())
         and event.get("cause", -1) < event["seq"], "a field has not its form")
    return event


def parse_inner(line, kind, names):
    value = parse(line)
    inner = value.get(kind)
    need(value.keys() == {kind} and isinstance(inner, dict) and inner.keys() == set(names.split())
         and isinstance(inner["root"], str), f"not the fields of a {kind}")
    return {**inner, "root": unbase64(inner["root"], 32)}


def parse_commit(line):
    commit = parse_inner(line, "commit", "at events root size")
    need(matches({"at": INSTANT}, commit) and whole(commit["events"], 1)
         and whole(commit["size"], commit["events"]), "a field has not its form")
    return commit


def parse_header(line):
    header = parse_inner(line, "segment", "first format ledger peaks root")
    peaks = header["peaks"]
    need(whole(header["first"]) and whole(header["format"]) and header["format"] == 1
         and matches({"ledger": "[0-9a-f]{32}"}, header) and isinstance(peaks, list)
         and all(isinstance(peak, str) for peak in peaks)
         and len(peaks) == header["first"].bit_count(), "a field has not its form")
    return {**header, "peaks": [unbase64(peak, 32) for peak in peaks]}


def stated_tree(header):
    """The tree a header states; None when its root is not that of its peaks."""
    tree = Tree(header["peaks"], header["first"])
    return tree if tree.root() == header["root"] else None


def parse_identity(value):
    names = {"currency", "jurisdiction", "keys", "ledger", "origin", "timeZone"}
    need(isinstance(value, dict) and value.keys() == names and isinstance(value["keys"], list)
         and all(isinstance(text, str) for text in value["keys"])
         and matches(IDENTITY, value) and isinstance(value["origin"], str)
         and re.fullmatch(SIGNER, value["origin"]), "not an identity")
    return value


def lines_of(data):
    """Number, bytes and end of each line, and whether a newline ends it."""
    start = number = 0
    while start < len(data):
        stop = data.find(b"\n", start)
        end, number = (stop + 1 or len(data)), number + 1
        yield number, data[start:end - (stop >= 0)], end, stop >= 0
        start = end


def attempt(function, *arguments):
    """What the function gives; None where it raises ValueError."""
    try:
        return function(*arguments)
    except ValueError:
        return None


# Signed notes and proofs


def parse_key(text):
    name, identity, data = text.split("+", 2)
    data = unbase64(data, 33)
    need(identity == sha256(name.encode(), b"\n", data)[:4].hex(), "not the id of that key")
    return Key(text, name, bytes.fromhex(identity), data[0], data[1:])


def parse_note(data):
    text, _, rest = data.decode().rpartition("\n\n")
    found = [re.fullmatch(rf"— ({SIGNER}) (\S+)", line) for line in rest[:-1].split("\n")]
    need(len(data) <= 65536 and rest.endswith("\n") and all(found)
         and not re.search(r"[\0-\x09\x0b-\x1f]", text), "not a signed note")
    signatures = [(match[1], unbase64(match[2])) for match in found]
    origin, size, root = (text + "\n\n").split("\n")[:3]
    need(all(len(data) > 4 for _, data in signatures) and re.fullmatch("0|[1-9][0-9]{0,18}", size)
         and "\n\n" not in text, "not a checkpoint")
    return Note(text + "\n", signatures, origin, int(size), unbase64(root, 32))


@functools.lru_cache(maxsize=1 << 16)
def is_signed(public, message, signature):
    """Whether openssl takes an Ed25519 signature."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("key", "message", "signature")]
        der = bytes.fromhex("302a300506032b6570032100") + public
        for path, content in zip(paths, (der, message, signature)):
            path.write_bytes(content)
        command = "openssl pkeyutl -verify -pubin -keyform DER -rawin -inkey % -in % -sigfile %"
        files = iter(paths)
        done = subprocess.run([next(files) if word == "%" else word for word in command.split()],
                              capture_output=True)
        return done.returncode == 0


def signers(note, keys):
    """Those of the keys that signed; none if the note names one of them with a wrong signature."""
    signed, text = set(), note.text.encode()
    for name, data in note.signatures:
        for key in keys:
            if (key.name, key.id) == (name, data[:4]):
                time, start = int.from_bytes(data[4:12], "big"), 12 if key.type == 4 else 4
                message = b"cosignature/v1\ntime %d\n" % time + text if key.type == 4 else text
                if not is_signed(key.public, message, data[start:]):
                    return set()
                signed.add(key)
    return signed


def check_proof(data, keys):
    """What a proof proves under the keys; ValueError if nothing."""
    opening, _, rest = data.decode().partition("\n\n")
    version, extra, index, *hashes = opening.split("\n")
    note, number = parse_note(rest.encode()), int(index.removeprefix("index "))
    line = unbase64(extra.removeprefix("extra "))
    need([version, extra[:6], index] == ["c2sp.org/tlog-proof@v1", "extra ", f"index {number}"]
         and parse_event(line)["seq"] == number, "it is not that event's proof")
    node, place, last = sha256(b"\0", line), number, note.size - 1
    need(place <= last, "its checkpoint does not cover the event")
    for hash in hashes:  # as RFC 9162, 2.1.3.2, has it
        need(last > 0, "it has hashes too many")
        if place & 1 or place == last:
            node = sha256(b"\1", unbase64(hash, 32), node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\1", node, unbase64(hash, 32))
        place, last = place >> 1, last >> 1
    need(last == 0 and node == note.root, "the event does not lead to the checkpoint's root")
    signed = signers(note, [key for key in keys if key.type == 4 or key.name == note.origin])
    need(any(key.type == 1 for key in signed), "no trusted key signed its checkpoint")
    names = ", ".join(sorted(key.name for key in signed))
    return f"event {number} is in {note.origin} of {note.size} events, signed by {names}"
