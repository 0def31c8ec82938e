#!/usr/bin/python3
"""Whatever the relay does to one copy, the others are on their way: refusals at every step, connections dropped at every step, a
relay that is away. What was not taken comes again, what was refused for good is told."""
# promise: D4
# promise: D5
# promise: D6
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, states
from mailtools import letter, post
from sink import Sink

READERS = [f"orchid-r{i}" for i in range(8)]


def forum():
    c = Community().team("orchid").team("banksia").person("orchid-rep").person("banksia-bad")
    for person in READERS:
        c.person(person)
    return c.list("teams").subscribe("teams", *READERS, "banksia-bad")


class Trouble:
    def __init__(self, scratch):
        self.sink = Sink(scratch)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="1s", connections=3).init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.posts = 0

    def send(self):
        author = address("orchid-rep")
        replies = post(self.caveat.lmtp, author, f"teams@{DOMAIN}", letter(author, f"teams@{DOMAIN}"))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        self.posts += 1
        return self.caveat.judged(self.posts)[-1]

    def everybody_else(self, shown, what):
        got = states(shown)
        equal({p: got[p] for p in READERS}, {p: "sent" for p in READERS}, f"{what}: everybody else")

    def once_each(self, what, doubles=0):
        who = self.sink.who()
        for person in READERS:
            check(1 <= who.get(address(person), 0) <= 1 + doubles, f"{what}: copies of {person}: {who.get(address(person), 0)}")


def one_bad_recipient(t):
    for rule, state in (("rcpt:bad@banksia.example:450 4.2.1 greylisted", "deferred"), ("rcpt:bad@banksia.example:550 5.1.1 no such user", "failed"),
                        ("dot:bad@banksia.example:451 4.3.0 scanner down", "deferred"), ("dot:bad@banksia.example:554 5.7.1 spam", "failed"),
                        ("data:bad@banksia.example:554 5.5.1 no", "deferred")):
        t.sink.reset()
        t.sink.fault(rule)
        shown = t.caveat.settled(t.send(), but=("deferred",))
        t.everybody_else(shown, rule)
        until(t.caveat.once_written(lambda s=shown: states(t.caveat.show(s))["banksia-bad"] == state), 10, f"{rule}: {state}")
        row = [d for d in t.caveat.show(shown)["deliveries"] if d["person"] == "banksia-bad"][0]
        check(rule.split(":")[2][:3] in row["reply"], f"the relay's answer is on record: {row}")
        t.sink.no_faults()
        if state == "deferred":
            equal(states(t.caveat.settled(shown))["banksia-bad"], "sent", f"{rule}: sent once the trouble is over")
        t.once_each(rule)


def dropped_connections(t):
    """A drop after the final dot leaves open whether the copy was taken: that one may come twice, never not at all."""
    for verb in ("greeting", "ehlo", "mail", "rcpt", "data", "dot"):
        t.sink.reset()
        pattern = "" if verb == "greeting" else "*"
        t.sink.fault(f"{verb}:{pattern}:drop x3")
        shown = t.caveat.settled(t.send(), seconds=20)
        t.everybody_else(shown, f"drop at {verb}")
        equal(states(shown)["banksia-bad"], "sent", f"drop at {verb}: nobody is given up")
        t.once_each(f"drop at {verb}", doubles=3)
        t.sink.no_faults()


def whole_relay_refuses(t):
    """421 or 451 to everything is about the relay, not about the recipients."""
    for rule in ("greeting::421 4.3.2 going down x4", "mail:*:451 4.3.1 disk full x5"):
        t.sink.reset()
        t.sink.fault(rule)
        shown = t.caveat.settled(t.send(), seconds=20)
        t.everybody_else(shown, rule)
        t.once_each(rule)
        t.sink.no_faults()


def relay_away(t):
    t.sink.stop()
    waiting = t.send()
    until(t.caveat.once_written(lambda: "deferred" in states(t.caveat.show(waiting)).values()), 15, "deferred while the relay is away")
    check(t.caveat.alive(), "the daemon lives")
    t.sink.start()
    shown = t.caveat.settled(waiting, seconds=25)
    t.everybody_else(shown, "relay back")
    t.once_each("relay back")


def scenario(scratch):
    t = Trouble(scratch)
    one_bad_recipient(t)
    dropped_connections(t)
    whole_relay_refuses(t)
    relay_away(t)
    t.caveat.stop()


run(scenario, deadline=240)
