#!/usr/bin/python3
"""The right to receive is asked again at the moment of hand-off: whoever is removed, unsubscribed or sanctioned after the post was
taken gets nothing, neither at the first attempt nor from the retry queue; everybody else gets it all the same."""
# promise: A2
# promise: D5
# promise: D6
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from mailtools import letter, post
from sink import Sink

PEOPLE = ("orchid-rep", "orchid-duty", "banksia-rep", "banksia-duty", "camphor-rep", "mugung-rep")


def forum():
    c = Community()
    for team in ("orchid", "banksia", "camphor", "mugung"):
        c.team(team)
    for person in PEOPLE:
        c.person(person)
    return c.list("teams").subscribe("teams", *PEOPLE)


def changed():
    """banksia-rep is unsubscribed, banksia-duty leaves the register, Camphor is sanctioned."""
    c = forum().without("subscription", person="banksia-rep").without("subscription", person="banksia-duty").without("person", id="banksia-duty")
    now = datetime.datetime.utcnow().replace(microsecond=0)
    return c.denial("teams", ["receive"], now - datetime.timedelta(hours=1), now + datetime.timedelta(days=30), team="camphor")


EXPECTED = {"banksia-rep": "not_on_roster", "banksia-duty": "removed", "camphor-rep": "denied"}
CLEARED = [p for p in PEOPLE if p not in EXPECTED]


def send(caveat, subject):
    author = address("orchid-rep")
    replies = post(caveat.lmtp, author, f"teams@{DOMAIN}", letter(author, f"teams@{DOMAIN}", subject=subject))
    check(replies[0].startswith("250 "), f"taken: {replies}")


def verify(caveat, sink, shown, what):
    got = states(shown)
    equal({p: got.get(p) for p in EXPECTED}, {p: "withheld" for p in EXPECTED}, f"{what}: those who lost the right")
    equal({p: reasons(shown).get(p) for p in EXPECTED}, EXPECTED, f"{what}: with their reasons")
    equal({p: got.get(p) for p in CLEARED}, {p: "sent" for p in CLEARED}, f"{what}: all others")
    equal(sink.who(), {address(p): 1 for p in CLEARED}, f"{what}: what the relay took")


def from_the_retry_queue(scratch):
    """The relay says 450 to everybody; while the copies wait, the register changes; then the relay is well again."""
    sink = Sink(scratch, faults=["rcpt:*:450 4.2.1 later"], name="sink-retry")
    caveat = Caveat(scratch, sink.port, name="retry", first_retry="3s").init()
    caveat.load(forum())
    caveat.serve()
    send(caveat, "TLP:GREEN waits for its retry")
    waiting = caveat.judged(1)[0]
    until(caveat.once_written(lambda: set(states(caveat.show(waiting)).values()) == {"deferred"}), 15, "all copies deferred")
    caveat.load(changed(), "--prune", "--yes")
    sink.no_faults()
    verify(caveat, sink, caveat.settled(waiting), "from the retry queue")
    caveat.stop()


def before_the_first_attempt(scratch):
    """The post is in the spool or in the queue when the daemon stops (relay unreachable); the register changes; the daemon comes back."""
    sink = Sink(scratch, name="sink-first", faults=["mail:*:451 4.3.0 busy"])
    caveat = Caveat(scratch, sink.port, name="first", first_retry="2s").init()
    caveat.load(forum())
    caveat.serve()
    send(caveat, "TLP:GREEN taken before a restart")
    caveat.kill()
    caveat.load(changed(), "--prune", "--yes")
    sink.no_faults()
    sink.reset()
    caveat.serve()
    shown = caveat.settled(caveat.judged(1)[0])
    # Judged before or after the change: then those three have a row that is withheld, or none at all.
    got = states(shown)
    check(all(got.get(p) in (None, "withheld") for p in EXPECTED), f"nothing for those who lost the right: {got}")
    equal({p: got.get(p) for p in CLEARED}, {p: "sent" for p in CLEARED}, "all others")
    equal(sink.who(), {address(p): 1 for p in CLEARED}, "what the relay took")
    caveat.stop()


def scenario(scratch):
    from_the_retry_queue(scratch)
    before_the_first_attempt(scratch)


run(scenario)
