#!/usr/bin/python3
"""A disk that fills up is noticed before it is full and answered "come again"; a disk that is full is, too. What was answered 250
before, in between and afterwards is all there, and delivered once there is room."""
# promise: D1
# promise: D4
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import http.client
import json
import subprocess
import time

from check import check, equal, run, until
from community import address, crowd
from daemon import DOMAIN, Caveat
from mailtools import post, sized
from sink import Sink
from sockets import free_ports

MIB = 1 << 20
READERS = 4


class SmallDisk:
    """A tmpfs of its own. None where mounting is not permitted."""

    def __init__(self, scratch, mib):
        self.folder = scratch.make("disk")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755", "caveat-test", self.folder], capture_output=True)
        self.mounted = done.returncode == 0
        if self.mounted:
            scratch.at_end(lambda: subprocess.run(["umount", "-l", self.folder], capture_output=True))

    def leave(self, spare):
        """Fills the disk up to `spare` bytes."""
        with open(os.path.join(self.folder, "filler"), "ab") as f:
            while True:
                free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
                if free <= spare:
                    return
                try:
                    f.write(b"x" * min(free - spare, MIB))
                    f.flush()
                except OSError:
                    return

    def empty(self):
        os.unlink(os.path.join(self.folder, "filler"))


class Poster:
    def __init__(self, caveat):
        self.caveat, self.accepted, self.serial = caveat, [], 0

    def send(self, size=20_000, **more):
        self.serial += 1
        author = address("crowd-author")
        data = sized(author, f"teams@{DOMAIN}", size, message_id=f"disk.{self.serial}@crowd.example", **more)
        reply = post(self.caveat.lmtp, author, f"teams@{DOMAIN}", data)[0]
        if reply.startswith("250 "):
            self.accepted.append(f"disk.{self.serial}@crowd.example")
        return reply

    def refused(self, what):
        reply = self.send()
        check(reply[:3] in ("452", "451"), f"{what}: {reply}")
        check(self.caveat.alive(), f"{what}: the daemon lives")


def nothing_lost(caveat, poster, sink):
    known = {p["message_id"].strip("<>") for p in caveat.judged(len(poster.accepted))}
    equal(sorted(set(poster.accepted) - known), [], "posts answered 250 that are gone")
    copies = lambda: {(to, m.strip("<>")) for to, m in sink.ids() if m.strip("<>").startswith("disk.")}
    until(lambda: len(copies()) >= READERS * len(poster.accepted), 30, "every copy of them at the relay")
    equal({m for _, m in copies()}, set(poster.accepted), "and of nothing else")


def ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/readyz")
    return connection.getresponse().status


def over_http(caveat, door):
    """The same there: what helps is done, what can wait is put off in words, and trying it out takes nothing."""
    def asked(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", door, timeout=10)
        connection.request(method, "/v1" + path, json.dumps(body) if body else None,
                           {"Authorization": "Bearer " + secret, "Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read() or b"null")
    secret = caveat.ask("token", "create", "an operator", "--scope", "holds:write", "--scope", "people:read", "--scope", "people:write",
                        "--scope", "tokens:read", "--scope", "tokens:write")[0]
    number, secret = secret["id"], secret["secret"]
    person = {"id": "ana", "name": "Ana", "team": "crowd", "addresses": ["ana@crowd.example"]}
    status, problem = asked("POST", "/people", person)
    equal(status, 503, f"a new person: {problem}")
    check("disk is almost full" in problem["detail"], f"in words: {problem}")
    equal(asked("POST", "/people?dry_run=true", person)[0] // 100, 2, "tried out")
    status, hold = asked("POST", "/holds", {"person": "crowd-s00000", "reason": "account taken over"})
    equal(status // 100, 2, f"a hold: {hold}")
    equal(asked("POST", f"/holds/{hold['id']}:lift")[0] // 100, 2, "lifted")
    equal(asked("POST", f"/tokens/{number}:revoke")[0] // 100, 2, "a token is revoked")


def the_spare_is_used(caveat, sink, door, held, token):
    """For what was accepted already and for what the operator does about trouble; only taking mail has ended."""
    until(lambda: ready(door) == 503, 2, "not ready while mail is put off")  # the system is asked every 100 ms
    sink.no_faults()
    shown = [p for p in caveat.posts() if p["verdict"] == "distributed"][-1]
    equal({d["state"] for d in caveat.settled(shown)["deliveries"]}, {"sent"}, "what was on its way arrives")
    caveat.call("held", "discard", held["id"])
    caveat.call("hold", "place", "crowd-s00001", "--reason", "account taken over", "--length", "1h")
    caveat.call("hold", "lift", "crowd-s00001")
    caveat.call("token", "revoke", token)
    over_http(caveat, door)
    begun = time.monotonic()
    caveat.stop()
    check(time.monotonic() - begun < 5, "and the daemon stops at once")
    caveat.serve()


def nothing_is_left(caveat, disk, place):
    """To the last byte: what must not wait has a reserve."""
    disk.leave(0)
    equal(os.statvfs(disk.folder).f_bavail, 0, "nothing is free")
    caveat.ask("hold", "list")
    equal(os.statvfs(disk.folder).f_bavail, 0, "who only reads does not take what is kept for who acts")
    place()
    check(os.statvfs(disk.folder).f_bavail > 0, "the reserve was given for it")
    caveat.call("hold", "lift", str([h for h in caveat.ask("hold", "list") if h["in_force"]][0]["id"]))


def over_the_api(door, secret):
    connection = http.client.HTTPConnection("127.0.0.1", door, timeout=10)
    connection.request("POST", "/v1/holds", json.dumps({"person": "crowd-s00003", "reason": "account taken over"}),
                       {"Authorization": "Bearer " + secret, "Content-Type": "application/json"})
    equal(connection.getresponse().status, 200, "placed over the API")


def before_it_is_full(scratch, disk):
    sink = Sink(scratch, name="sink-spare")
    door = free_ports(1)[0]
    caveat = Caveat(scratch, sink.port, name="disk/spare", first_retry="1s", http=f'listen = "127.0.0.1:{door}"').init()
    caveat.load(crowd(READERS))
    caveat.serve()
    poster = Poster(caveat)
    check(poster.send().startswith("250 "), "there is room")
    equal(ready(door), 200, "ready")
    sink.fault("rcpt:*:451 4.3.0 come again")
    check(poster.send().startswith("250 "), "this one stays on its way")
    held = poster.send(subject="TLP:ORANGE")
    check(held.startswith("250 "), "and this one is held")
    token = caveat.ask("token", "create", "a program", "--scope", "teams:read")[0]["id"]
    waiting = [p for p in caveat.judged(3) if p["verdict"] == "held"]
    equal(len(waiting), 1, "held")
    disk.leave(20 * MIB)
    # The disk is looked at once a second.
    until(lambda: not poster.send().startswith("250 "), 5, "less than the spare room is left, and it is noticed")
    poster.refused("still")
    the_spare_is_used(caveat, sink, door, waiting[0], token)
    secret = caveat.ask("token", "create", "an operator", "--scope", "holds:write")[0]["secret"]
    nothing_is_left(caveat, disk, lambda: caveat.call("hold", "place", "crowd-s00002", "--reason", "account taken over", "--length", "1h"))
    equal(ready(door), 503, "mail is put off all the while")
    poster.accepted.remove(waiting[0]["message_id"].strip("<>"))
    disk.empty()
    until(lambda: poster.send().startswith("250 "), 5, "there is room again")
    until(lambda: ready(door) == 200, 5, "ready again")
    equal(os.path.getsize(os.path.join(caveat.folder, "caveat.db-reserve")), 16 * MIB, "and the reserve is made again")
    nothing_is_left(caveat, disk, lambda: over_the_api(door, secret))
    disk.empty()
    nothing_lost(caveat, poster, sink)
    caveat.stop()


def really_full(scratch, disk):
    """Without spare room the write itself fails, in the middle of whatever it was."""
    sink = Sink(scratch, name="sink-full")
    caveat = Caveat(scratch, sink.port, name="disk/full", storage="spare_disk = 0", first_retry="1s").init()
    caveat.load(crowd(READERS))
    caveat.serve()
    poster = Poster(caveat)
    check(poster.send().startswith("250 "), "there is room")
    disk.leave(MIB)
    replies = []
    while len(replies) < 60 and not (replies and replies[-1][:1] == "4"):
        replies.append(poster.send(100_000))
        check(replies[-1][:3] in ("250", "452", "451"), f"while the disk fills: {replies[-1]}")
    check(replies[-1][:1] == "4", f"at last the disk is full: {replies[-1]}")
    check(caveat.alive(), "the daemon lives on a full disk")
    disk.empty()
    until(lambda: poster.send().startswith("250 "), 20, "there is room again")
    nothing_lost(caveat, poster, sink)
    caveat.stop()


def scenario(scratch):
    disk = SmallDisk(scratch, 128)
    if not disk.mounted:
        # No mounting here: the same answer, from a spare room larger than any disk.
        sink = Sink(scratch)
        caveat = Caveat(scratch, sink.port, storage=f"spare_disk = {1 << 60}")
        caveat.init()
        caveat.serve()
        Poster(caveat).refused("less than the spare room is left")
        return
    before_it_is_full(scratch, disk)
    really_full(scratch, disk)


run(scenario, deadline=90)
