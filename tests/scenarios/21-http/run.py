#!/usr/bin/python3
"""The HTTP door as a socket sees it: TCP and Unix socket with peer credentials, what is too large, too slow, cut or pipelined, and that
nothing, whoever asks for it, looks and lasts the same."""
# promise: A7
# promise: H1
# promise: H4
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import socket
import statistics
import subprocess
import time

from check import check, equal, run, until
from committee import a_forum
from console import ALL_SCOPES, Console
from sink import Sink

STRANGERS_PAUSE = 0.06  # strangers have 20 requests a second


class Raw:
    """A socket, and what comes back over it."""

    def __init__(self, console):
        self.socket = socket.create_connection(("127.0.0.1", console.port), 20)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # answered and closed before we were done
        return self

    def all(self, seconds=20):
        """Until the other side closes."""
        self.socket.settimeout(seconds)
        got = b""
        try:
            while True:
                piece = self.socket.recv(65536)
                if not piece:
                    return got
                got += piece
        except ConnectionResetError:
            return got

    def some(self, wanted, seconds=10):
        """Until `wanted` replies have begun."""
        self.socket.settimeout(seconds)
        got = b""
        while got.count(b"HTTP/1.1 ") < wanted or not got.endswith((b"}", b"\r\n\r\n")):
            piece = self.socket.recv(65536)
            check(piece, f"closed after {got[-300:]!r}")
            got += piece
        return got


def codes(got):
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


def request(line, *headers, body=b""):
    return "\r\n".join([line, "Host: localhost", *headers, "", ""]).encode() + body


def malformed_and_large(console, token):
    good = request("GET /healthz HTTP/1.1", "Connection: close")
    bearer = f"Authorization: Bearer {token}"
    close = "Connection: close"
    post = "POST /v1/teams HTTP/1.1"
    js = "Content-Type: application/json"
    table = [
        ("good", good, [200]),
        ("not HTTP", b"EHLO me\r\n\r\n", [400]),
        ("HTTP/0.9", b"GET /healthz\r\n\r\n", [400]),
        ("a header of 20 kB", request("GET /healthz HTTP/1.1", "X-Long: " + "x" * 20_000), [431]),
        ("cookies of 5 kB", request("GET /healthz HTTP/1.1", close, "Cookie: a=" + "x" * 2500, "Cookie: b=" + "x" * 2500), [431]),
        ("two thousand headers", request("GET /healthz HTTP/1.1", *(f"X-{i}: some" for i in range(2000))), [431]),
        ("a target of 5 kB", request("GET /" + "a" * 5000 + " HTTP/1.1", close, bearer), [400]),
        ("a body of 2 MB", request(post, bearer, js, "Content-Length: 2000000", body=b" " * 200_000), [413]),
        ("a body of 2 MB in chunks", request(post, bearer, js, "Transfer-Encoding: chunked", body=b"40000\r\n" + b" " * 0x40000 + b"\r\n" + b"FFFFF\r\n" + b" " * 0xFFFFF), [413]),
        ("a length that is none", request(post, bearer, "Content-Length: ten"), [400]),
        ("two lengths", request(post, bearer, "Content-Length: 2", "Content-Length: 3", body=b"{} "), [400]),
        ("length and chunks", request(post, bearer, "Content-Length: 2", "Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"), [400]),
        ("a chunk that is none", request(post, bearer, js, "Transfer-Encoding: chunked", body=b"zz\r\n{}\r\n"), [400]),
        ("a NUL in a header", request("GET /healthz HTTP/1.1", "X: a\0b", close), [400]),
        ("a folded header", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n", [200, 400]),
        ("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
        ("absolute form", request("GET http://localhost/healthz HTTP/1.1", close), [400, 404]),
        ("CONNECT", request("CONNECT elsewhere:25 HTTP/1.1", close), [400, 404]),
        ("asterisk", request("OPTIONS * HTTP/1.1", close), [400, 404]),
    ]
    for what, data, allowed in table:
        raw = Raw(console).send(data)
        try:
            raw.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # closed by the other side already
        got = raw.all()
        head = got[9:12].decode("latin-1")
        check(head.isdigit() and int(head) in allowed, f"{what}: {got[:200]!r}")
        if int(head) >= 400:
            check(b"application/problem+json" in got, f"{what} is answered with a problem: {got[:300]!r}")
    check(console.alive(), "the daemon lives")


def conversation(console, token):
    """Keep-alive, pipelining, HEAD, 100-continue."""
    bearer = f"Authorization: Bearer {token}"
    one = request("GET /v1/teams/orchid HTTP/1.1", bearer)
    raw = Raw(console).send(one * 5)
    equal(codes(raw.some(5)), [200] * 5, "five requests sent at once are answered in turn")
    raw.send(one)
    equal(codes(raw.some(1)), [200], "and the connection goes on")

    client = console.client(token)
    full, head = client.get("/v1/teams/orchid"), client.ask("HEAD", "/v1/teams/orchid")
    equal((head.status, head.body), (200, b""), "HEAD has no body")
    equal(head.headers["content-length"], str(len(full.body)), "HEAD says how long it would be")
    equal(head.headers["etag"], full.headers["etag"], "and its tag")
    again = client.get("/v1/teams/orchid", headers={"If-None-Match": full.headers["etag"]})
    equal((again.status, again.body), (304, b""), "what is known is not sent again")
    for name, value in (("cache-control", "no-store"), ("x-content-type-options", "nosniff")):
        equal(full.headers.get(name), value, name)
    check("server" not in full.headers, "no word about the program")

    body = b'{"id":"narra","name":"Narra","category":"applicant"}'
    raw = Raw(console).send(request("POST /v1/teams HTTP/1.1", bearer, "Content-Type: application/json", "Expect: 100-continue", f"Content-Length: {len(body)}"))
    equal(codes(raw.some(1)), [100], "100-continue before the body")
    raw.send(body)
    equal(codes(raw.some(1)), [201], "and the answer after it")
    piece_by_piece = Raw(console)
    for n in range(len(one)):
        piece_by_piece.send(one[n:n + 1])
    equal(codes(piece_by_piece.some(1)), [200], "octet by octet is the same request")


def slow_ones(console):
    """Two hundred that never finish do not keep others out."""
    idle = [Raw(console).send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ") for _ in range(200)]
    for raw in idle[::10]:
        raw.send(b"a")
    begun = time.monotonic()
    equal(console.client().get("/healthz").status, 200, "others are served meanwhile")
    check(time.monotonic() - begun < 1, "and at once")
    for raw in idle:
        raw.socket.close()
    everybody = [Raw(console) for _ in range(300)]
    time.sleep(0.3)
    refused = 0
    for raw in everybody[256:]:
        raw.socket.settimeout(0.05)
        try:
            refused += raw.socket.recv(100).startswith(b"HTTP/1.1 503")
        except (socket.timeout, ConnectionResetError):
            pass
    check(refused > 0, "more connections than the limit are told 503 when they all come at once")
    time.sleep(1)
    for _ in range(5):
        equal(console.client().get("/healthz").status, 200, "who has waited for a second without a request makes place")
    for raw in everybody:
        raw.socket.close()


def unread_replies(console):
    """Strangers from twenty addresses fill the door with long replies that they do not read: whoever comes with a request is served at once."""
    pile = []
    for n in range(260):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.bind((f"127.0.1.{1 + n % 20}", 0))
        one.connect(("127.0.0.1", console.port))
        try:
            one.sendall(request("GET /openapi.json HTTP/1.1") * 3)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the door was full
        pile.append(one)
    time.sleep(0.3)
    for _ in range(10):
        begun = time.monotonic()
        equal(console.client().get("/healthz").status, 200, "who has a request gets in")
        check(time.monotonic() - begun < 0.5, "and at once")
    for one in pile:
        one.close()


def rates(console):
    """Strangers are slowed down; whoever shows a credential that was good is not."""
    good = console.client(console.token(["teams:read"]))
    equal(good.get("/v1/teams").status, 200, "a good token")
    stranger = console.client()
    begun = time.monotonic()
    seen = [stranger.get("/healthz") for _ in range(200)]
    busy = [r for r in seen if r.status == 429]
    check(busy, "a stranger who asks without end hears 429")
    check(len(seen) - len(busy) <= 41 + 20 * (time.monotonic() - begun), "two seconds' worth come at once")
    check(all(r.headers.get("retry-after") for r in busy), "429 says when to come again")
    equal(good.get("/v1/teams").status, 200, "the good token is served meanwhile")
    for name in ("Cookie", "X-Forwarded-For"):
        made_up = [stranger.get("/healthz", headers={name: f"caveat={n:096x}" if name == "Cookie" else f"192.0.2.{n}"}) for n in range(100)]
        check(sum(r.status == 429 for r in made_up) > 50, f"{name} that is made up each time helps nobody")
    time.sleep(5)


def asks_for_links(console):
    """Each ask costs the desk some time: a peer has one a second and twenty at once, whatever it shows and whomever it asks for."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for cookie in (None, "caveat=none"):
        seen = [console.client().post("/sign-in", f"address=a{n}@orchid.example".encode(), headers={**form, "Cookie": cookie}) for n in range(30)]
        busy = [r for r in seen if r.status == 429]
        check(busy, f"who asks without end hears 429, with {cookie}: {[r.status for r in seen]}")
        check(all(r.headers.get("retry-after") for r in busy), "429 says when to come again")
    time.sleep(2 * STRANGERS_PAUSE)
    equal(console.client().get("/sign-in").status, 200, "the page itself is there meanwhile")


def nothing_is_nothing(console, token):
    """Unauthorised, wrong token, wrong scope, not there: the same bytes, and medians within noise."""
    rounds = 200
    lists = console.token(["lists:read"])
    kinds = {"not there": (token, "/v1/teams/no-such-team"), "wrong scope": (lists, "/v1/teams/orchid"),
             "no token": ("", "/v1/teams/orchid"), "wrong token": ("0" * 64, "/v1/teams/orchid"), "no route": (token, "/v1/nonsense")}
    clients = {kind: console.client(t) for kind, (t, _) in kinds.items()}
    time.sleep(2)  # until strangers may ask forty times at once again
    times, bodies = {kind: [] for kind in kinds}, set()
    for _ in range(rounds):
        for kind, (shown, target) in kinds.items():
            begun = time.perf_counter()
            reply = clients[kind].ask("GET", target, token=shown)
            times[kind].append(time.perf_counter() - begun)
            equal(reply.status, 404, kind)
            status, headers, body = reply.same()
            bodies.add((status, tuple(headers), body))
        time.sleep(STRANGERS_PAUSE)
    equal(len(bodies), 1, "one answer, byte for byte, headers too")
    medians = {kind: statistics.median(t) for kind, t in times.items()}
    print("  medians in ms: " + ", ".join(f"{kind} {m * 1000:.2f}" for kind, m in medians.items()))
    spread = statistics.median(abs(t - medians["not there"]) for t in times["not there"])
    check(max(medians.values()) - min(medians.values()) < max(0.001, 4 * spread), f"no kind of nothing stands out: {medians}")


def unix_socket(scratch, relay):
    console = Console(scratch, relay, unix=True, name="local")
    console.init()
    console.load(a_forum())
    console.serve()
    client = console.client()
    equal(client.get("/v1/teams/orchid").status, 200, "the user the daemon runs as needs no token there")
    mode = os.stat(console.socket).st_mode & 0o777
    equal(mode, 0o660, "the mode of the socket")
    equal(client.get("/v1/teams/orchid", token="wrong").status, 404, "a token that is shown counts, also there")
    for field in ("X-Forwarded-For", "Forwarded", "Via", "Origin"):
        equal(client.get("/v1/teams/orchid", headers={field: "192.0.2.1"}).status, 404, f"who comes through a proxy is not the operator: {field}")
    made = client.post("/v1/teams", {"id": "narra", "name": "Narra", "category": "applicant"})
    equal(made.status, 201, "the local operator acts")
    entry = [e for e in console.ask("journal", "show") if e.get("subject") == "narra"][-1]
    check("operator root" in str(entry) or "operator" in str(entry), f"the journal names the operator: {entry}")
    if os.getuid() == 0:
        os.chmod(console.socket, 0o666)
        for folder in (console.folder, scratch.folder):
            os.chmod(folder, 0o755)
        script = ("import os, sys, socket; os.setgid(65534); os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); "
                  "s.sendall(b'GET /v1/teams/orchid HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'); print(s.recv(99).decode()[:12])")
        said = subprocess.run([sys.executable, "-c", script, console.socket], capture_output=True, text=True, timeout=30, check=True).stdout
        equal(said.strip(), "HTTP/1.1 404", "another user of this machine is a stranger")
    console.stop()
    check(not os.path.exists(console.socket), "the socket is gone with the daemon")


def scenario(scratch):
    sink = Sink(scratch)
    console = Console(scratch, sink.port)
    console.init()
    console.load(a_forum("camphor"))
    console.serve()
    token = console.token(ALL_SCOPES)
    conversation(console, token)
    malformed_and_large(console, token)
    slow_ones(console)
    unread_replies(console)
    rates(console)
    asks_for_links(console)
    nothing_is_nothing(console, token)
    console.stop()
    unix_socket(scratch, sink.port)


run(scenario, deadline=180)
