#!/usr/bin/python3
"""A clock that is set, and a hang-up signal, while the daemon runs: nothing is withheld for good, nothing given up and nothing put off until
next year; a security hold bites all the same; what happened is told to the operator. Only the wall clock is moved, as by whoever sets one; monotonic time stays true."""
# promise: D6
# promise: C6
# promise: J1
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import shutil
import signal
import time

from check import ROOT, check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from mailtools import letter, post
from sink import Sink

HOUR, YEAR = 3600, 365 * 86_400
READERS = [f"orchid-r{i}" for i in range(8)]


class Forum:
    def __init__(self, scratch):
        self.scratch = scratch
        self.sink = Sink(scratch)
        self.book = scratch.path("book.toml")
        shutil.copy(f"{ROOT}/policies/apcert.toml", self.book)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s", policy=self.book)
        self.caveat.move_clock(0)
        self.caveat.init()
        community = Community().team("orchid").person("orchid-rep")
        for person in READERS:
            community.person(person)
        self.caveat.load(community.list("teams").subscribe("teams", *READERS))
        self.caveat.serve()
        self.count = 0

    def send(self):
        author, to = address("orchid-rep"), f"teams@{DOMAIN}"
        replies = post(self.caveat.lmtp, author, to, letter(author, to))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        self.count += 1
        return self.caveat.judged(self.count)[-1]

    def all(self, entry, state, what, also=lambda _: True):
        def so():
            shown = self.caveat.show(entry)
            return set(states(shown).values()) == {state} and also(shown)
        until(so, 20, f"{what}: every copy is {state}, not {states(self.caveat.show(entry))}", every=0.2)

    def log(self):
        with open(self.scratch.path("caveat.log"), encoding="utf-8") as file:
            return file.read()

    def told(self, words):
        until(lambda: words in self.log(), 10, f"the log says: {words}")


def set_back(f):
    """By five hours, between judging and hand-off, and for a post that is judged afterwards."""
    f.sink.stop()
    before = f.send()
    f.all(before, "deferred", "no relay")
    f.caveat.move_clock(-5 * HOUR)
    f.told("the clock was set by -18000 s")
    f.sink.start()
    waits = lambda shown: set(reasons(shown).values()) == {"not_on_roster"}
    f.all(before, "deferred", "the clock stands before the roster began", waits)
    after = f.send()
    f.all(after, "deferred", "judged by that clock", waits)
    f.told("copies wait because the clock")
    f.caveat.move_clock(0)
    for entry in (before, after):
        f.all(entry, "sent", "the clock is right again")
    equal(f.sink.who(), {address(person): 2 for person in READERS}, "each once")
    check("clock.set" in f.caveat.call("journal", "show").out, "on record")


def a_year_for_seconds(f):
    f.sink.reset()
    f.sink.fault("rcpt:*:450 4.2.1 greylisted")
    entry = f.send()
    f.all(entry, "deferred", "greylisted")
    f.caveat.move_clock(YEAR)
    f.told(f"the clock was set by +{YEAR} s")
    f.all(entry, "deferred", "tried again in that year", lambda shown: all(d["attempts"] >= 2 for d in shown["deliveries"]))
    f.caveat.move_clock(0)
    f.told(f"the clock was set by -{YEAR} s")
    f.sink.no_faults()
    f.all(entry, "sent", "no copy was given up or put off until next year")
    equal(f.sink.who(), {address(person): 1 for person in READERS}, "each once")


def set_back_behind_a_hold(f):
    """A security hold bites from its placing to its end or its lift, whatever the clock says in between."""
    f.sink.reset()
    held, others = READERS[0], READERS[1:]
    f.caveat.move_clock(2 * HOUR)
    f.told("the clock was set by +7200 s")
    hold = f.caveat.ask("hold", "place", held, "--reason", "account taken over")[0]
    f.sink.stop()
    before = f.send()
    f.all(before, "deferred", "no relay")
    f.caveat.move_clock(HOUR)
    f.told("the clock was set by -3600 s")
    f.sink.start()
    stopped = {held: "denied", **{person: "asked_again" for person in others}}
    f.all(before, "deferred", "judged at a time that has not come", lambda shown: reasons(shown) == stopped)
    after = f.send()
    but_one = {held: "deferred", **{person: "sent" for person in others}}
    so = lambda entry: until(lambda: states(f.caveat.show(entry)) == but_one, 20, f"all but {held}: {states(f.caveat.show(entry))}", every=0.2)
    so(after)
    check(f.caveat.ask("hold", "list")[0]["in_force"], "the hold is in force")
    # Letters about the hold are mailed meanwhile: they rest on no right.
    got = lambda entry: sorted(who for who, message in f.sink.ids() if message == entry["message_id"])
    equal((got(before), got(after)), ([], [address(person) for person in others]), "nothing that was doubted, nothing to who is held")
    f.caveat.move_clock(2 * HOUR)
    so(before)
    f.caveat.call("hold", "lift", str(hold["id"]))
    f.caveat.move_clock(2 * HOUR + 301)  # it is asked about again every five minutes
    for entry in (before, after):
        f.all(entry, "sent", "the hold is lifted")
        equal(got(entry), [address(person) for person in READERS], "each once")


def hang_up(f):
    os.kill(f.caveat.process.pid, signal.SIGHUP)
    f.told("the rule book on the disk, apcert 3, is sound")
    with open(f.book, "a", encoding="utf-8") as file:
        file.write("\nno_such_key = 1\n")
    os.kill(f.caveat.process.pid, signal.SIGHUP)
    f.told("apcert 3 stays in force; the rule book on the disk is wrong: ")
    check("book.toml:" in f.log(), "which, and where")
    changed = with_one_day(f)
    os.kill(f.caveat.process.pid, signal.SIGHUP)
    f.told(f"apcert 3 stays in force; the rule book on the disk changes hard numbers without a decision, and a start with it is refused: {changed}")
    shutil.copy(f"{ROOT}/policies/apcert.toml", f.book)
    time.sleep(0.5)
    check(f.caveat.alive(), "the daemon lives")
    f.all(f.send(), "sent", "and works")


def with_one_day(f):
    """The adopted book, edited under its version: what it changes without a decision (item 48)."""
    with open(f"{ROOT}/policies/apcert.toml", encoding="utf-8") as file:
        text = file.read()
    before = '"sanction.min_delay"       = { value = "30 days",'
    check(before in text, "the number is there")
    with open(f.book, "w", encoding="utf-8") as file:
        file.write(text.replace(before, '"sanction.min_delay" = { value = "1 day",'))
    return "sanction.min_delay is '1 day' instead of '30 days'"


def starts_that_are_refused(f):
    """Neither with another book's hard numbers nor with another site's key does the daemon start, and nothing is written."""
    head = f.caveat.ask("journal", "verify")[0]["head"]
    changed = with_one_day(f)
    check(changed in f.caveat.call("serve", expect=1).err, "the start names the number")
    told = f.caveat.call("decision", "list")
    check(changed in told.err, "commands go on under the adopted book, and say so")
    check(any(each["check"] == "rule book" and each["result"] == "bad" for each in f.caveat.ask("doctor", expect=1)), "the doctor, too")
    check(changed in f.caveat.call("policy", "adopt", f.book, expect=1).err, "it is not adopted without one either")
    shutil.copy(f"{ROOT}/policies/apcert.toml", f.book)
    other = Caveat(f.scratch, f.sink.port, name="other").init()
    key = os.path.join(f.caveat.folder, "vault.key")
    shutil.copy(key, key + ".ours")
    shutil.copy(os.path.join(other.folder, "vault.key"), key)
    for command in (("serve",), ("journal", "verify"), ("posts",)):
        check("another key" in f.caveat.call(*command, expect=2).err, f"another site's key: {command}")
    check(any("another key" in each["detail"] for each in f.caveat.ask("doctor", expect=1)), "the doctor says another key")
    shutil.copy(key + ".ours", key)
    equal(f.caveat.ask("journal", "verify")[0]["head"], head, "nothing was written")


def scenario(scratch):
    f = Forum(scratch)
    set_back(f)
    a_year_for_seconds(f)
    hang_up(f)
    set_back_behind_a_hold(f)
    check(f.caveat.ask("journal", "verify")[0]["entries"] > 0, "the journal holds")
    f.caveat.stop()
    starts_that_are_refused(f)


run(scenario, deadline=180)
