"""A nats-server that wants TLS on both sides, or users' credentials: keys, certificates, JWTs."""

import base64
import json
import os
import pathlib
import subprocess
import time

from mirror_cluster import free_ports
from mirror_ledger import Broken

OPERATOR, ACCOUNT, USER, SEED = 14 << 3, 0, 20 << 3, 18 << 3


def openssl(*words, **more):
    """What openssl says to these words."""
    return subprocess.run(
        ["openssl", *map(str, words)], check=True, capture_output=True, **more).stdout


def certificates(folder):
    """An authority, and certificates of a server on loopback and of a client by it."""
    openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=authority", "-days", "2",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=stranger", "-days", "2",
            "-keyout", folder / "stranger.key", "-out", folder / "stranger.pem")
    for name in ("server", "client"):
        names = folder / f"{name}.ext"
        names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        request = folder / f"{name}.csr"
        openssl("req", "-new", "-newkey", "ed25519", "-nodes", "-subj", f"/CN={name}",
                "-keyout", folder / f"{name}.key", "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-CAkey",
                folder / "ca.key", "-CAcreateserial", "-days", "2", "-extfile", names,
                "-out", folder / f"{name}.pem")


class Key:
    """An Ed25519 key as NATS writes them: base32 of a kind, the bytes, and a checksum."""

    def __init__(self, kind, folder):
        self.kind, self.seed = kind, os.urandom(32)
        self.file = folder / f"nkey-{kind}-{self.seed[:4].hex()}.der"
        self.file.write_bytes(bytes.fromhex("302e020100300506032b657004220420") + self.seed)
        public = openssl("pkey", "-inform", "DER", "-in", self.file, "-pubout", "-outform", "DER")
        self.name = self.text(bytes([kind]) + public[-32:])

    @property
    def secret(self):
        head = bytes([SEED | self.kind >> 5, (self.kind & 31) << 3])
        return self.text(head + self.seed)

    @staticmethod
    def text(data):
        check = 0
        for byte in data:
            check ^= byte << 8
            for _ in range(8):
                check = (check << 1 ^ 0x1021 if check & 0x8000 else check << 1) & 0xFFFF
        return base64.b32encode(data + check.to_bytes(2, "little")).decode().rstrip("=")

    def sign(self, subject, name, claims):
        """A JWT about another key."""
        def part(value):
            return base64.urlsafe_b64encode(value).rstrip(b"=")
        body = {"jti": os.urandom(16).hex(), "iat": int(time.time()), "iss": self.name,
                "name": name, "sub": subject.name, "nats": {**claims, "version": 2}}
        head = part(b'{"typ":"JWT","alg":"ed25519-nkey"}')
        text = head + b"." + part(json.dumps(body).encode())
        message = self.file.with_suffix(".message")
        message.write_bytes(text)
        signature = openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", self.file,
                            "-in", message)
        return (text + b"." + part(signature)).decode()


def credentials(folder):
    """A server's settings for its users' JWTs; writes a user's credentials to `user.creds`."""
    operator, system, account, user = (
        Key(kind, folder) for kind in (OPERATOR, ACCOUNT, ACCOUNT, USER))
    free = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), -1)
    stored = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)
    limits = {"type": "account", "limits": {**free, "wildcards": True}}
    signed = {
        system.name: operator.sign(system, "SYS", limits),
        account.name: operator.sign(
            account, "books", {**limits, "limits": {**limits["limits"], **stored}})}
    own = operator.sign(operator, "trial", {"type": "operator", "system_account": system.name})
    token = account.sign(user, "quipu", {
        "type": "user", "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1})
    creds = folder / "user.creds"
    creds.write_text(
        f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.secret}\n------END USER NKEY SEED------\n")
    preload = "\n".join(f"  {name}: {token}" for name, token in signed.items())
    return (f"operator: {own}\nsystem_account: {system.name}\nresolver: MEMORY\n"
            f"resolver_preload: {{\n{preload}\n}}\n")


class Server:
    """One node with JetStream, and more settings."""

    def __init__(self, folder, name, settings):
        self.port = free_ports(1)[0]
        configuration = folder / f"{name}.conf"
        configuration.write_text(
            f"server_name: {name}\nlisten: 127.0.0.1:{self.port}\n"
            f'jetstream {{ store_dir: "{folder}/store-{name}" }}\n{settings}')
        with (folder / f"{name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["nats-server", "-c", configuration], stdout=log, stderr=log)

    def stop(self):
        self.process.kill()
        self.process.wait()


def over_tls(trial):
    """Mirrors and follows over TLS, with a client's certificate; strangers are refused at once."""
    folder = trial.folder / "tls"
    folder.mkdir()
    certificates(folder)
    server = Server(folder, "tls", (
        f'tls {{ cert_file: "{folder}/server.pem", key_file: "{folder}/server.key", '
        f'ca_file: "{folder}/ca.pem", verify: true }}\n'))
    address = f"tls://127.0.0.1:{server.port}"
    trusts = ("--ca", folder / "ca.pem")
    shows = ("--cert", folder / "client.pem", "--key", folder / "client.key")
    try:
        both(trial, address, "tls", *trusts, *shows)
        words = ("mirror", address, "--stream", "books", "--patience", 3, "--ledger", trial.source)
        # Whom the server is vouched for by is not to be waited for.
        trial.quipu.refused("nats_refused", *words, "--ca", folder / "stranger.pem", *shows,
                            expected=4)
        for less in ((), trusts):
            said = trial.quipu.run(*words, *less, expected=4)
            if said["code"] not in ("nats_refused", "nats_unreachable"):
                raise Broken(f"a client without a certificate: {said}")
        trial.quipu.refused("io", *words, "--ca", folder / "nothing.pem", expected=4)
        trial.quipu.refused("wrong_usage", *words, "--cert", folder / "client.pem", expected=2)
    finally:
        server.stop()
    return "a client without certificate and an unknown authority were refused"


def with_credentials(trial):
    """Mirrors and follows as a user with credentials; without them refused at once."""
    folder = trial.folder / "creds"
    folder.mkdir()
    server = Server(folder, "creds", credentials(folder))
    address = f"nats://127.0.0.1:{server.port}"
    try:
        both(trial, address, "creds", "--creds", folder / "user.creds")
        trial.quipu.refused(
            "nats_refused", "mirror", address, "--stream", "books", "--ledger", trial.source,
            expected=4)
    finally:
        server.stop()
    return "without them refused"


def both(trial, address, name, *access):
    """Mirrors to one server, follows from it, and compares."""
    common = (address, "--stream", "books", *access, "--ledger")
    replica = trial.folder / name / "replica"
    trial.quipu.run("mirror", *common, trial.source, "--replicas", 1)
    trial.quipu.run("follow", *common, replica, "--once")
    trial.same(replica)
    if "@" in pathlib.Path(replica, "REPLICATION.json").read_text():
        raise Broken("a replica remembers secrets of its servers' addresses")
