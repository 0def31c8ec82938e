#!/usr/bin/python3
"""The daemon with fault points (tests/support/fault_points.cpp) stops itself dead at every named point, at the first, second, third
... pass, sixty times (CAVEAT_KILLS=210 for the full matrix), while mail of every kind keeps coming. At the end every post that was answered 250 is there with its
verdict, every recipient has it, and the doubles stay within two per connection and kill."""
# promise: D1
# promise: D2
# promise: D3
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import collections
import time

from check import Failed, check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat
from mailtools import Dialogue, letter
from sink import Sink
from sockets import port_open

CONNECTIONS, KILLS = 3, int(os.environ.get("CAVEAT_KILLS", "60"))
READERS = [f"orchid-r{i}" for i in range(12)]


def forum():
    c = Community().team("orchid").person("orchid-rep")
    for person in READERS:
        c.person(person)
    c.list("teams").list("members", posting="moderated")
    return c.subscribe("teams", *READERS).subscribe("members", *READERS[:3])


class Mail:
    """Keeps posting and notes what was answered. An answer that never came is unknown: then the post may be there or not, but never half."""

    def __init__(self):
        self.accepted, self.unknown, self.serial = set(), set(), 0
        self.kinds = (("teams", "TLP:GREEN round"), ("teams", "TLP:AMBER round"), ("members", "TLP:GREEN for the moderator"),
                      ("teams", "TLP:RED above the maximum"))

    def send(self, caveat):
        self.serial += 1
        name, subject = self.kinds[0] if self.serial % 5 else self.kinds[self.serial // 5 % len(self.kinds)]
        message_id = f"kill.{self.serial}@orchid.example"
        author = address("orchid-rep")
        try:
            with Dialogue(caveat.lmtp, lmtp=True, timeout=5) as door:
                replies = door.transaction(author, [f"{name}@{DOMAIN}"], letter(author, f"{name}@{DOMAIN}", subject, message_id=message_id))
        except OSError:
            replies = [b""]
        if replies[-1].startswith(b"250"):
            self.accepted.add(message_id)
        elif not replies[-1].startswith((b"4", b"5")):
            self.unknown.add(message_id)


def one_kill(caveat, mail, point, nth):
    """Serves until the point stops the process. Returns whether it did (a point that is not passed so often is killed from outside)."""
    caveat.environment["CAVEAT_FAULT"] = f"{point}:{nth}"
    caveat.process = caveat.scratch.start([caveat.binary, "--config", caveat.config, "serve"], caveat.scratch.path("caveat.log"), caveat.environment)
    opening = time.monotonic() + 10
    while caveat.alive() and not port_open(caveat.lmtp):
        check(time.monotonic() < opening, f"neither dead nor open at {point}:{nth}")
        time.sleep(0.01)
    for _ in range(nth + 4):
        if not caveat.alive():
            break
        mail.send(caveat)
    patience = time.monotonic() + 0.6
    while caveat.alive() and time.monotonic() < patience:
        time.sleep(0.01)
    reached = not caveat.alive()
    if reached:
        equal(caveat.process.returncode, -9, f"how it died at {point}:{nth}")
    else:
        caveat.kill()
    return reached


def account(caveat, mail, sink, kills):
    entries = collections.defaultdict(list)
    for entry in caveat.posts():
        entries[entry["message_id"].strip("<>")].append(entry)
    lost = [m for m in mail.accepted if m not in entries]
    equal(lost, [], "posts that were answered 250 and are gone")
    copies = collections.Counter((who, m) for who, m in ((who, m.strip("<>")) for who, m in sink.ids()))
    expected = 0
    for message_id, same in entries.items():
        equal(len(same), 1, f"posts with the Message-ID {message_id}")
        check(same[0]["verdict"] in ("distributed", "held", "refused", "dropped"), f"a verdict for {same[0]}")
        check(same[0]["because"] or same[0]["verdict"] == "distributed", f"a reason for {same[0]}")
        if same[0]["verdict"] != "distributed":
            continue
        for person in READERS:
            if not copies[(address(person), message_id)]:
                raise Failed(f"{person} never got {message_id} ({same[0]['id']})")
            expected += 1
    total = sum(n for (_, m), n in copies.items() if m.startswith("kill."))
    check(total - expected <= 2 * CONNECTIONS * kills, f"{total - expected} doubles after {kills} kills")
    print(f"{len(entries)} posts, {expected} deliveries, {total - expected} doubles (allowed: {2 * CONNECTIONS * kills})")


def scenario(scratch):
    sink = Sink(scratch)
    caveat = Caveat(scratch, sink.port, program="caveat_faults", connections=CONNECTIONS, first_retry="1s").init()
    points = caveat.ask("version")[0].get("fault_points", [])
    check(points, f"{caveat.binary} lists its fault points")
    caveat.load(forum())

    mail, reached, kills, nth = Mail(), collections.Counter(), 0, 0
    rare = set()
    while kills < KILLS:
        nth += 1
        for point in points:
            if point in rare:
                continue
            hit = one_kill(caveat, mail, point, nth)
            kills += 1
            reached[point] += hit
            if not hit:
                rare.add(point)  # never passed so often in one life: more would only repeat a kill from outside
        check(len(rare) < len(points), f"points are still passed at the {nth}th time")
    caveat.environment.pop("CAVEAT_FAULT")
    caveat.serve()
    until(lambda: all(e.get("verdict") in ("distributed", "held", "refused", "dropped") for e in caveat.posts()), 60, "every post judged", every=0.2)
    sink.quiet(2.0)
    account(caveat, mail, sink, kills)
    print(f"{kills} kills; by point: " + ", ".join(f"{p} {reached[p]}" for p in points))
    check(sum(reached.values()) >= KILLS * 3 // 4, "most kills came from the points themselves")
    never = [p for p in points if not reached[p]]
    equal(never, [], "points that were never passed")
    caveat.stop()


run(scenario, deadline=120 + 2 * KILLS)
