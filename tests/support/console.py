"""The HTTP door of a real caveat: the daemon with [http], tokens made on the command line, and a plain client for TCP and Unix sockets."""
import http.client
import json
import os
import re
import socket
import urllib.parse

from check import check, until
from daemon import Caveat
from sockets import free_ports, port_open


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = (headers.get("content-type") or "").split(";")[0]

    def json(self):
        return json.loads(self.body)

    def same(self):
        """What must not differ between two ways of finding nothing; the date may."""
        return self.status, sorted((k, v) for k, v in self.headers.items() if k != "date"), self.body

    def __repr__(self):
        return f"{self.status} {self.type} {self.body[:400]!r}"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Client:
    """One connection, kept open; opened again where the other side closed it."""

    def __init__(self, where, token=None, timeout=30):
        self.where, self.token, self.timeout, self.connection = where, token, timeout, None

    def _connect(self):
        if isinstance(self.where, int):
            self.connection = http.client.HTTPConnection("127.0.0.1", self.where, timeout=self.timeout)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.connection = _UnixConnection(self.where, self.timeout)

    def ask(self, method, target, body=None, headers=None, token=None):
        """`body`: bytes as they are, anything else as JSON. A `token` of "" shows none."""
        all_headers = {}
        shown = self.token if token is None else token
        if shown:
            all_headers["Authorization"] = "Bearer " + shown
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        all_headers = {k: v for k, v in all_headers.items() if v is not None}
        for last in (False, True):
            if self.connection is None:
                self._connect()
            try:
                self.connection.request(method, target, body, all_headers)
                answer = self.connection.getresponse()
                return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if last:
                    raise

    def get(self, target, **more):
        return self.ask("GET", target, **more)

    def post(self, target, body=None, **more):
        return self.ask("POST", target, body, **more)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Console(Caveat):
    """With the HTTP door open: on a port of its own, or on a Unix socket in its folder. `http`: further lines of [http] and behind it."""

    def __init__(self, scratch, relay_port, unix=False, http="", **more):
        self.port = free_ports(1)[0]
        self.sessions = {}  # cookies, by address, of those who made a token for the archive
        self.socket = scratch.path(more.get("name", "caveat"), "http.sock")
        self.where = self.socket if unix else self.port
        listen = f"unix:{self.socket}" if unix else f"127.0.0.1:{self.port}"
        super().__init__(scratch, relay_port, http=f'listen = "{listen}"\nbase_url = "http://127.0.0.1:{self.port}"\nrate = 100000\n'
                         f"burst = 100000\n{http}", **more)

    def serve(self):
        super().serve()
        until(lambda: os.path.exists(self.socket) or port_open(self.port), 10, "the HTTP door opens")
        return self

    def token(self, scopes, person=None, lists=()):
        arguments = ["of the scenario"]
        for scope in scopes:
            arguments += ["--scope", scope]
        for name in lists:
            arguments += ["--list", name]
        made = self.ask("token", "create", *arguments, *(["--person", person] if person else []))[0]
        check(made["secret"], "a token has a secret")
        return made["secret"]

    def reading_token(self, address, letters, scopes=("archive:read", "archive:write")):
        """A token for the archive, which nobody makes but its own person: by the link in the mail, then by the form on the pages. `letters`
        returns all letters so far."""
        browser, cookie = self.client(), None

        def send(path, **fields):
            headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Cookie": cookie} if cookie else {})}
            reply = browser.ask("POST", path, urllib.parse.urlencode(fields, doseq=True).encode(), headers)
            return reply if reply.status != 429 else None  # links are asked for once a second

        until(lambda: send("/sign-in", address=address), 15, "the link is asked for", every=0.2)
        link = until(lambda: mailed_links(letters(), address), 15, f"a link for {address}")[-1]
        cookie = send("/sign-in/" + link.rsplit("/", 1)[1]).headers["set-cookie"].split(";")[0]
        page = browser.get("/tokens", headers={"Cookie": cookie}).body.decode()
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        made = send("/act/createToken", csrf=csrf, name="reading", scopes=scopes, next="/tokens").body.decode()
        self.sessions[address] = cookie
        return re.search(r"cvt_[0-9a-f]+", made).group(0)

    def client(self, token=None, **more):
        return Client(self.where, token, **more)


def mailed_links(letters, address):
    """The links to sign in that were mailed to an address, oldest first."""
    found = []
    for letter in letters:
        text = letter.decode(errors="replace").replace("=\r\n", "")
        if address in text.split("\r\n\r\n", 1)[0] or address in "\n".join(text.splitlines()[:2]):
            found += re.findall(r"http://\S+/sign-in/\w+", text)
    return found


# Of the operator: what the archive says is for nobody but its readers.
NOUNS = ("teams people lists subscriptions posts held decisions applications cases holds journal policy tokens metrics").split()
ALL_SCOPES = [f"{noun}:{kind}" for noun in NOUNS for kind in ("read", "write")]
