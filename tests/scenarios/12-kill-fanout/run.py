#!/usr/bin/python3
"""One post to 20,000 subscribers, the daemon killed with SIGKILL in the middle of it, again and again. Nobody is left out; at most
two copies per connection and kill come twice, and those carry the same Message-ID."""
# promise: D2
# promise: D3
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from community import address, crowd
from daemon import DOMAIN, Caveat
from mailtools import letter, post
from sink import Sink

SUBSCRIBERS, CONNECTIONS = 20_000, 10
KILL_AT = (300, 2_500, 6_000, 9_000, 13_000, 16_500, 19_500)


def scenario(scratch):
    sink = Sink(scratch, delay_ms=1)
    caveat = Caveat(scratch, sink.port, connections=CONNECTIONS).init()
    caveat.load(crowd(SUBSCRIBERS))
    caveat.serve()
    author = address("crowd-author")
    replies = post(caveat.lmtp, author, f"teams@{DOMAIN}", letter(author, f"teams@{DOMAIN}", message_id="fanout.1@crowd.example"))
    check(replies[0].startswith("250 "), f"taken: {replies}")

    kills = 0
    for mark in KILL_AT:
        if until(lambda: (sink.stat()["recipients"]), 60, "copies") >= SUBSCRIBERS:
            break
        until(lambda: sink.stat()["recipients"] >= mark, 60, f"{mark} copies", every=0.002)
        check(caveat.alive(), "the daemon runs until it is killed")
        caveat.kill()
        kills += 1
        caveat.serve()
    check(kills >= 4, f"enough kills hit the fan-out: {kills}")

    shown = caveat.settled(caveat.judged(1)[0], seconds=60)
    equal(len(shown["deliveries"]), SUBSCRIBERS, "one row per subscriber")
    equal({d["state"] for d in shown["deliveries"]}, {"sent"}, "all sent")
    who = sink.who()
    missing = [i for i in range(SUBSCRIBERS) if address(f"crowd-s{i:05d}") not in who]
    equal(missing, [], "nobody is left out")
    equal(len(who), SUBSCRIBERS, "and nobody else got anything")
    doubles = sum(who.values()) - SUBSCRIBERS
    check(doubles <= 2 * CONNECTIONS * kills, f"{doubles} doubles after {kills} kills on {CONNECTIONS} connections")
    check(max(who.values()) <= 1 + kills, "nobody gets more than one copy too many per kill")
    equal({message_id for _, message_id in sink.ids()}, {"fanout.1@crowd.example"}, "Message-IDs of all copies, the doubles included")
    print(f"{kills} kills, {doubles} doubles (allowed: {2 * CONNECTIONS * kills})")
    caveat.stop()


run(scenario, deadline=300)
