"""PostgreSQL and Redis streams, each started here, as durable as they can be told to be."""
import atexit
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

from rows import machine

running = []


def stop():
    """Ends the servers started here."""
    while running:
        process, folder = running.pop()
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(stop)


def user(name):
    """Who the server runs as: PostgreSQL refuses root. None for whoever runs this."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def folder_of(owner):
    """A folder on the disk that is measured, which the server may write to."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="quipu-bench-server."))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def start(command, owner, folder, is_ready):
    """Starts a server and waits until it answers."""
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=folder, user=owner.pw_uid if owner else None, group=owner.pw_gid if owner else None)
    running.append((process, folder))
    for _ in range(200):
        if is_ready():
            return
        time.sleep(0.05)
    raise SystemExit(f"bench: {command[0]} does not answer")


def postgres():
    """A cluster of its own with standard durability; a function that appends batches, or None."""
    places = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not places or not machine.has("psql"):
        machine.say("PostgreSQL is not installed: left out")
        return None
    tools, owner = places[-1].parent, user("postgres")
    folder = folder_of(owner)
    ids = {"user": owner.pw_uid, "group": owner.pw_gid} if owner else {}
    subprocess.run([tools / "initdb", "-D", folder / "data", "-A", "trust", "-U", "bench"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                   **ids)
    psql = ["psql", "-q", "-X", "-h", str(folder), "-U", "bench", "-d", "postgres", "-v",
            "ON_ERROR_STOP=1"]

    def is_ready():
        return subprocess.run([*psql, "-c", "SELECT 1"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    start([tools / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses="],
          owner, folder, is_ready)
    return psql


def append_postgres(psql, groups, folder):
    """One transaction a batch through psql, one INSERT each; seconds less an empty script's."""
    script = folder / "append.sql"

    def quoted(text):
        return "'" + text.replace("'", "''") + "'"

    with open(script, "w", encoding="utf-8") as file:
        for batch in groups:
            values = ",\n".join(
                f"({seq},{quoted(stream)},{n},{quoted(key)},{quoted(line.decode())})"
                for seq, stream, n, key, line in batch)
            file.write(f"INSERT INTO events VALUES {values};\n")
    subprocess.run([*psql, "-c", "DROP TABLE IF EXISTS events", "-c",
                    "CREATE TABLE events (seq bigint PRIMARY KEY, stream text NOT NULL, n bigint "
                    "NOT NULL, key text NOT NULL UNIQUE, body text NOT NULL)"], check=True,
                   stderr=subprocess.DEVNULL)
    empty = machine.run(*psql, "-c", "SELECT 1").wall
    return machine.run(*psql, "-f", script).wall - empty


def redis():
    """A server that syncs each write before it answers; its socket, or None."""
    if not machine.has("redis-server"):
        return None
    owner = user("redis")
    folder = folder_of(owner)
    path = folder / "socket"

    def is_ready():
        try:
            socket.socket(socket.AF_UNIX).connect(str(path))
            return True
        except OSError:
            return False

    start(["redis-server", "--port", "0", "--unixsocket", path, "--dir", folder, "--appendonly",
           "yes", "--appendfsync", "always", "--save", ""], owner, folder, is_ready)
    return path


def append_redis(path, groups):
    """XADD for each event, the commands of a batch in one MULTI: one write and one sync there."""
    def command(*words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part)
                                                    for part in parts)

    requests = []
    for batch in groups:
        adds = b"".join(command("XADD", "events", "*", "stream", stream, "n", n, "key", key, "body",
                                line) for _, stream, n, key, line in batch)
        requests.append(command("MULTI") + adds + command("EXEC"))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(command("DEL", "events"))
        client.recv(100)
        begun = time.monotonic()
        for (request, batch) in zip(requests, groups):
            client.sendall(request)
            # +OK, one +QUEUED each, then the ids: two lines each after the count.
            lines = 2 + len(batch) + 2 * len(batch)
            while lines > 0:
                lines -= client.recv(1 << 16).count(b"\n")
        return time.monotonic() - begun


def ways(fields):
    """Those of the two that can be started here, by name; `fields` takes batches apart."""
    found = {}
    psql = postgres()
    if psql:
        found["PostgreSQL, a transaction a batch"] = (
            lambda folder, groups: append_postgres(psql, list(fields(groups)), folder))
    path = redis()
    if path:
        found["Redis stream, fsync always"] = (
            lambda folder, groups: append_redis(path, list(fields(groups))))
    return found
