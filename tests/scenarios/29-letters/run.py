#!/usr/bin/python3
"""Letters of the committee, asked about at hand-off like posts: members are told of a sanction (TLP:AMBER+STRICT) while nothing runs; before
the daemon does, one mailbox is put on hold and one member leaves. The held one gets nothing confidential until the lift, then its letter,
once; what has no label goes to a held person, too: no notice of a case is kept from the accused."""
# promise: A2
# promise: C6
# promise: D3
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import collections
import time

from check import check, equal, run, until
from committee import SEATS, Case, Committee, a_forum
from community import address
from daemon import Caveat
from sink import Sink

DAY = 86_400
ACCUSED, HELD, LEFT = "camphor", "narra", "wattle"
TOLD = {address(f"{team}-rep") for team in (*SEATS, "sal")}  # neither the accused, nor the held, nor who has left


class Forum:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="kept")
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s")
        self.days = 0
        self.at(0)
        self.caveat.init()
        self.caveat.load(a_forum(ACCUSED, HELD, LEFT, "sal").list("teams"))
        self.case = Case(Committee(self.caveat), ACCUSED)

    def at(self, days):
        self.days = days
        self.caveat.move_clock(int(days * DAY))
        if self.caveat.process:
            time.sleep(2.5)  # libfaketime looks at its file again after more than a whole second, counted in whole ones

    def got(self, words):
        """address -> how many letters with these words in the subject."""
        found = collections.Counter()
        for raw in self.sink.letters():
            header = raw.decode().partition("\r\n\r\n")[0]
            to = [line for line in header.split("\r\n") if line.startswith("To: ")]
            subject = header.partition("Subject: ")[2].partition("\r\nDate: ")[0].replace("\r\n", "")
            if words in subject:
                found[to[0][4:].strip("<>")] += 1
        return found

    def letters(self, purpose):
        return {letter["to"]: letter for letter in self.caveat.ask("case", "letters", self.case.id) if letter["for"] == purpose}


def sanction_noticed(f):
    """Two notices, thirty days; then the sanction notice, told to the members. Nothing is handed over yet: no daemon runs."""
    f.case.comply_or_else()
    f.case.serve(1)
    f.at(15)
    f.case.comply_or_else()
    f.case.serve(2)
    f.at(31)
    f.case.act("sanction-notice", "--deny", "teams:receive,post", "--tell-members")
    told = f.letters("members")
    equal({letter["state"] for letter in told.values()}, {"queued"}, "all wait")
    check({f"{HELD}-rep", f"{LEFT}-rep"} <= set(told), f"those who will be held or leave are told like others: {sorted(told)}")


def held_meanwhile(f):
    hold = f.caveat.ask("hold", "place", f"{HELD}-rep", "--reason", "account taken over", "--length", "72h")[0]
    f.caveat.ask("hold", "place", f"{ACCUSED}-rep", "--reason", "telephone stolen", "--length", "72h")
    f.caveat.call("person", "remove", f"{LEFT}-rep", "--yes")
    f.caveat.serve()
    until(lambda: set(f.got("TLP:AMBER+STRICT Case")) >= TOLD, 30, "the members are told")
    until(lambda: f.got("Case")[address(f"{ACCUSED}-rep")] == 3, 30, "the accused hears of its three notices, held or not")
    f.sink.quiet(2)
    equal(f.got("TLP:AMBER+STRICT Case"), collections.Counter(TOLD), "each once, and nobody else")
    told = f.letters("members")
    equal((told[f"{HELD}-rep"]["state"], told[f"{LEFT}-rep"]["state"]), ("deferred", "withheld"), "the held one waits, the other is over")
    f.at(31 + 0.5)
    f.sink.quiet(2)
    equal(f.got("TLP:AMBER+STRICT Case"), collections.Counter(TOLD), "half a day later it still waits")
    return hold["id"]


def lifted(f, hold):
    f.caveat.ask("hold", "lift", str(hold))
    f.at(31 + 0.51)
    until(lambda: f.letters("members")[f"{HELD}-rep"]["state"] == "sent", 30, "after the lift it goes")
    f.caveat.kill()
    f.caveat.serve()
    f.sink.quiet(2)
    equal(f.got("TLP:AMBER+STRICT Case"), collections.Counter(TOLD | {address(f"{HELD}-rep")}), "once")
    check(f.caveat.ask("journal", "verify")[0]["entries"] > 0, "the journal holds")


def scenario(scratch):
    f = Forum(scratch)
    sanction_noticed(f)
    lifted(f, held_meanwhile(f))


run(scenario, deadline=240)
