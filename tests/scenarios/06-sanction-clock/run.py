#!/usr/bin/python3
"""A sanction bites at its instant and ends at its instant, on queued mail too, and nobody has to press anything. The wall clock is
moved from outside; monotonic time stays true."""
# promise: A2
# promise: C4
# promise: A10
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime
import time

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, code, reasons, states
from mailtools import letter, post
from sink import Sink

DAY = 86_400
BEGINS, ENDS = 10 * DAY, 40 * DAY  # of the sanction, counted from now
PEOPLE = ("orchid-rep", "camphor-rep", "banksia-rep")


def forum():
    now = datetime.datetime.utcnow().replace(microsecond=0)
    c = Community().team("orchid").team("camphor").team("banksia")
    for person in PEOPLE:
        c.person(person)
    c.list("teams").list("members").subscribe("teams", *PEOPLE).subscribe("members", *PEOPLE)
    return c.denial("teams", ["receive", "post"], now + datetime.timedelta(seconds=BEGINS), now + datetime.timedelta(seconds=ENDS), team="camphor")


class Forum:
    def __init__(self, scratch):
        self.sink = Sink(scratch)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s")
        self.caveat.move_clock(0)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.count = 0

    def at(self, seconds):
        self.caveat.move_clock(seconds)
        time.sleep(2.5)  # libfaketime looks at its file again after more than a whole second, counted in whole ones

    def send(self, author="orchid-rep", listname="teams"):
        sender = address(author)
        replies = post(self.caveat.lmtp, sender, f"{listname}@{DOMAIN}", letter(sender, f"{listname}@{DOMAIN}"))
        if replies[0].startswith("250 "):
            self.count += 1
            return self.caveat.judged(self.count)[-1]
        check(replies[0].startswith("550 "), f"taken or refused: {replies}")
        return None


def scenario(scratch):
    forum = Forum(scratch)
    caveat = forum.caveat

    shown = caveat.settled(forum.send())
    equal(states(shown)["camphor-rep"], "sent", "issued but not yet in force: receives")
    equal(forum.send("camphor-rep")["verdict"], "distributed", "and posts")

    forum.at(BEGINS - 30)
    forum.sink.fault("rcpt:*camphor*:450 4.2.1 greylisted")
    waiting = forum.send()
    until(caveat.once_written(lambda: states(caveat.show(waiting))["camphor-rep"] == "deferred"), 15, "the copy to Camphor waits for its retry")
    equal(states(caveat.show(waiting))["banksia-rep"], "sent", "which keeps nobody else waiting")

    forum.at(BEGINS + 60)
    forum.sink.no_faults()
    shown = caveat.settled(waiting)
    equal((states(shown)["camphor-rep"], reasons(shown)["camphor-rep"]), ("withheld", "denied"), "in force: withheld from the retry queue")

    shown = caveat.settled(forum.send())
    equal((states(shown)["camphor-rep"], states(shown)["banksia-rep"]), ("withheld", "sent"), "in force: a new post")
    own = forum.send("camphor-rep")
    check(own is None or own["verdict"] == "refused", f"in force: may not post on this list: {own}")
    shown = caveat.settled(forum.send("camphor-rep", "members"))
    equal(states(shown)["camphor-rep"], "sent", "another list is untouched")

    forum.at(ENDS + 60)
    shown = caveat.settled(forum.send())
    equal(states(shown)["camphor-rep"], "sent", "over: receives again, by itself")
    equal(forum.send("camphor-rep")["verdict"], "distributed", "and posts again")
    check(code(reasons(caveat.settled(waiting))["camphor-rep"]) == "denied", "what was withheld stays withheld")
    caveat.stop()


run(scenario)
