"""The two programs that are held against each other: their folders, command lines, servers and requests."""

import http.client
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from same import Part, media, unpacked

# The name under which both servers are asked, so that links in their answers are the same.
HOST = "localhost:8080"
BASE = f"http://{HOST}"

# Nothing of the project that is set outside may change what is asked; days are those of UTC.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("HEREABOUTS_", "RUST_", "COLUMNS"))
}
ENVIRONMENT |= {"TZ": "UTC", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Ask:
    """A request. `{{name}}` in its headers and body stands for a secret of the side that is asked."""

    target: str
    method: str = "GET"
    headers: tuple = ()
    body: bytes | None = None
    # Address of this machine to ask from: entries are counted by it.
    source: str = "127.0.0.1"
    # Sent as it is, and the connection closed: what no client library sends.
    raw: bytes | None = None
    note: str = ""

    @property
    def label(self):
        said = [f"{name}: {value}" for name, value in self.headers]
        said += [self.body[:100].decode("utf-8", "backslashreplace")] if self.body is not None else []
        said += [f"from {self.source}"] if self.source != "127.0.0.1" else []
        said += [f"[{self.note}]"] if self.note else []
        return " ".join([self.method, self.target, *(f"({part})" for part in said)])


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    def parts(self):
        """For comparison; the order of headers says nothing, and programs draw it at random."""
        headers = "\n".join(sorted(f"{name}: {value}" for name, value in self.headers))
        body, encoding = self.body, self.header("content-encoding")
        kind = media(self.header("content-type"))
        if body:
            body, known = unpacked(body, encoding)
            kind = kind if known else "br"
        return [
            Part("status", "text", str(self.status).encode()),
            Part("headers", "headers", headers.encode()),
            Part("body", kind, body),
        ]


class Ran(NamedTuple):
    """What a command line gave."""

    status: int
    out: bytes
    err: bytes

    def parts(self):
        return [
            Part("status", "text", str(self.status).encode()),
            Part("stdout", media(None, self.out), self.out),
            Part("stderr", "text", self.err),
        ]


@dataclass(eq=False)
class Side:
    """One program, and the folder in which it runs."""

    name: str
    binary: Path
    folder: Path
    secrets: dict = field(default_factory=dict)
    server: "Server | None" = None

    def fill(self, text):
        for name, secret in self.secrets.items():
            text = text.replace("{{%s}}" % name, secret)
        return text

    def hide(self, data):
        """Names secrets and random ids in an answer instead of showing them."""
        for name, secret in sorted(self.secrets.items(), key=lambda item: -len(item[1])):
            if secret.encode() not in data:
                continue
            # Whole words alone: an id of eight digits may stand in any long row of them.
            data = re.sub(rb"(?<![0-9A-Za-z])%s(?![0-9A-Za-z])" % secret.encode(), b"{{%s}}" % name.encode(), data)
        return data

    def run(self, words, timeout=300):
        # Both go by the same name, which help and errors tell.
        ran = subprocess.run(
            ["hereabouts", *map(self.fill, words)],
            executable=self.binary,
            cwd=self.folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Ran(ran.returncode, self.hide(ran.stdout), self.hide(ran.stderr))

    def ask(self, ask):
        # A server may have closed a connection that waited too long; a second one is new.
        for last in (False, True):
            try:
                return self._ask(ask)
            except (http.client.HTTPException, OSError) as error:
                self._connection(ask.source, close=True)
                if last or ask.method == "POST":
                    return Answer(0, [], f"no answer: {type(error).__name__}".encode())

    def _ask(self, ask):
        if ask.raw is not None:
            return self._raw(ask)
        connection = self._connection(ask.source)
        connection.putrequest(ask.method, ask.target, skip_host=True, skip_accept_encoding=True)
        headers = [(name.lower(), self.fill(value)) for name, value in ask.headers]
        if not any(name == "host" for name, _ in headers):
            headers.insert(0, ("host", HOST))
        body = None if ask.body is None else self.fill(ask.body.decode("latin-1")).encode("latin-1")
        if body is not None:
            headers.append(("content-length", str(len(body))))
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        got = connection.getresponse()
        data = got.read()
        answer = Answer(
            got.status,
            [(name, self.hide(value.encode("latin-1")).decode("latin-1")) for name, value in got.getheaders()],
            self.hide(data),
        )
        if got.will_close:
            self._connection(ask.source, close=True)
        return answer

    def _raw(self, ask):
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
            connection.sendall(ask.raw)
            connection.shutdown(socket.SHUT_WR)
            data = b""
            while piece := connection.recv(65536):
                data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        status = re.match(r"HTTP/1\.\d (\d{3})", first)
        return Answer(
            int(status[1]) if status else 0,
            [("first line", first), *(tuple(line.split(": ", 1)) for line in lines if ": " in line)],
            body,
        )

    def _connection(self, source, close=False):
        mine = self.server.connections
        if not hasattr(mine, "all"):
            mine.all = {}
        if close:
            if old := mine.all.pop(source, None):
                old.close()
            return None
        if source not in mine.all:
            mine.all[source] = http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=120, source_address=(source, 0)
            )
            mine.all[source].connect()
            mine.all[source].sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return mine.all[source]


class Server:
    """`hereabouts serve`, or another command that serves, on a free port of this machine."""

    def __init__(self, side, words, log):
        self.log = side.folder / log
        self.connections = threading.local()
        with open(self.log, "wb") as to:
            self.process = subprocess.Popen(
                ["hereabouts", *words, "--bind", "127.0.0.1:0"],
                executable=side.binary,
                cwd=side.folder,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=to,
            )
        said = self.wait_for(rb"serving http://127\.0\.0\.1:(\d+)/")
        self.port = int(said[1])

    def wait_for(self, pattern, seconds=120):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if said := re.search(pattern, self.log.read_bytes()):
                return said
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.process.kill()
        raise SystemExit(f"{self.log} does not say {pattern.decode()}:\n{self.log.read_text()[-2000:]}")

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """Ends it as a service manager would, and tells its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return -9
