#!/usr/bin/python3
"""The clock's own mail, with the real daemon: notices go out with the act and hold all seven contents and the rules on appeals; what a
sanction would change is told beforehand and is what then happens; reminders reach the committee once, at their instants, across SIGKILL and
downtime; members are told and partners are not; a team hears of a hold at once."""
# promise: A2
# promise: C1
# promise: C2
# promise: C6
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime
import time

from check import ROOT, check, equal, run, same_set, until
from community import Community, address
from daemon import DOMAIN, Caveat, states
from mailtools import letter, post
from sink import Sink

DAY = 86_400
SEATS = ("banksia", "hibiscus", "kowhai", "mugung", "orchid", "saiga", "takin")
ACCUSED = "camphor"
MEMBERS = SEATS + (ACCUSED, "narra")
PARTNER = "quokka"
DESK = {address(f"{team}-rep") for team in SEATS}
CONTENTS = {"channels": "mail to the representative", "breach": "AMBER was forwarded to a vendor", "opinion": "avoidable in our opinion",
            "remedy": "recall the copies", "consequences": "loss of the list", "reply": "two weeks to answer",
            "appeal-rules": "see the rules that go along"}


def forum():
    c = Community()
    for team in MEMBERS:
        c.team(team).person(f"{team}-rep", representative=True)
    c.team(PARTNER, category="corporate").person(f"{PARTNER}-rep", representative=True)
    c.person(f"{ACCUSED}-duty").person("narra-duty")
    for team in SEATS:
        c.term("sc", f"{team}-rep")
    people = [f"{team}-rep" for team in MEMBERS]
    c.list("teams").list("members").subscribe("members", *people)
    return c.subscribe("teams", *people, f"{ACCUSED}-duty", f"{PARTNER}-rep")


def a_book(scratch):
    """Nobody is asked to confirm contact data: every letter here is about something else."""
    with open(os.path.join(ROOT, "policies/apcert.toml"), encoding="utf-8") as file:
        text = file.read()
    asked = '"profile.recertify"        = { value = "4 months",'
    check(asked in text, "how often contact data is confirmed")
    return scratch.write("book.toml", text.replace(asked, asked.replace("4 months", "0 days")))


class Forum:
    def __init__(self, scratch):
        self.began = datetime.datetime.utcnow().replace(microsecond=0)
        self.sink = Sink(scratch, keep="kept")
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s", policy=a_book(scratch))
        self.caveat.move_clock(0)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.case, self.days = None, 0

    def at(self, days):
        self.days = days
        self.caveat.move_clock(int(days * DAY))
        time.sleep(2.5)  # libfaketime looks at its file again after more than a whole second, counted in whole ones

    def decide(self, kind, subject):
        decision = self.caveat.ask("decision", "propose", kind, subject, "--question", "Shall we?")[0]["id"]
        self.caveat.call("decision", "vote", decision, ",".join(SEATS), "yes")
        self.caveat.call("decision", "close", decision)
        self.got({address(f"{team}-rep") for team in SEATS}, "each seat hears that somebody else recorded its vote")
        return decision

    def act(self, act, *arguments, by=None):
        decided = ("--decision", self.decide(by, self.case)) if by else ()
        return self.caveat.ask("case", act, self.case, *map(str, arguments), *decided)[0]

    def send(self, author, listname, text="TLP:GREEN"):
        sender = address(author)
        before = len(self.caveat.posts())
        replies = post(self.caveat.lmtp, sender, f"{listname}@{DOMAIN}", letter(sender, f"{listname}@{DOMAIN}", text))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        return self.caveat.judged(before + 1)[-1]

    # ---- what arrived ----

    def got(self, readers, what, seconds=20):
        """Exactly these addresses got one mail each since the last reset."""
        until(lambda: set(self.sink.who()) >= set(readers), seconds, f"{what}: mail to {sorted(readers)}, so far {self.sink.who()}")
        time.sleep(1)
        equal(self.sink.who(), {reader: 1 for reader in readers}, what)
        self.sink.reset()

    def nothing(self, what, seconds=2):
        time.sleep(seconds)
        equal(self.sink.who(), {}, what)

    def texts(self):
        kept = []
        for folder, _, names in os.walk(self.sink.kept):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    kept.append(" ".join(file.read().split()))
        return kept


def notices(f):
    rep = {address(f"{ACCUSED}-rep")}
    f.case = f.caveat.ask("case", "open", ACCUSED, "--clause", "3.2", "--decision", f.decide("case.open", ACCUSED))[0]["id"]
    contents = [word for key, text in CONTENTS.items() for word in (f"--{key}", text)]
    f.act("notice", *contents, by="case.notice")
    f.got(rep, "the notice goes to the representative alone, with the act")
    mail = [text for text in f.texts() if "compliance notice 1" in text]
    equal(len(mail), 1, "one letter")
    for text in (*CONTENTS.values(), 'filename="appeal-rules.txt"', "Appeal Panel of five"):
        check(text in mail[0], f"the letter holds '{text}':\n{mail[0]}")
    equal([l["for"] for l in f.caveat.ask("case", "letters", f.case)], ["notice"], "on the case")

    f.act("serve", 1, "page")
    f.got(rep, "the party hears that its notice counts as served, since when and who says so")
    f.at(13.9)
    f.nothing("reply time is not over yet")
    f.at(14.1)
    f.got(DESK, "reply time is over: the committee hears, once each")
    f.caveat.kill()
    f.caveat.serve()
    f.nothing("not again after SIGKILL", 3)
    f.at(15)
    f.act("notice", *contents, "--no-mail", by="case.notice")
    f.act("serve", 2, "post")
    f.got(rep, "served otherwise: no notice by mail, and word that it counts as served")
    f.caveat.stop()
    f.at(30.5)
    f.caveat.serve()
    f.got(DESK, "what fell due while nothing ran comes late, once")
    check(any("notice 2" in t and "It comes late" in t for t in f.texts()), "and says that it is late")


def simulated(f):
    """What simulate tells is what happens when the sanction is in force: on rights, on copies that wait, on posts that are held."""
    deny = "teams:receive,post"
    f.act("sanction-notice", "--deny", deny, "--tell-members", by="case.sanction")
    told = {address(f"{team}-rep") for team in MEMBERS}
    f.got(told, "members are told, the accused by its notice; the partner and other people are not")
    check(any("TLP:AMBER+STRICT" in t and ACCUSED in t for t in f.texts()), "labelled")
    same_set([l["to"] for l in f.caveat.ask("case", "letters", f.case) if l["for"] == "members"],
             [f"{team}-rep" for team in MEMBERS if team != ACCUSED], "and on the case")
    f.act("serve", 3, "page")
    f.got({address(f"{ACCUSED}-rep")}, "that the third counts as served it hears, too")

    f.at(60)
    f.sink.fault(f"rcpt:*{ACCUSED}*:450 4.2.1 greylisted")
    waiting = [f.send("orchid-rep", "teams"), f.send("orchid-rep", "teams"), f.send("orchid-rep", "members")]
    until(f.caveat.once_written(lambda: all(states(f.caveat.show(p))[f"{ACCUSED}-rep"] == "deferred" for p in waiting)), 20, "copies wait for their retry")
    seen = f.caveat.ask("policy", "simulate", "--team", ACCUSED, "--sanction", deny)[0]
    foretold = {(c["post"], c["person"]) for c in seen["copies"]}
    same_set(foretold, {(p["id"], f"{ACCUSED}-{who}") for p in waiting[:2] for who in ("rep", "duty")}, "the copies on that list")
    same_set({(r["list"], r["verb"], r["after"]) for r in seen["rights"]}, [("teams", verb, "no") for verb in ("archive", "post", "receive")],
             "the rights; archive of what is posted meanwhile (ruling j)")
    return waiting, foretold


def in_force(f, waiting, foretold):
    f.at(63)
    f.sink.no_faults()
    shown = [f.caveat.settled(p, 60) for p in waiting]
    really = {(s["id"], person) for s in shown for person, state in states(s).items() if state == "withheld"}
    same_set(really, foretold, "withheld is what was foretold, no more and no less")
    f.sink.reset()
    seen = f.caveat.ask("policy", "simulate", "--team", ACCUSED, "--sanction", "teams:receive,post")[0]
    equal((seen["rights_changed"], seen["copies_changed"], seen["held_changed"]), (0, 0, 0), "in force: the same again changes nothing")


def ending(f):
    ends = f.caveat.ask("case", "show", f.case)[0]["ends"]
    last = (datetime.datetime.strptime(ends[:19], "%Y-%m-%dT%H:%M:%S") - f.began).total_seconds() / DAY
    for before, what in ((60, "60"), (45, "45"), (35, "35")):
        f.at(last - before - 0.1)
        f.nothing(f"nothing before day -{what}")
        f.at(last - before + 0.1)
        f.got(DESK, f"{what} days before the end")
    f.at(last + 1)
    f.nothing("over by itself, and no mail about it", 3)


def hold(f):
    placed = f.caveat.ask("hold", "place", "narra-rep", "--reason", "account taken over")[0]
    equal(placed["told"], None, "placed; told by the daemon")
    f.got({address("narra-duty")}, "the team's other people hear at once, the held mailbox does not", 5)
    check(f.caveat.ask("hold", "list")[0]["told"] is not None, "and that is on record")


def face_to_face(f):
    """Item 50: a committee that met by telephone only hears on day 62, and once in November that it did not meet face to face."""
    year = (f.began + datetime.timedelta(days=f.days)).year + 1
    day = lambda month, of: (datetime.datetime(year, month, of) - f.began).total_seconds() / DAY
    f.at(day(2, 1) - 0.01)
    f.caveat.ask("decision", "propose", "other", "the drill", "--rule", "approval", "--question", "?", "--meeting", f"{year}-02-01T00:00:00Z")
    f.got(DESK, "the seats are told of the meeting")
    f.at(day(4, 10))
    f.got(DESK, "62 days after the teleconference")
    f.at(day(11, 1) - 0.1)
    f.nothing("October")
    f.at(day(11, 1) + 0.1)
    f.got(DESK, "no meeting face to face by November")
    check(any(f"face to face are on record for {year}" in t for t in f.texts()), "and says so")
    f.caveat.kill()
    f.caveat.serve()
    f.nothing("once", 3)


def scenario(scratch):
    f = Forum(scratch)
    notices(f)
    waiting, foretold = simulated(f)
    in_force(f, waiting, foretold)
    hold(f)
    ending(f)
    face_to_face(f)
    f.caveat.call("journal", "verify")
    f.caveat.stop()


run(scenario, deadline=240)
