"""The counting sink (tests/support/sink.cpp): the relay behind caveat, or the world behind a real Postfix.

It answers what it is told to: faults are `verb:pattern:reply`, given at the start or over a control connection while it runs.
"""
import json
import os
import socket
import time

from check import ROOT, Failed, until
from sockets import free_ports, port_open


def build_folder():
    return os.environ.get("CAVEAT_BUILD", os.path.join(ROOT, "build"))


class Sink:
    def __init__(self, scratch, port=None, delay_ms=0, quick=False, keep=None, faults=(), name="sink"):
        self.port = port or free_ports(1)[0]
        self.kept = scratch.make(keep) if keep else None
        self.scratch, self.name = scratch, name
        self.options = ["-w", str(delay_ms)] if delay_ms else []
        self.options += ["-q"] if quick else []
        self.options += ["-c", self.kept] if keep else []
        for fault in faults:
            self.options += ["-f", fault]
        self.start()

    def start(self):
        command = [os.path.join(build_folder(), "sink"), "-p", str(self.port), *self.options]
        self.process = self.scratch.start(command, self.scratch.path(self.name + ".log"))
        until(lambda: port_open(self.port), 10, f"the sink on port {self.port}")
        self._connect()

    def _connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
        self.reader = self.socket.makefile("rb")
        self.reader.readline()

    def ask(self, verb):
        """The text of a one-line reply."""
        self.socket.sendall(verb.encode() + b"\r\n")
        line = self.reader.readline().decode(errors="replace").rstrip("\r\n")
        if not line.startswith("250 "):
            raise Failed(f"the sink answered {verb} with {line!r}")
        return line[4:]

    def pairs(self, verb):
        """The "left right" lines of XWHO and XIDS."""
        self.socket.sendall(verb.encode() + b"\r\n")
        pairs = []
        while True:
            line = self.reader.readline().decode(errors="replace").rstrip("\r\n")
            if line in (".", ""):
                return pairs
            pairs.append(tuple(line.split(" ", 1)))

    def stat(self):
        return json.loads(self.ask("XSTAT"))

    def who(self):
        """address -> how many copies it got."""
        return {address: int(count) for address, count in self.pairs("XWHO")}

    def ids(self):
        """(address, Message-ID) of every copy, in the order of arrival."""
        return self.pairs("XIDS")

    def reset(self):
        self.ask("XRESET")

    def fault(self, rule):
        self.ask("XFAULT " + rule)

    def no_faults(self):
        self.ask("XNOFAULT")

    def wait(self, recipients, seconds=30):
        """Until so many copies were taken."""
        until(lambda: self.stat()["recipients"] >= recipients, seconds, f"{recipients} copies at the sink")
        return self.stat()

    def quiet(self, seconds=1.0):
        """Until nothing has come for so long; then how many came in all."""
        last, since = self.stat()["recipients"], time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.05)
            now = self.stat()["recipients"]
            if now != last:
                last, since = now, time.monotonic()
        return last

    def letters(self):
        """What was kept with `keep`, as bytes, in the order of arrival; the envelope in the first two lines."""
        letters = []
        whole = [name for name in os.listdir(self.kept) if not name.endswith(".part")]  # which is being written
        for name in sorted(whole, key=lambda n: int(n.split(".")[0])):
            with open(os.path.join(self.kept, name), "rb") as f:
                letters.append(f.read())
        return letters

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.socket.close()
