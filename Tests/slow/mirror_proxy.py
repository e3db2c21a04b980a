"""A network between programs and servers that cuts, stalls and throttles: TCP on loopback."""

import socket
import threading
import time


class Proxy:
    """One door to one port behind it."""

    def __init__(self, port):
        self.behind = port
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.flows = threading.Event()  # cleared: connected, and nothing moves
        self.flows.set()
        self.is_cut = False
        self.rate = None  # bytes a second and direction
        self.links = set()
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.behind), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self.lock:
                self.links.add((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(
                    target=self.carry, args=(one, other, (near, far)), daemon=True).start()

    def carry(self, one, other, link):
        try:
            while data := one.recv(1 << 14):
                self.flows.wait()
                if self.rate:
                    time.sleep(len(data) / self.rate)
                other.sendall(data)
        except OSError:
            pass
        self.end(link)

    def end(self, link):
        with self.lock:
            self.links.discard(link)
        for one in link:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def cut(self):
        """Ends every connection, and lets none begin."""
        self.is_cut = True
        with self.lock:
            links = list(self.links)
        for link in links:
            self.end(link)

    def stall(self):
        """Keeps connections, and lets nothing through."""
        self.flows.clear()

    def throttle(self, rate):
        """Lets so many bytes a second through."""
        self.rate = rate

    def mend(self):
        """Is a good network again."""
        self.is_cut, self.rate = False, None
        self.flows.set()

    def stop(self):
        self.mend()
        self.door.close()
        self.cut()


class Network:
    """A door to each of a cluster's nodes."""

    def __init__(self, ports):
        self.proxies = [Proxy(port) for port in ports]

    @property
    def servers(self):
        """Addresses as the program takes them."""
        return ",".join(f"nats://127.0.0.1:{one.port}" for one in self.proxies)

    def strike(self, source, longest):
        """Does one bad thing for a while; returns what it was."""
        what = source.choice(["cut", "stall", "throttle", "one node cut", "flapping"])
        if what == "one node cut":
            source.choice(self.proxies).cut()
        elif what == "throttle":
            for one in self.proxies:
                one.throttle(source.choice([20_000, 200_000, 2_000_000]))
        elif what == "flapping":
            for _ in range(4):
                for one in self.proxies:
                    one.cut()
                time.sleep(source.uniform(0, 0.2))
                self.mend()
                time.sleep(source.uniform(0, 0.3))
        else:
            for one in self.proxies:
                one.cut() if what == "cut" else one.stall()
        time.sleep(source.uniform(0.2, longest))
        self.mend()
        return f"network: {what}"

    def mend(self):
        for one in self.proxies:
            one.mend()

    def stop(self):
        for one in self.proxies:
            one.stop()
