#!/usr/bin/python3
"""Strangers fill neither the disk nor the memory: messages without an end, mail that only claims a member's name, addresses that do not
exist, a report of a thousand recipients, big mails that are hard to read, big replies that are not read. While they try, a member's post is accepted and a hold placed,
within two seconds each."""
# promise: S2
# promise: S5
# promise: J1
# promise: J2
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import collections
import json
import re
import socket
import sqlite3
import threading
import time

from check import check, equal, run, until
from community import Community, address
from console import Console
from daemon import DOMAIN, code
from mailtools import Dialogue, letter, post, sized
from sink import Sink

MIB = 1 << 20
ELSEWHERE = "127.0.0.2"  # where the strangers come from; loopback all the same
LIMITS = f"""[limits]
intake = {64 * MIB}
[held]
unproven = 20
unproven_bytes = {32 * MIB}
unproven_life = "72h"
"""
WITHIN = 2.0  # seconds


def forum():
    c = Community()
    for team in ("orchid", "banksia", "camphor", "wattle"):
        c.team(team).person(f"{team}-rep")
    for n in range(8):
        c.person(f"wattle-{n}")
    for n in range(30):
        c.team(f"held{n}").person(f"held{n}-rep").person(f"held{n}-duty")
    return c.list("teams").subscribe("teams", "orchid-rep", "banksia-rep")


class Stranger:
    """A connection from elsewhere that says what it likes and reads when it likes."""

    def __init__(self, port, source=ELSEWHERE):
        self.socket = socket.create_connection(("127.0.0.1", port), 30, (source, 0))
        self.reader = self.socket.makefile("rb")
        self.banner = self.reader.readline().decode().strip()

    def send(self, data):
        self.socket.sendall(data)

    def begin_message(self):
        self.send(b"EHLO elsewhere.example\r\nMAIL FROM:<eve@stranger.example>\r\nRCPT TO:<teams@lists.arc.example>\r\nDATA\r\n")
        return self.until("354")

    def until(self, begins):
        for line in iter(self.reader.readline, b""):
            if line.decode().startswith(begins):  # one text, or several in a tuple
                return line.decode().strip()
        return ""

    def close(self):
        self.reader.close()
        self.socket.close()


class Site:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="kept")
        self.caveat = Console(scratch, self.sink.port, smtp_more=LIMITS)
        self.caveat.move_clock(0)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.api = self.caveat.client(self.caveat.token(["holds:write"]))
        self.slowest = {}
        self.holds = 0

    def memory(self):
        """Bytes of the daemon that are in memory."""
        with open(f"/proc/{self.caveat.process.pid}/statm", encoding="ascii") as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def on_disk(self):
        return sum(os.path.getsize(os.path.join(self.caveat.folder, name)) for name in os.listdir(self.caveat.folder)
                   if name.startswith("caveat.db"))

    def judged(self):
        """How many entries there are about posts, when all are judged."""
        until(lambda: not [p for p in self.caveat.posts() if p["verdict"] == "spooled"], 30, "all judged", every=0.2)
        return len(self.caveat.ask("journal", "show", "--act", "post.judged"))

    def timed(self, what, act):
        began = time.monotonic()
        result = act()
        took = time.monotonic() - began
        self.slowest[what] = max(took, self.slowest.get(what, 0))
        check(took < WITHIN, f"{what} took {took:.2f} s")
        return result

    def others_are_served(self, during):
        """A member posts, over the same door, and the operator holds somebody, by command and over the API."""
        member = address("orchid-rep")
        replies = self.timed("a member's post", lambda: post(self.caveat.smtp, member, f"teams@{DOMAIN}", letter(member, f"teams@{DOMAIN}"), lmtp=False))
        check(replies[0].startswith("250 "), f"{during}: the member's post is accepted: {replies}")
        person = f"held{self.holds}"
        self.timed("a hold", lambda: self.caveat.call("hold", "place", f"{person}-rep", "--reason", "account taken over", "--length", "1h"))
        held = self.timed("a hold over the API", lambda: self.api.post("/v1/holds", {"person": f"{person}-duty", "reason": "account taken over"}))
        equal(held.status, 200, f"{during}: {held}")
        self.holds += 1

    def claim(self, author, recipients, data=None):
        data = data or letter(address(author), f"teams@{DOMAIN}", dmarc=False)
        return post(self.caveat.lmtp, "eve@stranger.example", recipients, data)


def without_an_end(site):
    """120 connections send 4 MiB each of messages that never end: 480 MiB, of which one peer may hold 48."""
    before = site.memory()
    line = b"x" * 98 + b"\r\n"
    strangers = [Stranger(site.caveat.smtp) for _ in range(120)]
    for stranger in strangers:
        check(stranger.begin_message(), "a stranger may begin")
    for stranger in strangers:
        stranger.send(line * (4 * MIB // len(line)))
    grown = until(lambda: site.memory() - before if site.memory() - before > 30 * MIB else None, 10, "their messages come in")
    site.others_are_served("messages without an end")
    # Then all places that one peer gets, for messages; without one they make place for others.
    while not strangers[-1].banner.startswith("421"):
        check(len(strangers) <= 180, "a place is kept for others")
        strangers.append(Stranger(site.caveat.smtp))
        if strangers[-1].banner.startswith("220"):
            strangers[-1].begin_message()
    equal((len(strangers) - 1, strangers[-1].banner), (180, "421 4.7.0 Too many connections from your address"), "places of one peer")
    site.others_are_served("no place left for the strangers")
    grown = max(grown, site.memory() - before)
    check(grown < 100 * MIB, f"the daemon grew by {grown / MIB:.0f} MiB")
    replies = collections.Counter()
    for stranger in strangers[:120]:
        stranger.send(b".\r\n")
        replies[stranger.until(("452", "554"))[:3]] += 1
    check(replies["452"] >= 100, f"what did not fit is put off, and what did is no message: {dict(replies)}")
    for stranger in strangers:
        stranger.close()
    print(f"  120 messages without an end, 480 MiB: the daemon grew by {grown / MIB:.0f} MiB")


def without_a_message(site):
    """All places that there are, from the address of the MTA in front itself: who waits for nothing makes place."""
    waiting = [Stranger(site.caveat.smtp, "127.0.0.1") for _ in range(180)]
    time.sleep(1.1)
    site.others_are_served("no place left for anybody of that address")
    told = waiting[0].until("421")
    equal(told, "421 4.7.0 Too long without a message while others wait", "the first of them")
    for stranger in waiting:
        stranger.close()


def claims(site):
    """Big mails in a member's name, then many small ones; for a list and for nothing alike."""
    before = site.on_disk()
    to = f"teams@{DOMAIN}"
    big = sized(address("orchid-rep"), to, 19_500_000, dmarc=False)
    replies = [site.claim("orchid-rep", to, big)[0] for _ in range(7)]
    enough = "452 4.3.1 Enough mail of this author waits here for a decision"
    check(replies[0].startswith("250 "), f"one has room: {replies[0]}")
    equal(replies[1:], [enough] * 6, "the other six have not")
    site.others_are_served("big mails in his own name")
    for author, recipient in (("banksia-rep", to), ("camphor-rep", f"nothing@{DOMAIN}")):
        replies = [site.claim(author, recipient)[0][:3] for _ in range(25)]
        equal(replies, ["250"] * 20 + ["452"] * 5, f"small ones in the name of {author} to {recipient}")
    site.others_are_served("many mails in the names of others")
    grown = site.on_disk() - before
    check(grown < 60 * MIB, f"the database grew by {grown / MIB:.0f} MiB")
    print(f"  52 mails that claimed three names, 137 MB: the database grew by {grown / MIB:.0f} MiB")


def no_such_addresses(site):
    """A hundred addresses that do not exist: one entry."""
    before = site.judged()
    replies = site.claim("wattle-rep", [f"nothing{n}@{DOMAIN}" for n in range(100)])
    equal({reply[:3] for reply in replies}, {"250"}, "each has the answer that a list has")
    equal(site.judged() - before, 1, "entries for a hundred addresses")


def report(site):
    """A report of a thousand recipients, each with its own words, adds a little to the journal; what it says is opened for the operator."""
    def return_paths():
        return [found.group() for found in (re.search(r"b\.[a-z2-7]+@" + re.escape(DOMAIN), copy.decode(errors="replace").split("\n", 1)[0])
                                            for copy in site.sink.letters()) if found]
    path = until(return_paths, 20, "a copy")[0]
    blocks = "".join(f"Final-Recipient: rfc822; p{n}@orchid.example\r\nAction: failed\r\nStatus: 5.1.{n}\r\n"
                     f"Diagnostic-Code: smtp; 550 canary-of-the-report {n} {'x' * 900}\r\n\r\n" for n in range(1000))
    data = ("From: MAILER-DAEMON@relay.example\r\nSubject: failed\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; relay.example\r\n\r\n{blocks}--b--\r\n").encode()
    replies = post(site.caveat.lmtp, "", path, data)
    check(replies[0].startswith("250 "), f"a report is taken: {replies}")
    until(lambda: site.caveat.ask("journal", "show", "--act", "delivery.bounced"), 20, "the report is on record", every=0.2)
    exported = site.caveat.call("journal", "export", "--act", "delivery.bounced").out
    check(len(exported) < 4096, f"it added {len(exported)} bytes to the journal")
    check("canary-of-the-report" not in exported, "without its words, which may quote the post")
    shown = site.caveat.ask("journal", "show", "--act", "delivery.bounced")[0]["detail"]
    check("canary" not in str(shown), f"nor does the operator read any: {shown}")
    equal(shown["recipients"], 1000, "and how many there were")


def byte_for_byte(site):
    with sqlite3.connect(f"file:{site.caveat.folder}/caveat.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT number, detail, hex(hash) FROM entry ORDER BY number").fetchall()
    lines = site.caveat.call("journal", "export").out.splitlines()
    check(len(rows) > 20 and len(lines) >= len(rows), "there is a journal")
    for line, (number, detail, digest) in zip(lines, rows):
        check(f'"detail":{detail},"hash":"{digest.lower()}"' in line, f"entry {number} is exported as it was hashed")
        equal(json.loads(line)["number"], number, "in order")


def hard_to_read(n):
    """The text of a mail of 15 MB, of another kind each, with its type. The fourth is refused: it has too many parts. What labels in the last
    one say would take minutes to find."""
    def filled(line):
        return (line * (900 // len(line)) + b"\r\n") * (15 * MIB // 900)
    parts = b"".join(b"--b\r\nContent-Type: text/html\r\n\r\n" + b"TLP:RED <p>" * 2700 + b"\r\n" for _ in range(490))
    many = b"--b\r\n\r\nTLP:RED\r\n" * 800_000
    endless = (b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + b"TLP : TLP : TLP : TLP : TLP : \xff\r\n" * 50_000) * 10
    return [("text/plain", filled(b"TLP:AMBER ")), ("text/html", filled(b"<blockquote><table><tr><td>")),
            ("multipart/mixed; boundary=b", parts + b"--b--\r\n"), ("multipart/mixed; boundary=b", many),
            ("multipart/mixed; boundary=b", endless + b"--b--\r\n")][n]


def heavy(site):
    """Five at once, by five members; meanwhile others post and are held."""
    replies = {}

    def hand_in(n):
        data = heavily(address(f"wattle-{n}"), hard_to_read(n)[0])
        with Dialogue(site.caveat.smtp, timeout=60, source=f"127.0.0.{2 + n // 3}") as dialogue:
            def accepted_or_refused():  # of more than the door takes in at a time an MTA comes again, too
                reply = dialogue.transaction(address(f"wattle-{n}"), [f"teams@{DOMAIN}"], data + hard_to_read(n)[1])[-1][:9].decode()
                return None if reply == "452 4.3.1" else reply
            replies[n] = until(accepted_or_refused, 40, "a reply", every=0.5)

    hands = [threading.Thread(target=hand_in, args=(n,)) for n in range(5)]
    before = site.memory()
    grown = 0
    for hand in hands:
        hand.start()
    for _ in range(12):
        site.others_are_served("mails that are hard to read")
        grown = max(grown, site.memory() - before)
        time.sleep(0.2)
    for hand in hands:
        hand.join()
    equal(replies, {0: "250 2.0.0", 1: "250 2.0.0", 2: "250 2.0.0", 3: "554 5.6.0", 4: "250 2.0.0"}, "what became of them")
    author, to = address("banksia-rep"), f"teams@{DOMAIN}"
    reply = site.timed("a bigger post while they are read", lambda: post(site.caveat.lmtp, author, to, sized(author, to, 300_000))[0])
    check(reply.startswith("250 "), f"a post of 300 kB is accepted: {reply}")
    unclear = until(site.caveat.once_written(lambda: [p for p in site.caveat.posts() if p["from"] == address("wattle-4") and p["verdict"] != "spooled"]),
                    30, "the last one is judged")
    equal([p["verdict"] for p in unclear], ["held"], "what was not read is held")
    check(grown < 250 * MIB, f"the daemon grew by {grown / MIB:.0f} MiB")
    print(f"  five mails of 15 MB that are hard to read: the daemon grew by {grown / MIB:.0f} MiB")


def heavily(author, kind):
    """The head of such a mail."""
    return letter(author, f"teams@{DOMAIN}", subject="TLP:AMBER heavy", body="", headers=[f"Content-Type: {kind}"]).replace(
        b"Content-Type: text/plain; charset=utf-8\r\n", b"")


def unread(site):
    """A reader who asks for a big post again and again, and reads nothing, neither fills the memory nor keeps others from reading it."""
    author, to = address("orchid-rep"), f"teams@{DOMAIN}"
    known = {p["id"] for p in site.caveat.posts()}
    picture = b"--b\r\n\r\nA picture.\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"iVBO" * 19 + b"\r\n") * (16 * MIB // 76)
    check(post(site.caveat.lmtp, author, to, heavily(author, "multipart/mixed; boundary=b") + picture + b"--b--\r\n")[0].startswith("250 "), "it is taken")
    new = lambda: [p["id"] for p in site.caveat.posts() if p["id"] not in known and p["verdict"] == "distributed"]
    big = until(site.caveat.once_written(new), 20, "it is distributed")[0]
    target, kind = f"/v1/archive/posts/{big}", {"Accept": "message/rfc822"}
    lazy, honest = (site.caveat.reading_token(address(who), site.sink.letters) for who in ("banksia-rep", "orchid-rep"))
    began, statuses, sockets, memory = time.monotonic(), [], [], []
    for _ in range(9):  # each is a copy of 16 MB
        asking = socket.create_connection(("127.0.0.1", site.caveat.port), 20)
        asking.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: message/rfc822\r\nAuthorization: Bearer {lazy}\r\n\r\n".encode())
        statuses.append(asking.recv(12).decode())
        sockets.append(asking)
        memory.append(site.memory())
    if time.monotonic() - began < 10:  # else the first ones have made place already
        equal(statuses, ["HTTP/1.1 200"] * 7 + ["HTTP/1.1 503"] * 2, "replies until others have read theirs")
    grown = max(memory) - memory[0]  # what one such post takes until it is distributed is not counted
    check(grown < 150 * MIB, f"the daemon grew by {grown / MIB:.0f} MiB")
    reader = site.caveat.client(honest)
    time.sleep(max(0.0, began + 9 - time.monotonic()))  # until then each asking is a copy of 16 MB for nothing
    got = until(lambda: [r for r in [reader.get(target, headers=kind)] if r.status == 200], 20, "who reads has it in ten seconds", every=1)[0]
    check(len(got.body) > 16 * MIB, "all of it")
    site.others_are_served("replies that nobody reads")
    for asking in sockets:
        asking.close()
    print(f"  nine replies of 16 MB that are not read: the daemon grew by {grown / MIB:.0f} MiB")


def in_time(site):
    """After three days what nobody vouched for is gone, and there is room again."""
    held = [h["id"] for h in site.caveat.ask("held", "list")]
    equal(len(held), 21, "held: the one big mail and twenty small ones")
    before = len(site.caveat.ask("journal", "show", "--act", "post.expired"))
    site.caveat.move_clock(73 * 3600)
    until(lambda: not site.caveat.ask("held", "list"), 90, "they are discarded", every=0.5)
    equal(len(site.caveat.ask("journal", "show", "--act", "post.expired")) - before, 21, "each with its entry")
    gone = site.caveat.ask("post", "show", held[0])[0]
    equal((gone["verdict"], code(gone["because"])), ("dropped", "discarded"), "and its reason")
    check(site.claim("banksia-rep", f"teams@{DOMAIN}")[0].startswith("250 "), "there is room again")
    site.caveat.call("journal", "verify")


def scenario(scratch):
    site = Site(scratch)
    site.others_are_served("peace")
    without_an_end(site)
    without_a_message(site)
    claims(site)
    no_such_addresses(site)
    report(site)
    byte_for_byte(site)
    unread(site)
    in_time(site)
    heavy(site)
    for what, seconds in site.slowest.items():
        print(f"  {what} took at most {seconds:.2f} s")
    site.caveat.stop()


run(scenario)
