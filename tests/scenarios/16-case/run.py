#!/usr/bin/python3
"""A whole case on the command line, with real mail: two notices, a sanction that waits for an appeal, takes effect at the ruling, is lifted
in part and ends by itself. Every act rests on a decision voted through; every step out of order is refused with its rule and changes
nothing; the journal shows who touched it."""
# promise: A2
# promise: C1
# promise: C2
# promise: C3
# promise: C4
# promise: C5
# promise: C6
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime
import sqlite3
import subprocess
import time

from check import check, equal, run, until
from committee import SEATS, Committee, a_forum
from community import address
from daemon import DOMAIN, Caveat, code, reasons, states
from edits import past_triggers
from mailtools import letter, post
from sink import Sink

DAY = 86_400
TEAMS = SEATS + ("camphor", "narra", "sal", "wattle")
ACCUSED = "camphor"
PEOPLE = tuple(f"{team}-rep" for team in TEAMS)


def forum():
    c = a_forum("camphor", "narra", "sal", "wattle")
    return c.list("teams").list("members").list("reps", max_tlp="AMBER").subscribe("teams", *PEOPLE).subscribe("members", *PEOPLE)


class Forum:
    def __init__(self, scratch):
        self.began = datetime.datetime.utcnow().replace(microsecond=0)
        self.sink = Sink(scratch)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s")
        self.caveat.move_clock(0)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.committee = Committee(self.caveat)
        self.decide, self.human = self.committee.decide, self.committee.human
        self.case = None
        self.posts = 0

    # ---- time: days after the beginning ----

    def at(self, days):
        self.caveat.move_clock(int(days * DAY))
        time.sleep(2.5)  # libfaketime looks at its file again after more than a whole second, counted in whole ones

    def day(self, days):
        return (self.began + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

    # ---- the committee ----

    def act(self, act, *arguments, by=None):
        """An act that is allowed; returns the case."""
        decided = ("--decision", self.decide(by, self.case)) if by else ()
        return self.caveat.ask("case", act, self.case, *map(str, arguments), *decided)[0]

    def show(self):
        return self.caveat.ask("case", "show", self.case)[0]

    def refused(self, rule, *arguments, status=1):
        """An act out of order; the case stands as before, too."""
        case = self.show() if self.case else None
        self.committee.refused(rule, *arguments, status=status)
        equal(self.show() if self.case else None, case, f"{' '.join(map(str, arguments))}: the case as it was")

    def case_refused(self, rule, act, *arguments, by=None):
        decided = ("--decision", self.decide(by, self.case)) if by else ()
        self.refused(rule, "case", act, self.case, *arguments, *decided)

    # ---- mail ----

    def send(self, author="orchid-rep", listname="teams"):
        sender = address(author)
        replies = post(self.caveat.lmtp, sender, f"{listname}@{DOMAIN}", letter(sender, f"{listname}@{DOMAIN}"))
        if not replies[0].startswith("250 "):
            check(replies[0].startswith("550 "), f"taken or refused: {replies}")
            return None
        self.posts += 1
        return self.caveat.judged(self.posts)[-1]

    def reaches(self, what, accused):
        """A post of Orchid's: everyone gets it; the accused as said."""
        shown = self.caveat.settled(self.send())
        got = states(shown)
        equal({p: s for p, s in got.items() if not p.startswith(ACCUSED)}, {p: "sent" for p in PEOPLE if not p.startswith(ACCUSED)}, what)
        equal(got.get(f"{ACCUSED}-rep"), accused, f"{what}: {ACCUSED}")
        if accused == "withheld":
            equal(reasons(shown)[f"{ACCUSED}-rep"], "denied", f"{what}: with its reason")

    def may_post(self, what, allowed):
        own = self.send(f"{ACCUSED}-rep")
        equal(own is not None and own["verdict"] == "distributed", allowed, f"{what}: posts of {ACCUSED}: {own}")
        if own is not None and not allowed:
            equal(code(own["because"]), "denied", what)


def opening(f):
    """C5: nothing without a decision of this kind, about this team, that passed and was not used."""
    open_it = ("case", "open", ACCUSED, "--clause", "3.2")
    f.refused("decision", *open_it)
    f.refused("D-1999-001", *open_it, "--decision", "D-1999-001", status=None)
    f.refused("case.open", *open_it, "--decision", f.decide("clearance", ACCUSED))
    f.refused(ACCUSED, *open_it, "--decision", f.decide("case.open", "narra"))
    three = f.decide("case.open", ACCUSED, yes=3, verdict="failed")
    f.refused(three, *open_it, "--decision", three)
    pending = f.caveat.ask("decision", "propose", "case.open", ACCUSED, "--question", "Open a case?")[0]["id"]
    f.refused(pending, *open_it, "--decision", pending)

    passed = f.decide("case.open", ACCUSED, yes=4)
    sentence = f.caveat.ask("decision", "show", passed)[0]["why"]
    check("4" in sentence and len(sentence.split()) > 4, f"the tally in a sentence: {sentence}")
    check(sentence in f.human("decision", "show", passed), "the same sentence for reading")
    f.case = f.caveat.ask(*open_it, "--decision", passed)[0]["id"]
    equal(f.show()["phase"], "investigating", "opened")
    used = f.caveat.ask("decision", "show", passed)[0]["used_by"]
    check(used.startswith("case.open"), f"the decision says what it was used for: {used}")
    f.refused(passed, *open_it, "--decision", passed)


def notices(f):
    """C1: two notices with seven contents each, served with proof, and time to answer each."""
    whole = f.committee.contents()
    for act, more in (("serve", ["page"]), ("reply", ["a letter"]), ("appeal", ["a letter"]), ("withdraw", [])):
        f.case_refused("item 41", act, 1, *more)
    f.case_refused("first notice", "sanction-notice", "--deny", "teams:post", by="case.sanction")

    first = f.decide("case.notice", f.case)
    f.case_refused("vii", "notice", *whole[:2], "--decision", first)
    f.case_refused("ruling (e)", "notice", *whole, "--reply-time", "6d", "--decision", first)
    f.caveat.ask("case", "notice", f.case, *whole, "--decision", first)
    equal((f.show()["phase"], f.show()["notice"]), ("first_notice", 1), "the refused ones did not use the decision up")

    f.act("serve", 1, "relay")
    f.case_refused("ruling (d)", "notice", *whole, by="case.notice")
    f.act("serve", 1, "page")
    f.at(1)
    f.case_refused("ruling (f)", "notice", *whole, by="case.notice")
    f.at(8)
    f.case_refused("item 30", "notice", *whole, by="case.notice")
    f.at(15)
    f.act("notice", *whole, by="case.notice")
    equal((f.show()["phase"], f.show()["notice"]), ("second_notice", 2), "reply time over, the second notice")
    f.act("serve", 2, "exchanger")
    f.case_refused("ruling (h)", "notice", *whole, by="case.notice")

    f.at(23)
    f.case_refused("item 30", "sanction-notice", "--deny", "teams:post", by="case.sanction")
    old = ("find", "continues", "--evidence", "sha256:4711", "--dated", f.day(3))
    f.case_refused("ruling (f)", *old, by="case.finding")
    f.act("find", "continues", "--evidence", "sha256:4711", "--dated", f.day(20), by="case.finding")


def sanction(f):
    """C2, C3: thirty days from issue at least; an appeal stops it until three of a lawful panel agree, and that is final."""
    deny = ("--deny", "teams:receive,post")
    decided = f.decide("case.sanction", f.case)
    f.case_refused("item 33", "sanction-notice", *deny, "--effect", f.day(40), "--decision", decided)
    f.case_refused("item 34", "sanction-notice", *deny, "--length", "13mo", "--decision", decided)
    f.case_refused("ruling (i)", "sanction-notice", "--deny", "reps:receive", "--decision", decided)
    f.caveat.ask("case", "sanction-notice", f.case, *deny, "--decision", decided)
    f.act("serve", 3, "acknowledgement")
    f.caveat.ask("case", "mail", f.case, "3")
    until(f.caveat.once_written(lambda: [(l["notice"], l["state"]) for l in f.caveat.ask("case", "letters", f.case)] == [(n, "sent") for n in (1, 2, 3, 3)]), 20,
          "every notice reached the representative as it was issued, the last one once more")
    shown = f.show()
    equal(shown["phase"], "sanction_noticed", "the sanction notice")
    effect = shown["notices"][2]["effect_from"]
    equal(effect, shown["notices"][2]["appeal_until"], "without a stated effect it waits for the appeal window")
    check(effect > f.day(53), f"and for thirty days: {effect}")
    f.reaches("issued, not in force", "sent")
    f.case_refused("ruling (c)", "renew", *deny, by="case.renew")

    f.at(40)
    f.act("appeal", 3, "letter of the representative")
    f.case_refused("item 39", "appeal", 3, "again")
    f.at(60)
    equal((f.show()["in_force"], f.show()["denied"]), (False, []), "the appeal stays the effect")
    f.reaches("day 60, under appeal", "sent")

    def panel(*people):
        return ("panel", 3, "--chair", address(people[0]), *(word for p in people[1:] for word in ("--member", p)))
    seating = f.decide("case.panel", f.case)
    for unlawful in (("orchid-rep", "banksia-rep", "kowhai-rep", "narra-rep", "sal-rep"),
                     ("wattle-rep", "banksia-rep", "kowhai-rep", "mugung-rep", "sal-rep"),
                     ("wattle-rep", "banksia-rep", "kowhai-rep", f"{ACCUSED}-rep", "sal-rep"),
                     ("wattle-rep", "banksia-rep", "kowhai-rep", "sal-rep")):
        f.case_refused("item 38", *panel(*unlawful), "--decision", seating)
    f.caveat.ask("case", "panel", f.case, *map(str, panel("wattle-rep", "banksia-rep", "kowhai-rep", "narra-rep", "sal-rep")[1:]),
                 "--decision", seating)
    f.case_refused("item 38", "rule", 3, "orchid-rep", "upheld")
    f.act("rule", 3, "wattle-rep", "upheld")
    f.act("rule", 3, address("banksia-rep"), "suspended")
    f.act("rule", 3, "narra-rep", "upheld")
    equal(f.show()["phase"], "sanction_noticed", "two of five are no result")
    f.act("rule", 3, "sal-rep", "upheld")
    f.case_refused("item 39", "rule", 3, "kowhai-rep", "suspended")


def bites(f):
    """C4: in force by the ruling alone, on that list and those verbs; given back in part by the committee, the rest by its own end (items 31, 34 and 36)."""
    equal((f.show()["phase"], f.show()["in_force"]), ("effective", True), "in force")
    f.reaches("in force", "withheld")
    f.may_post("in force", False)
    withheld = f.caveat.settled(f.send(listname="teams"))
    why = f.caveat.ask("policy", "explain", "--post", withheld["id"], "--person", f"{ACCUSED}-rep")[0]
    equal((why["state"], why["denied"]["case"], why["denied"]["notice"]), ("withheld", f.case, 3), "explained by case and notice")
    check(why["denied"]["decision"].startswith("D-") and "yes" in why["denied"]["tally"], f"and by the decision with its tally: {why['denied']}")
    equal(states(f.caveat.settled(f.send(listname="members")))[f"{ACCUSED}-rep"], "sent", "another list is untouched")

    told = f.human("case", "show", f.case)
    for words in ("happened:", "now: effective", "next:", "denied:", "receive, post on teams", "by the committee", "by decision D-"):
        check(words in told, f"the timeline says '{words}':\n{told}")

    f.at(70)
    f.case_refused("ruling (h)", "lift", "--only", "members:post", by="case.lift")
    f.case_refused("case.lift", "lift", by="case.close")
    f.act("lift", "--only", "teams:post", by="case.lift")
    f.may_post("lifted in part", True)
    f.reaches("lifted in part", "withheld")

    f.at(70 + 370)
    equal((f.show()["phase"], f.show()["in_force"]), ("expired", False), "over after twelve months")
    f.reaches("over, by itself", "sent")
    f.case_refused("ruling (c)", "renew", "--deny", "teams:post", by="case.renew")
    equal(f.caveat.ask("case", "list", "--team", ACCUSED)[0]["id"], f.case, "listed under its team")


def hold(f):
    """C6: 72 hours, no more without a decision of its own, on the person alone."""
    person = "narra-rep"
    f.refused("item 42", "hold", "place", person, "--reason", "account taken over", "--length", "73h")
    placed = f.caveat.ask("hold", "place", person, "--reason", "account taken over", "--length", "72h")[0]
    equal((placed["in_force"], placed["told"]), (True, None), "placed at once, without a decision; nobody told yet")
    f.refused("decision", "hold", "extend", placed["id"])
    extended = f.caveat.ask("hold", "extend", str(placed["id"]), "--decision", f.decide("hold.extend", person))[0]
    check(extended["ends"] > placed["ends"], f"extended by a decision: {extended}")
    equal(f.caveat.ask("hold", "lift", str(placed["id"]))[0]["in_force"], False, "lifted")
    f.refused("ruling (k)", "hold", "place", person, "--reason", "once more")
    equal([h["id"] for h in f.caveat.ask("hold", "list")], [placed["id"]], "the one hold there was")


def tampering():
    """One edit, one removal and one forgery in each table of the committee's record."""
    for table, change in (("motion", "outcome = 'passed'"), ("remark", "word = 'no' || word"), ("case_file", "team = 'nobody'"),
                          ("case_act", "at = at - 1"), ("case_denial", "case_file = case_file + 1"), ("case_letter", "notice = notice + 1"),
                          ("hold", "until = until + 1"), ("denial", "ends = ends - 1"), ("team", "category = 'partner'"),
                          ("person", "representative = 1 - representative"), ("address", "address = 'x' || address"),
                          ("term", "ends = ends - 1")):
        # WITHOUT ROWID tables have no other name for a row than its key; all of one table is as good a test.
        yield f"row-{table}-edited", f"UPDATE {table} SET {change}"
        yield f"row-{table}-removed", f"DELETE FROM {table}"
    yield "row-remark-forged", "INSERT INTO remark SELECT motion, number + 1000, at, actor, what, team, word FROM remark"
    yield "row-case_act-forged", "INSERT INTO case_act SELECT case_file, number + 1000, at, actor, decision, act FROM case_act"
    yield "row-denial-forged", ("INSERT INTO denial SELECT id + 1000, whom, whole_team, resource, verbs, begins, ends, source, decision "
                                "FROM denial")


def journal(f):
    """The chain holds; on a copy it breaks whichever way somebody lends a hand."""
    entries = f.caveat.ask("journal", "verify")[0]["entries"]
    check(entries > 100, f"every vote and act is an entry: {entries}")
    original = os.path.join(f.caveat.folder, "caveat.db")
    with open(f.caveat.config, encoding="utf-8") as file:
        settings = file.read()
    for name, change in (("copied", None),
                         ("edited", "UPDATE entry SET detail = replace(detail, '3.2', '9.9') WHERE act LIKE 'case.%' AND detail LIKE '%3.2%'"),
                         ("actor", f"UPDATE entry SET actor = 'operator nobody' WHERE number = {entries // 2}"),
                         ("removed", f"DELETE FROM entry WHERE number = {entries // 2}"),
                         ("cut-off", f"DELETE FROM entry WHERE number = {entries}"),
                         *tampering()):
        copy = os.path.join(f.caveat.folder, f"{name}.db")
        with sqlite3.connect(f"file:{original}?mode=ro", uri=True) as source, sqlite3.connect(copy) as database:
            source.backup(database)  # what is still in the write-ahead log, too
        database.close()
        with past_triggers(copy) as database:
            if change:
                check(database.execute(change).rowcount > 0, f"{name}: something was changed")
        config = os.path.join(f.caveat.folder, f"{name}.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(settings.replace("caveat.db", f"{name}.db"))
        done = subprocess.run([f.caveat.binary, "--config", config, "journal", "verify"], capture_output=True, text=True, timeout=60)
        equal(done.returncode, 1 if change else 0, f"journal verify of the copy '{name}': {done.stdout}{done.stderr}")
        if name.startswith("row-"):
            check(f"{name.split('-')[1]} " in done.stdout + done.stderr, f"'{name}' is named: {done.stdout}{done.stderr}")


def scenario(scratch):
    f = Forum(scratch)
    opening(f)
    notices(f)
    sanction(f)
    bites(f)
    hold(f)
    f.caveat.stop()
    journal(f)


run(scenario)
