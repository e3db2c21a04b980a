"""Three nats-server nodes with JetStream on loopback, to be killed, frozen and brought back."""

import signal
import socket
import subprocess
import time

from mirror_ledger import Broken


def free_ports(count):
    """Ports that nobody listens on just now; held together, so that all differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Cluster:
    """The nodes, each with its store in the trial's folder."""

    def __init__(self, folder):
        self.folder = folder
        ports = free_ports(6)
        self.ports, self.routes = ports[:3], ports[3:]
        self.nodes = [None, None, None]
        self.frozen = {}  # node → when it is to go on

    @property
    def servers(self):
        """Addresses as the program takes them."""
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.ports)

    def start(self):
        """Brings all nodes up and waits until JetStream has a leader."""
        self.mend()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if b'"type"' in request(self.ports[0], "$JS.API.INFO", b""):
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise Broken("the cluster did not come up")

    def launch(self, number):
        routes = ", ".join(f"nats://127.0.0.1:{port}" for port in self.routes)
        configuration = self.folder / f"node-{number}.conf"
        configuration.write_text(
            f"server_name: node-{number}\nlisten: 127.0.0.1:{self.ports[number]}\n"
            f'jetstream {{ store_dir: "{self.folder}/store-{number}" }}\n'
            f"cluster {{ name: trial, listen: 127.0.0.1:{self.routes[number]}, "
            f"no_advertise: true, routes: [{routes}] }}\n")
        with (self.folder / f"node-{number}.log").open("ab") as log:
            self.nodes[number] = subprocess.Popen(
                ["nats-server", "-c", configuration], stdout=log, stderr=log)

    def kill(self, number):
        """Kills a node with SIGKILL; `mend` brings it back."""
        self.thaw(number)
        if self.nodes[number]:
            self.nodes[number].kill()
            self.nodes[number].wait()
            self.nodes[number] = None

    def freeze(self, numbers, seconds):
        """Lets nodes stand still, as when nothing reaches them, for so many seconds."""
        for number in numbers:
            if self.nodes[number]:
                self.nodes[number].send_signal(signal.SIGSTOP)
                self.frozen[number] = True
        time.sleep(seconds)
        for number in list(self.frozen):
            self.thaw(number)

    def thaw(self, number):
        if self.frozen.pop(number, None) and self.nodes[number]:
            self.nodes[number].send_signal(signal.SIGCONT)

    def mend(self):
        """Brings back every node that is down."""
        for number, node in enumerate(self.nodes):
            if node is None:
                self.launch(number)

    def stop(self):
        for number, node in enumerate(self.nodes):
            if node:
                self.thaw(number)
                node.kill()
                node.wait()


def connected(port):
    """A connection that has said hello, as a file for its lines."""
    link = socket.create_connection(("127.0.0.1", port), timeout=5)
    link.sendall(b'CONNECT {"verbose":false,"headers":true}\r\n')
    return link, link.makefile("rb")


def request(port, subject, payload):
    """The first answer to a request."""
    link, lines = connected(port)
    with link, lines:
        link.sendall(b"SUB answers 1\r\nPUB %s answers %d\r\n%s\r\n"
                     % (subject.encode(), len(payload), payload))
        while not (line := lines.readline()).startswith((b"MSG", b"HMSG")):
            if not line:
                raise OSError("the server ended the connection")
            if line.startswith(b"PING"):
                link.sendall(b"PONG\r\n")
        return lines.read(int(line.split()[-1]))


def publish(port, subject, headers, payload):
    """Publishes one message with headers, and waits until the server has read it."""
    head = b"NATS/1.0\r\n" + b"".join(
        f"{name}: {value}\r\n".encode() for name, value in headers.items()) + b"\r\n"
    link, lines = connected(port)
    with link, lines:
        link.sendall(b"HPUB %s %d %d\r\n%s%s\r\nPING\r\n"
                     % (subject.encode(), len(head), len(head) + len(payload), head, payload))
        while not lines.readline().startswith(b"PONG"):
            pass
