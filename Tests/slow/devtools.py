"""Drives a headless Chromium by its DevTools protocol, with nothing but the standard library."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find():
    """The browser's path; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class WebSocket:
    """One client's end of RFC 6455, for whole text messages."""

    def __init__(self, url):
        host, _, path = url.removeprefix("ws://").partition("/")
        name, _, port = host.partition(":")
        self.socket = socket.create_connection((name, int(port)), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(4096)
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        accept = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert base64.b64encode(accept) in head, head

    def send(self, text):
        body, mask = text.encode(), os.urandom(4)
        size = len(body)
        head = (struct.pack("!BB", 0x81, 0x80 | size) if size < 126
                else struct.pack("!BBH", 0x81, 0xFE, size) if size < 65536
                else struct.pack("!BBQ", 0x81, 0xFF, size))
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))
        self.socket.sendall(head + mask + masked)

    def take(self, count):
        while len(self.rest) < count:
            if not (piece := self.socket.recv(1 << 16)):
                raise ConnectionError("the browser is gone")
            self.rest += piece
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def receive(self):
        message = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack("!H", self.take(2))
            elif size == 127:
                size, = struct.unpack("!Q", self.take(8))
            body = self.take(size)
            if first & 0x0F in (0, 1):
                message += body
                if first & 0x80:
                    return message.decode()


class Browser:
    """A browser with one page; what its console and its network say is kept."""

    def __init__(self, path):
        self.folder = tempfile.mkdtemp(prefix="quipu-chromium-")
        self.process = subprocess.Popen(
            [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-port=0", "--hide-scrollbars", "--no-first-run",
             f"--user-data-dir={self.folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place = pathlib.Path(self.folder) / "DevToolsActivePort"
        for _ in range(1200):
            if place.exists() and place.read_text().count("\n"):
                break
            time.sleep(0.1)
        port = place.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [entry for entry in json.load(answer) if entry["type"] == "page"]
        self.socket = WebSocket(pages[0]["webSocketDebuggerUrl"])
        self.number, self.complaints, self.events = 0, [], []
        for domain in ("Page", "Runtime", "Log", "Network", "Emulation"):
            if domain != "Emulation":
                self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        mine = self.number
        self.socket.send(json.dumps({"id": mine, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == mine:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.note(message)

    def note(self, message):
        method, given = message.get("method"), message.get("params", {})
        self.events.append(method)
        if method == "Runtime.consoleAPICalled" and given["type"] in ("error", "warning", "assert"):
            self.complaints.append(f"console: {given['args']}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {given['exceptionDetails']['text']}")
        elif method == "Log.entryAdded" and given["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"log: {given['entry']['text']}")

    def await_event(self, name):
        while name not in self.events:
            self.note(json.loads(self.socket.receive()))

    def open(self, url):
        """Goes to an address and waits until it is loaded; what it complained of."""
        self.events, self.complaints = [], []
        result = self.call("Page.navigate", url=url)
        if "errorText" in result:
            raise RuntimeError(f"{url}: {result['errorText']}")
        self.await_event("Page.loadEventFired")
        return self.complaints

    def evaluate(self, expression):
        """The value of an expression in the page, which its policy does not see."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def fill(self, values, form="main form"):
        """Fills fields of a form by name, presses its last button, and waits for the page after."""
        self.events, self.complaints = [], []
        self.evaluate(
            f"(values => {{ const form = document.querySelector({json.dumps(form)});"
            "for (const [name, value] of Object.entries(values)) {"
            "  const field = form.elements[name];"
            "  if (field.type === 'checkbox') field.checked = value; else field.value = value; }"
            "[...form.querySelectorAll('button')].pop().click(); })"
            f"({json.dumps(values)})")
        self.await_event("Page.loadEventFired")
        return self.complaints

    def look(self, width, height=900, dark=False, media=""):
        """Sets the window and what the reader prefers."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def picture(self, path, tallest=6000):
        """Keeps a picture of the whole page."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"],
                "height": min(size["height"], tallest), "scale": 1}
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def paper(self, path):
        """Prints the page; how many bytes the PDF has."""
        data = base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"])
        pathlib.Path(path).write_bytes(data)
        return len(data)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)
