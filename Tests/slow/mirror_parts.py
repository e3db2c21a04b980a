"""What the mirror's trial tries one after the other; storm and access have their own files."""

import http.client
import json
import shutil
import time

from mirror_access import openssl
from mirror_cluster import publish
from mirror_ledger import Broken, compare, tables
from serve_client import Ledger, Service

DAY = "2025-12-31"
STAMPING = """[req]
distinguished_name = name
[name]
[stamping]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
"""


def early(trial):
    """Starts a mirror before the nodes, and lets these come up one after the other."""
    trial.quipu.run("init", "--ledger", trial.source, "--name", "books")
    running = trial.quipu.start(
        "early", "mirror", trial.cluster.servers, "--stream", "books", "--ledger", trial.source,
        "--patience", 120)
    waits = trial.quipu.start(
        "early", "follow", trial.cluster.servers, "--stream", "books", "--ledger", trial.replica)
    for number in range(3):
        time.sleep(1)
        trial.cluster.launch(number)
    if running.wait(120) != 0:
        raise Broken("a mirror started before its servers did not go on: see early.log")
    trial.cluster.start()
    deadline = time.monotonic() + 60
    while not (trial.replica / "log").exists():
        if waits.poll() is not None or time.monotonic() > deadline:
            raise Broken("a follower started before its stream did not go on: see early.log")
        time.sleep(0.1)
    waits.terminate()
    if waits.wait(60) != 0:
        raise Broken(f"asked to stop, a follower ended with {waits.returncode}")
    said = (trial.folder / "early.log").read_text()
    for word in ("trying again", "the stream answers again"):
        if word not in said:
            raise Broken(f"nobody was told: {word}")
    return "mirror and follower waited for the servers, the leader and the stream, and said so"


def bulk(trial):
    """Mirrors and follows what is there."""
    for _ in range(trial.options.files):
        trial.record(trial.source, 20_000, 4096)
    said = [trial.mirror(trial.source), trial.follow(trial.replica)]
    trial.same(trial.replica)
    rates = [f"{one['newEvents']:,} events in {one['milliseconds']:,} ms, "
             f"{one['eventsPerSecond']:,}/s" for one in said]
    return f"mirrored {rates[0]}; followed {rates[1]}"


def late_evidence(trial):
    """Cosigns and time stamps checkpoints after they were mirrored."""
    folder = trial.folder / "late"
    folder.mkdir()
    quipu, source = trial.quipu, ("--ledger", trial.source)
    witness = quipu.run(
        "key", "new", folder / "w.pem", "--name", "w.example", "--cosigner")["vkey"]
    size = quipu.run("verify", *source)["events"]
    quipu.run("consistency", 0, "--out", folder / "request", *source)
    line = quipu.run("cosign", folder / "request", "--key", folder / "w.pem", "--name", "w.example",
                     "--log", trial.key, "--memory", folder / "seen")["cosignature"]
    (folder / "line").write_text(line.rstrip("\n") + "\n")
    trial.record(trial.source, 100, 10)
    trial.mirror(trial.source)
    trial.follow(trial.replica)
    # Of the checkpoint before the last, which is on the stream already; and a stamp over the last.
    quipu.run("witness", folder / "line", "--size", size, "--witness", witness, *source)
    stamp(quipu, folder, source)
    for _ in range(2):
        said = trial.mirror(trial.source)
        trial.follow(trial.replica)
        trial.same(trial.replica)
    if said["messages"]:
        raise Broken(f"{said['messages']} messages were sent though nothing was new")
    kept = (trial.replica / "checkpoints" / f"{size:012}.checkpoint").read_text()
    stamps = [one for one in (trial.replica / "checkpoints").iterdir() if one.suffix == ".tsr"]
    if "w.example" not in kept or len(stamps) != 1:
        raise Broken("the replica lacks what was said of checkpoints later")
    return "a cosignature under an older checkpoint and a time stamp arrived, once each"


def stamp(quipu, folder, source):
    """Has a time stamping authority of the trial's own stamp the newest checkpoint."""
    settings = folder / "tsa.cnf"
    settings.write_text(STAMPING.format(folder))
    (folder / "serial").write_text("01\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tsa.key", "-out",
            folder / "tsa.pem", "-days", 2, "-subj", "/CN=tsa", "-config", settings,
            "-extensions", "stamping")
    quipu.run("checkpoint", "--stamp-request", folder / "request.tsq", *source)
    openssl("ts", "-reply", "-queryfile", folder / "request.tsq", "-out", folder / "answer.tsr",
            "-config", settings)
    quipu.run("checkpoint", "--stamp", folder / "answer.tsr", *source)


def readers(trial):
    """Reads the stream without a replica: whole, as known at a size, and in parts."""
    servers = trial.cluster.servers
    stream = ("--from", servers, "--stream", "books", "--on", DAY)
    local = ("replay", "--ledger", trial.source, "--on", DAY, "--from-scratch")
    size = trial.quipu.run("verify", "--ledger", trial.source)["events"]
    whole, remote = trial.folder / "whole", trial.folder / "remote"
    told = trial.quipu.run(*local, "--out", whole)
    said = trial.quipu.run("replay", *stream, "--out", remote, "--vkey", trial.key)
    if told["digest"] != said["digest"] or tables(whole) != tables(remote):
        raise Broken("what was read of the stream is not what the ledger gives")
    for count in (1, 2, 3, 7):
        for known in (size, trial.random.randrange(1, size)):
            parts = [trial.folder / f"part-{number}" for number in range(1, count + 1)]
            for number, part in enumerate(parts, 1):
                trial.quipu.run("work", "--partition", f"{number}/{count}", *stream, "--known-at",
                                known, "--out", part)
            trial.random.shuffle(parts)
            merged = trial.folder / f"merged-{count}"
            said = trial.quipu.run("work", "--merge", *parts, "--out", merged)
            alone = trial.quipu.run(*local, "--known-at", known)
            if said["digest"] != alone["digest"] or said["totals"] != alone["totals"]:
                raise Broken(f"{count} workers at {known} events are not one replay")
            if known == size and tables(merged) != tables(whole):
                raise Broken(f"{count} workers wrote other tables than one replay")
    stranger = trial.folder / "stranger"
    trial.quipu.run("init", "--ledger", stranger, "--name", "books")
    key = trial.quipu.run("key", "show", "--ledger", stranger)["vkey"]
    trial.quipu.refused("not_proven", "replay", *stream, "--vkey", key, expected=1)
    trial.quipu.refused("no_such_size", "replay", *stream, "--known-at", size + 1)
    return f"{size:,} events, 1, 2, 3 and 7 workers: the replay's tables; unknown keys refused"


def served(trial):
    """Serves a replica that is followed: what arrives is answered, what would write is refused."""
    served = Ledger(trial.folder, trial.quipu.path, "replica")
    served.environment["XDG_CONFIG_HOME"] = str(trial.folder / "config")
    # Who may come in is each machine's own list: the log tells nobody's token.
    own = ("--ledger", trial.replica)
    trial.quipu.run("identity", "add", "eva", "--role", "admin", "--save", *own)
    tokens = {}
    for name, role in (("wall", "reader"), ("gate", "recorder")):
        said = trial.quipu.outcome("token", "add", name, "--role", role, "--as", "eva", *own)
        tokens[name] = json.loads(said.stdout)["token"]
    trial.mirror(trial.source)
    trial.follow(trial.replica)
    follower = trial.quipu.start(
        "served", "follow", trial.cluster.servers, "--stream", "books", "--ledger", trial.replica)
    try:
        with Service(served, "--read-only") as service:
            before = size_told(service, tokens["wall"])
            trial.record(trial.source, 500, 64)
            trial.mirror(trial.source)
            wanted = trial.quipu.run("verify", "--ledger", trial.source)["events"]
            deadline = time.monotonic() + 60
            while (told := size_told(service, tokens["wall"])) < wanted:
                if time.monotonic() > deadline:
                    raise Broken(f"the service on a replica stands at {told} of {wanted} events")
                time.sleep(0.1)
            draft = trial.load.file(2).read_text().splitlines()[0]
            status, body = ask(service, tokens["gate"], "POST", "/v1/events", draft)
            if status < 400 or b"read_only" not in body:
                raise Broken(f"a replica's service took an event: {status} {body}")
            if service.stop() != 0:
                raise Broken("the service on a replica did not end as asked")
    finally:
        follower.terminate()
        follower.wait(60)
    trial.same(trial.replica)
    return f"from {before:,} to {told:,} events while it was followed; an event answered {status}"


def ask(service, token, method, path, body=None):
    """One request; returns status and body."""
    link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    link.request(method, path, body, {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = link.getresponse()
    return answer.status, answer.read()


def size_told(service, token):
    """How many events a service has, as it says."""
    status, body = ask(service, token, "GET", "/healthz")
    if status != 200:
        raise Broken(f"/healthz of a replica: {status} {body}")
    return json.loads(body)["size"]


def forks(trial):
    """Tries what must not be: other histories, and writing to a replica."""
    old, twin = trial.folder / "old", trial.folder / "twin"
    for place in (old, twin):
        shutil.copytree(trial.source, place)
    trial.record(trial.source, 30, 4096)
    trial.record(twin, 40, 4096)
    trial.mirror(trial.source)
    stream = (trial.cluster.servers, "--stream", "books", "--ledger")
    refused = trial.quipu.refused
    refused("forked", "mirror", *stream, twin)
    refused("behind", "mirror", *stream, old)
    refused("replica", "record", trial.load.file(5), "--ledger", trial.replica)
    refused("superseded", "mirror", *stream, trial.replica)
    refused("behind", "promote", *stream, trial.replica)
    refused("exists", "follow", *stream, twin, "--once")
    other = trial.folder / "other"
    trial.quipu.run("init", "--ledger", other, "--name", "other")
    refused("wrong_stream", "mirror", *stream, other)
    trial.follow(trial.replica)
    trial.same(trial.replica)
    return "another history, an older copy, another ledger, writing a replica: refused"


def promotion(trial):
    """Makes the replica the ledger that is written."""
    key = {"QUIPU_SIGNING_KEY_FILE": str(trial.source / "keys" / "signing.pem")}
    second = trial.folder / "second"
    trial.follow(second)
    stream = (trial.cluster.servers, "--stream", "books", "--ledger")
    trial.record(trial.source, 10, 4096)  # what the old source had and never mirrored
    trial.quipu.refused("behind_anchor", "promote", *stream, trial.replica, "--against",
                        trial.source / "checkpoints" / "latest")
    trial.quipu.run("promote", *stream, trial.replica)
    trial.record(trial.replica, 2000, 64, **key)
    trial.quipu.refused("superseded", "mirror", *stream, trial.source)
    trial.mirror(trial.replica)
    trial.follow(second)
    compare(trial.replica, second)
    trial.verified(second)
    reading = ("--on", DAY)
    told = trial.quipu.run("replay", "--ledger", second, *reading)
    said = trial.quipu.run("replay", "--from", *stream[:-1], *reading)
    if told["digest"] != said["digest"]:
        raise Broken("a stream with a promotion on it is read as something else")
    return "the replica is written and mirrored, the old source refused; another followed"


def forgery(trial):
    """Puts a message on the stream that says what is not so."""
    second = trial.folder / "second"
    before = tables(second / "log")
    ledger = json.loads((second / "LEDGER.json").read_text())["ledger"]
    last = max(before)
    headers = {
        "Quipu-Term": "0" * 32, "Quipu-Segment": int(last.split(".")[0]),
        "Quipu-Byte": len(before[last]), "Quipu-Size": 10**6, "Quipu-Durable": 10**6,
        "Quipu-Root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
    # With a commit at its end, for without one it would be waited for.
    line = b"\n".join(before[last].splitlines()[-2:]) + b"\n"
    publish(trial.cluster.ports[0], f"quipu.books.{ledger}.log", headers, line)
    time.sleep(1)
    stream = (trial.cluster.servers, "--stream", "books")
    said = trial.quipu.run("follow", *stream, "--ledger", second, "--once", expected=1)
    trial.quipu.refused("damaged", "replay", "--from", *stream, "--on", DAY, expected=1)
    if tables(second / "log") != before:
        raise Broken("the follower wrote what it should not have believed")
    return f"not believed ({said['code']})"
