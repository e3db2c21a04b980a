"""What clients do to the service, by mistake or on purpose: for `serve-faults`."""

import os
import resource
import socket
import ssl
import subprocess
import threading
import time

from serve_client import Service, hold, open_accounts, paid, wait_until


def dribble(service, head, results, name):
    """Sends a byte every half second; notes after how long it was broken off."""
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as client:
        client.sendall(head)
        client.settimeout(0.5)
        while time.monotonic() - start < 50:
            try:
                client.sendall(b"x")
                if not client.recv(4096):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    results[name] = time.monotonic() - start


def slow_clients(ledger, options):
    """Clients that never come to an end"""
    token = ledger.tokens["gate"].encode()
    heads = {"a line": b"GET /heal", "headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "}
    if not options.quick:
        heads["a body"] = (
            b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
            b"Authorization: Bearer " + token + b"\r\n\r\n{")
    results = {}
    with Service(ledger) as service:
        threads = [threading.Thread(target=dribble, args=(service, head, results, name))
                   for name, head in heads.items() for _ in range(5)]
        for thread in threads:
            thread.start()
        wait_until(lambda: service.ask("GET", "/healthz")[0] == 200, 2, "an answer for others")
        for thread in threads:
            thread.join()
    for name, seconds in results.items():
        hold(seconds < (35 if name == "a body" else 14), name, "lasted", seconds)
    return ", ".join(f"{name} {seconds:.0f} s" for name, seconds in results.items())


def too_much(ledger, _):
    """Bodies and headers without bound"""
    token = ledger.tokens["gate"].encode()
    post = (b"POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
            + b"\r\nContent-Type: application/json\r\n")
    with Service(ledger) as service:
        before = service.memory()
        answer = service.raw(post + b"Content-Length: 1000000000\r\n\r\n", b"x" * 1000)
        hold(b" 413 " in answer.split(b"\r\n")[0], "1 GB:", answer[:80])
        answer = service.raw(b"POST /v1/events HTTP/1.1\r\nHost: x\r\n"
                             b"Content-Length: 1000000000\r\n\r\n", b"x" * 1000)
        hold(b" 401 " in answer.split(b"\r\n")[0], "1 GB of a stranger:", answer[:80])
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        answer = service.raw(post + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 1600)
        hold(b" 20" not in answer.split(b"\r\n")[0], "endless chunks:", answer[:80])
        headers = b"".join(b"X-%d: y\r\n" % n for n in range(100_000))
        answer = service.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n", headers, b"\r\n")
        hold(b" 200 " not in answer.split(b"\r\n")[0], "100,000 headers:", answer[:80])
        answer = service.raw(b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        hold(b" 200 " not in answer.split(b"\r\n")[0], "a long line:", answer[:80])
        hold(service.ask("GET", "/healthz")[0] == 200, "it does not answer any more")
        grown = service.memory() - before
        hold(grown < 64 << 20, "memory grew by", grown)
    return f"413, 401, 431; memory grew by {grown >> 20} MiB"


def nonsense(ledger, _):
    """Nonsense"""
    wanted = {
        b"/v1/accounts/%ff": 400, b"/v1/accounts/A?on=%c3%28": 400,
        b"/%2e%2e/%2e%2e/etc/passwd": 400,
        b"/../../etc/passwd": 400, b"/tile/../keys/identities.json": 400,
        b"/tile/0/..%2f..%2fkeys%2fidentities.json": 400, b"/v1//accounts": 400,
        b"/v1/accounts/%00": 400, b"/nothing": 404}
    token = ledger.tokens["desk"].encode()
    with Service(ledger) as service:
        for path, status in wanted.items():
            answer = service.raw(
                b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                b"Authorization: Bearer " + token + b"\r\n\r\n")
            hold(f" {status} ".encode() in answer.split(b"\r\n")[0], path, answer[:60])
            hold(b"application/problem+json" in answer, path, "is no problem document")
        for body in (b"\xff\xfe{}", b"{", b"[]", b'{"a":1e400}', b"\x00", b'{"events":[{"a":1}]}',
                     b'{"type":"X"}', b'{"events":7}', b"[" * 5000):
            status, _, value = service.ask(
                "POST", "/v1/events", "gate", body, {"Content-Type": "application/json",
                                                     "Idempotency-Key": "k"})
            hold(status in (400, 422) and value["code"], body[:20], status, value)
        other = service.ask("POST", "/v1/events", "gate", b"x", {"Content-Type": "a/b"})
        hold(other[0] == 415, "another type:", other)
        hold(service.ask("DELETE", "/v1/accounts/A-1", "desk")[0] == 405, "405")
        hold(service.ask("GET", "/healthz")[0] == 200, "it does not answer any more")
    return "refused, each with its code"


def strangers(ledger, _):
    """Tokens that are none"""
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    ledger.add_token("brief", "reader", "--expires", soon)
    ledger.add_token("gone", "reader")
    ledger.add_token("slow", "reader", "--rate", "5")
    with Service(ledger) as service:
        open_accounts(service)
        path = "/v1/accounts/A-1"

        def status(token, method="GET", where=path, body=None):
            return service.ask(method, where, token, body)[0]

        hold(status(None) == 401 and status("quipu_" + "0" * 64) == 401, "a wrong token")
        hold(status("wall") == 200 and status("gate") == 403, "the role")
        hold(status("wall", "POST", "/v1/events", paid("A-1", "x")) == 403, "a lower role")
        wait_until(lambda: status("brief") == 401, 5, "an expired token refused")
        hold(status("gone") == 200, "before it is revoked")
        ledger.must("token", "revoke", "gone", "--as", "eva")
        wait_until(lambda: status("gone") == 401, 3, "a revoked token refused")
        answers = [service.ask("GET", path, "slow") for _ in range(15)]
        late = [headers for code, headers, _ in answers if code == 429]
        hold(late and all("Retry-After" in headers for headers in late), "the rate of a token")
        guesses = [status("quipu_" + "1" * 64) for _ in range(40)]
        hold(429 in guesses and 200 not in guesses, "guessing is not slowed down")
        hold(status("wall") == 200, "a guesser keeps others out")
        stated = paid("A-1", "forged") | {"actor": {"id": "u-1", "kind": "person", "role": "agent"}}
        hold(service.post(stated)[2]["code"] == "actor_not_yours", "in another's name")
    return "401, 403, 429"


def over_tls(ledger, _):
    """TLS"""
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-keyout", "k.pem", "-out", "c.pem"], cwd=ledger.folder, check=False,
        capture_output=True)
    hold(made.returncode == 0, made.stderr)
    with Service(ledger, "--tls-certificate", "c.pem", "--tls-key", "k.pem") as service:
        context = ssl.create_default_context(cafile=str(ledger.folder / "c.pem"))
        context.check_hostname = False
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as plain:
            with context.wrap_socket(plain) as client:
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                answer, version = client.recv(4096), client.version()
        hold(answer.startswith(b"HTTP/1.1 200"), answer[:60])
        hold(b" 200 " not in service.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), "in clear")
        hold(service.stop() == 0, "exit status")
    return version


def idle_feeds(ledger, options):
    """Idle feeds"""
    count = 1_500 if options.quick else 10_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    head = (b"GET /v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + ledger.tokens["desk"].encode() + b"\r\n\r\n")
    clients, refused = [], 0
    with Service(ledger) as service:
        open_accounts(service)
        before = service.memory()
        for _ in range(count):
            try:
                client = socket.create_connection(("127.0.0.1", service.port), timeout=10)
                client.sendall(head)
                clients.append(client)
            except OSError:
                refused += 1
        held = 0
        for client in clients:
            try:
                held += b" 200 " in client.recv(4096).split(b"\r\n")[0]
            except OSError:
                refused += 1
        hold(0 < held <= 1024, held, "feeds are held")
        start = time.monotonic()
        hold(service.post(paid("A-1", "fed"))[0] == 201, "recorded beside the feeds")
        seconds = time.monotonic() - start
        hold(seconds < 2, "recording beside the feeds took", seconds)
        told = clients[0].recv(4096)
        hold(b"pay:fed" in told, "the feed was not told:", told[:200])
        grown = service.memory() - before
        hold(grown < 256 << 20, "memory grew by", grown)
        for client in clients:
            client.close()
        hold(service.stop() == 0, "exit status")
    return f"{count} came, {held} held, the others refused; memory grew by {grown >> 20} MiB"
