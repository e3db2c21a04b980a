"""A ledger, the service on it, and clients of it, for the suites that look at the service."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time


class Broken(Exception):
    """A promise that did not hold."""


def hold(condition, *what):
    """Says that a promise is broken where it is."""
    if not condition:
        raise Broken(" ".join(str(part) for part in what))


class Ledger:
    """A folder with a ledger, its keys, and the tokens of everybody who may come in."""

    def __init__(self, folder, program, name="ledger"):
        self.folder, self.program = pathlib.Path(folder), str(program)
        self.path = self.folder / name
        self.environment = {
            "PATH": "/usr/bin:/bin", "LC_ALL": "C", "QUIPU_LEDGER": str(self.path),
            "XDG_CONFIG_HOME": str(self.folder / "config"), "SWIFT_BACKTRACE": "enable=no"}
        self.tokens = {}

    def make(self):
        self.must("init", "--name", "faults")
        self.must("identity", "add", "eva", "--role", "admin", "--save")
        for name, role in (("gate", "recorder"), ("desk", "dpo"), ("wall", "reader")):
            self.add_token(name, role, "--rate", "1000000")
        return self

    def add_token(self, name, role, *words):
        done = self.must("token", "add", name, "--role", role, "--as", "eva", *words)
        self.tokens[name] = done.stdout.strip()

    def run(self, *words, given=None):
        return subprocess.run(
            [self.program, *words], env=self.environment, cwd=self.folder, input=given, text=True,
            capture_output=True, timeout=300, check=False)

    def must(self, *words, given=None):
        done = self.run(*words, given=given)
        hold(done.returncode == 0, words, "exited", done.returncode, done.stderr)
        return done

    def events(self):
        """Every event of the log."""
        lines = self.must("export", "jsonl").stdout.splitlines()
        return [json.loads(line) for line in lines]


class Service:
    """`quipu serve`, on a port the system chose."""

    def __init__(self, ledger, *words, scheme="http"):
        self.ledger, self.scheme = ledger, scheme
        self.process = subprocess.Popen(
            [ledger.program, "serve", "--listen", "127.0.0.1:0", "--json", *words],
            env=ledger.environment, cwd=ledger.folder, text=True, stdout=subprocess.PIPE,
            stderr=open(ledger.folder / "serve.errors", "w", encoding="utf-8"))
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Broken(f"serve did not start: {self.errors()}")
        address = json.loads(line)["listening"]
        self.port = int(address.rpartition(":")[2])

    def errors(self):
        return (self.ledger.folder / "serve.errors").read_text(encoding="utf-8")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=60):
        """Ends it as the service manager does; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Broken("SIGTERM did not end it") from None

    def memory(self):
        """Bytes of memory it has at the moment."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(next(line.split()[1] for line in status.splitlines()
                        if line.startswith("VmRSS"))) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def connect(self, seconds=20):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def raw(self, *pieces, seconds=20):
        """Sends bytes as they are, and gives all that comes back until the end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client:
            with contextlib.suppress(OSError):
                for piece in pieces:
                    client.sendall(piece)
            answer = b""
            with contextlib.suppress(OSError):
                while piece := client.recv(65536):
                    answer += piece
            return answer

    def ask(self, method, path, token=None, body=None, headers=None, connection=None):
        """One request; status, headers and the JSON of the body."""
        client = connection or self.connect()
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {self.ledger.tokens.get(token, token)}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        client.request(method, path, body, sent)
        answer = client.getresponse()
        content = answer.read()
        if connection is None:
            client.close()
        try:
            value = json.loads(content) if content else None
        except ValueError:
            value = content
        return answer.status, dict(answer.getheaders()), value

    def post(self, draft, connection=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/v1/events", "gate", draft, named, connection)


def opened(account, principal=1_000_000):
    """A draft that opens an account."""
    return {
        "type": "AccountOpened", "stream": f"account/{account}", "effective": "2025-01-31",
        "key": f"open:{account}", "data": {
            "account": account, "subject": "S-1", "creditor": "bank", "product": "consumer",
            "currency": "PEN",
            "items": [{"n": 1, "dueOn": "2025-01-31", "principal": principal}]}}


def paid(account, payment, amount=1):
    """A draft of a payment, its key after its id."""
    return {
        "type": "PaymentReceived", "stream": f"account/{account}", "effective": "2025-02-10",
        "key": f"pay:{payment}", "data": {
            "payment": payment, "amount": amount, "currency": "PEN", "method": "transfer"}}


def open_accounts(service):
    """Opens an account for each client."""
    status, _, value = service.post({"events": [opened(f"A-{n}") for n in range(8)]})
    hold(status in (200, 201), "accounts were not opened:", status, value)


class Payers:
    """Clients that pay without end until the service is gone, and remember what was promised."""

    def __init__(self, count):
        self.count = count
        self.promised = {}
        self.answers = []
        self.unanswered = [None] * count
        self.made = [0] * count
        self.stopped = threading.Event()

    def begin(self, service):
        self.stopped.clear()
        self.threads = [
            threading.Thread(target=self.pay, args=(service, number), daemon=True)
            for number in range(self.count)]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def pay(self, service, number):
        connection = service.connect()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not self.stopped.is_set():
                payment = self.unanswered[number]
                if payment is None:
                    payment = f"p-{number}-{self.made[number]}"
                    self.made[number] += 1
                    self.unanswered[number] = payment
                status, _, value = service.post(paid(f"A-{number}", payment), connection)
                if status in (200, 201):
                    self.promised[value["key"]] = value["seq"]
                    self.unanswered[number] = None
                else:
                    self.answers.append((status, value))
                    return


def wait_until(condition, seconds, what):
    """Waits for something to be so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise Broken(f"not within {seconds} s: {what}")


def release_program():
    """The program to look at: of the release build, else of the debug build."""
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    for build in ("release", "debug"):
        program = root / ".build" / build / "quipu"
        if os.access(program, os.X_OK):
            return program
    raise SystemExit("no program is built: swift build -c release --product quipu")
