#!/usr/bin/python3
"""Every way the community decides, on the command line and to the second: the committee's sittings, an admission, General Meetings with full,
reduced and no quorum, a petition, votes by e-mail, open and secret, elections and their terms, the host of the conference. What was decided is then done by
the act that cites it, once; everything that was not decided is refused and changes nothing."""
# promise: A10
# promise: C4
# promise: C5
# promise: J1
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime
import math
import sqlite3
import subprocess
import time

import vouched
from check import check, equal, run, same_set, until
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from edits import past_triggers
from mailtools import letter, post
from sink import Sink

TEAMS = [f"t{n:02}" for n in range(1, 29)]  # with a vote; two newcomers make thirty members
SEATS = TEAMS[:7]
SANCTIONED = "t26"  # signs the petition and votes by e-mail all the same


def forum():
    c = Community()
    for team in TEAMS:
        c.team(team, since="2015-01-01").person(f"{team}-rep", representative=True)
    for team, since in (("fresh1", "2026-06-01"), ("fresh2", "2026-08-01")):
        c.team(team, since=since).person(f"{team}-rep", representative=True)
    for team in SEATS:
        c.term("sc", f"{team}-rep", since="2026-01-01", until="2028-01-01")
    for year in range(2023, 2027):
        c.term("chair", "t01-rep", since=f"{year}-01-01", until=f"{year + 1}-01-01")
    c.denial("*", ["receive", "post", "archive"], since="2026-08-01", until="2027-07-01", team=SANCTIONED)
    for name in ("teams", "reps"):
        c.list(name, max_tlp="AMBER+STRICT" if name == "teams" else "AMBER").subscribe(name, *(f"{team}-rep" for team in TEAMS))
    return c


class Votes:
    def __init__(self, scratch):
        self.caveat = Caveat(scratch, Sink(scratch).port)
        self.clock("2026-09-01T00:00:00Z")
        self.caveat.init()
        self.caveat.load(forum())

    def clock(self, text):
        """Every command is a process of its own, so that no daemon has to notice."""
        wanted = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
        self.caveat.move_clock(math.ceil(wanted - time.time()))

    def decision(self, act, *arguments):
        return self.caveat.ask("decision", act, *map(str, arguments))[0]

    def propose(self, kind, subject, *more):
        return self.decision("propose", kind, subject, "--question", "Shall we?", *more)["id"]

    def votes(self, decision, yes=(), no=()):
        for choice, teams in (("yes", list(yes)), ("no", list(no))):
            if teams:
                self.decision("vote", decision, ",".join(teams), choice)

    def show(self, decision):
        return self.decision("show", decision)

    def seats_decide(self, kind, subject, *more, yes=7, no=0, present=None, verdict="passed", seats=None):
        seats = seats or SEATS
        decision = self.propose(kind, subject, *more)
        if present is not None:
            self.decision("attend", decision, *seats[:present])
        if verdict != "no_quorum":
            self.votes(decision, seats[:yes], seats[yes:yes + no])
        closed = self.decision("close", decision)
        equal(closed["verdict"], verdict, f"{kind}, {present} present, {yes}-{no}: {closed['why']}")
        return decision

    def members_decide(self, kind, subject, yes, eligible, verdict):
        """By e-mail, so many in favour; over by its own clock."""
        closes = self.closes
        decision = self.propose(kind, subject, "--rule", "majority", "--closes", closes)
        equal(len(self.show(decision)["electorate"]), eligible, "members with a vote")
        self.votes(decision, self.show(decision)["electorate"][:yes])
        self.clock(closes)
        shown = self.show(decision)
        equal(shown["verdict"], verdict, f"{yes} of {eligible}: {shown['why']}")
        return decision

    def an_application(self, team):
        """Of an Operational Member, ready for its ballot."""
        def file(name, text):
            path = os.path.join(self.caveat.folder, name)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            return path
        form = file(f"{team}.toml", f'''[application]
team = "{team}"
category = "operational"
[form]
official_name = "{team}"
short_name = "{team}"
hosts = "a ministry"
economy = "NZ"
established = "2019"
funding = "government"
activity = ["incident_response"]
constituency = "the economy"
mission = "coordination"
site_visit = true
[[contact]]
id = "{team}-rep"
name = "Ngaio"
address = "rep@{team}.example"
representative = true
''')
        application = self.caveat.ask("application", "submit", form)[0]["id"]
        self.caveat.call("application", "document", application, "form", "--file", form)
        self.caveat.call("application", "sponsor", application, "t20", "--file", file("report.txt", "good people"))
        self.caveat.call("application", "visit", application, "t21")
        return application

    def refused(self, rule, *arguments, status=1):
        vouched.refused(self.caveat, rule, *arguments, status=status)


def a_sanctioned_team(f):
    """Everything is denied to it but what governs: mail among the representatives, the mail of its case, and its votes (items 31 and 36)."""
    caveat, rep = f.caveat, f"{SANCTIONED}-rep"
    caveat.serve()
    for n, (name, state) in enumerate((("teams", "withheld"), ("reps", "sent")), 1):
        sender = address("t01-rep")
        replies = post(caveat.lmtp, sender, f"{name}@{DOMAIN}", letter(sender, f"{name}@{DOMAIN}"))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        shown = caveat.settled(caveat.judged(n)[-1])
        equal((states(shown)[rep], states(shown)["t25-rep"]), (state, "sent"), f"{name}: {reasons(shown)[rep]}")
    case = caveat.ask("case", "open", SANCTIONED, "--clause", "3.2", "--decision", f.seats_decide("case.open", SANCTIONED))[0]["id"]
    contents = os.path.join(caveat.folder, "notice.toml")
    with open(contents, "w", encoding="utf-8") as file:
        file.write("".join(f'{key} = "as it is"\n' for key in ("channels", "breach", "opinion", "remedy", "consequences", "reply")))
    caveat.call("case", "notice", case, "--contents", contents, "--appeal-rules", "within 30 calendar days", "--decision",
                f.seats_decide("case.notice", case))
    until(caveat.once_written(lambda: [l["state"] for l in caveat.ask("case", "letters", case)] == ["sent"]), 20, "the letter reaches the representative")
    caveat.stop()
    by_vote = f.propose("framework", "a vote", "--rule", "majority", "--closes", "2026-09-10T00:00:00Z")
    equal(f.decision("vote", by_vote, SANCTIONED, "no")["verdict"], "open", "its vote is taken")
    equal(f.show(by_vote)["tally"]["no"], 1, "and counted")


def the_committee(f):
    """5/7 convene, 4/7 of the seats approve; what was decided is done once; nobody votes on the own case."""
    met = f.propose("clearance", "t20", "--meeting", "2026-10-01T00:00:00Z", "--face-to-face")
    equal([f.decision("attend", met, *SEATS, *how)["meeting"]["face_to_face"] for how in ((), ("--teleconference",), ("--face-to-face",))],
          [True, False, True], "how they met (item 50)")
    f.refused("write when it sits", "decision", "propose", "clearance", "t20", "--question", "?", "--face-to-face", status=2)
    clear = ("team", "change", "t20", "--clearance", "teams=AMBER+STRICT")
    strict = ("--set", "list=teams", "--set", "label=AMBER+STRICT")
    f.seats_decide("clearance", "t20", present=4, verdict="no_quorum")
    failed = f.seats_decide("clearance", "t20", *strict, yes=3, no=2, present=5, verdict="failed")
    passed = f.seats_decide("clearance", "t20", *strict, yes=4, no=1, present=5)
    f.refused("needs decision", *clear)
    f.refused(failed, *clear, "--decision", failed)
    f.refused("D-1999-001", *clear, "--decision", "D-1999-001", status=None)
    f.refused("needs one about clearance of t21", "team", "change", "t21", "--clearance", "teams=GREEN", "--decision", passed)
    f.refused("decides list = teams", "team", "change", "t20", "--clearance", "reps=AMBER+STRICT", "--decision", passed)
    f.refused("decides label = AMBER+STRICT", "team", "change", "t20", "--clearance", "teams=RED", "--decision", passed)
    f.refused("ruling (ii)", *clear, "--decision", f.seats_decide("clearance", "t20"))  # it names neither
    f.caveat.call(*clear, "--decision", passed)
    equal(f.show(passed)["used_by"], "clearance t20", "the decision is spent")
    f.refused("was used already", "team", "change", "t20", "--clearance", "teams=AMBER", "--decision", passed)
    f.refused("leave decision", "team", "change", "t20", "--name", "T20", "--decision", passed, status=2)

    replaced = f.propose("list", "teams", "--set", "charter=for all teams")
    f.votes(replaced, (), SEATS[:4])
    told = f.caveat.ask("decision", "vote", replaced, ",".join(SEATS), "yes")
    equal([(one["team"], one["tally"]["yes"]) for one in told], [(seat, 7) for seat in SEATS], "whose each vote is, and the tally after all")
    check("team" not in f.decision("vote", replaced, SEATS[0], "yes"), "one vote is told as the decision that it is")
    closed = f.decision("close", replaced)
    equal((closed["verdict"], f.show(replaced)["tally"]["yes"], f.show(replaced)["tally"]["no"]), ("passed", 7, 0), "the later vote counts")
    f.refused("closed at", "decision", "vote", replaced, SEATS[0], "no")
    f.refused("decides charter = for all teams", "list", "change", "teams", "--charter", "for some teams", "--decision", replaced)
    f.refused("which was not decided", "list", "change", "teams", "--charter", "for all teams", "--posting", "moderated", "--decision", replaced)
    f.caveat.call("list", "change", "teams", "--charter", "for all teams", "--decision", replaced)

    own = f.propose("case.open", "t03")
    equal(f.show(own)["recused"], ["t03"], "the seat of the accused")
    f.refused("recused", "decision", "vote", own, f"{SEATS[0]},t03", "no")
    f.refused("name the team", "decision", "vote", own, "", "no", status=2)
    equal(f.show(own)["votes"], [], "together or not at all")


def an_admission(f):
    """Unanimous or not at all (items 17, 52), and by an application; the secretariat records it and nothing else (ruling ii)."""
    f.caveat.call("team", "add", "novel", "--name", "Novel", "--category", "applicant", "--economy", "NZ")
    f.refused("items 17, 18 and 54", "team", "add", "other", "--name", "Other", "--category", "operational", "--economy", "NZ")
    f.refused("none of novel is open", "decision", "propose", "admission", "novel", "--question", "?")
    application = f.an_application("novel")
    admit = ("application", "decide", application)
    f.refused("unanimity, not by approval", "decision", "propose", "admission", "novel", "--question", "?", "--rule", "approval")
    most = f.seats_decide("admission", "novel", yes=6, no=1, verdict="failed")
    f.refused(most, *admit, "--decision", most)
    four = f.seats_decide("clearance", "novel", yes=4, no=3)
    f.refused("needs one about admission of novel", *admit, "--decision", four)
    admitted = f.seats_decide("admission", application, "--set", "category=operational")
    for detour in (("--category", "operational"), ("--category", "operational", "--since", "2010-01-01"), ("--since", "2010-01-01"), ("--mou", "2020-01-01")):
        f.refused("application", "team", "change", "novel", *detour, "--decision", admitted)
    return admit, admitted


def a_general_meeting(f):
    """Twenty-eight of thirty members have a vote: 14 are a quorum, 7 a reduced one, 6 no meeting; proxies vote and are not present."""
    meeting, closes = "2026-10-06T03:00:00Z", "2026-10-06T05:00:00Z"
    sitting = ("--rule", "two_thirds", "--meeting", meeting, "--closes", closes)
    ballots = {name: f.propose("framework", name, *sitting) for name in ("none", "seven", "full", "short", "proxied", "lacking")}
    for team in ("t28", "t27"):
        ballots[team] = f.propose("revocation", team, "--meeting", meeting, "--closes", closes)
    f.refused("is decided by two_thirds", "decision", "propose", "revocation", "t28", "--question", "?", "--rule", "approval")
    f.refused("item 48", "decision", "propose", "framework", "x", "--question", "?", "--rule", "approval")
    equal(len(f.show(ballots["full"])["electorate"]), 28, "members with a vote on the day of the meeting")

    f.clock("2026-10-06T04:00:00Z")
    f.refused("has no vote here", "decision", "attend", ballots["full"], "t01", "fresh1")
    # name: present, proxies, yes; then what becomes of it
    rows = {"none": (6, 10, 0, "no_quorum", "none"), "seven": (7, 0, 5, "passed", "reduced"), "full": (14, 0, 10, "passed", "full"),
            "short": (14, 0, 9, "failed", "full"), "proxied": (14, 3, 12, "passed", "full"), "lacking": (14, 3, 11, "failed", "full"),
            "t28": (13, 0, 9, "passed", "reduced"), "t27": (13, 0, 9, "passed", "reduced")}
    for name, (present, proxies, yes, _, _) in rows.items():
        decision = ballots[name]
        f.decision("attend", decision, *TEAMS[:present])
        for giver in TEAMS[present:present + proxies]:
            f.decision("proxy", decision, giver, TEAMS[0])
        f.votes(decision, TEAMS[:yes], TEAMS[yes:present] if yes else ())
    f.refused("not present", "decision", "vote", ballots["full"], "t20", "yes")
    f.clock(closes)
    for name, (present, proxies, _, verdict, quorum) in rows.items():
        shown = f.show(ballots[name])
        equal((shown["verdict"], shown["tally"]["quorum"]), (verdict, quorum), f"{present} present, {proxies} proxies: {shown['why']}")
        if verdict == "passed":
            equal(shown["effective"], "2026-11-03T05:00:00Z" if quorum == "reduced" else closes, f"effect of {name}")
    equal(f.show(ballots["proxied"])["tally"]["needed"], 12, "two thirds of 17 eligible votes")
    return ballots


def a_petition(f, ballots):
    """Half of all members stop what a reduced quorum decided; one less do not, and it has effect 28 days later to the second."""
    f.clock("2026-10-20T12:00:00Z")
    revoke = lambda team: ("application", "revoke", team, "--reason", "left", "--decision", ballots[team])
    f.refused("ends by its revocation", "team", "change", "t28", "--category", "former", "--decision", ballots["t28"])
    f.refused("2026-11-03T05:00:00Z", *revoke("t28"))
    f.refused("item 47", "decision", "petition", ballots["full"], "t20")
    signers = TEAMS[13:26] + ["fresh1"]  # newcomers have no vote and sign all the same
    for name, names in (("t28", signers), ("t27", signers + ["fresh2"])):
        for team in names:
            f.decision("petition", ballots[name], team)
    f.clock("2026-11-03T04:59:40Z")
    f.refused("2026-11-03T05:00:00Z", *revoke("t28"))
    f.clock("2026-11-03T05:00:00Z")
    petitions = {name: f.show(ballots[name])["petition"] for name in ("t28", "t27")}
    equal({n: (p["signatures"], p["needed"], p["fate"]) for n, p in petitions.items()},
          {"t28": (14, 15, "stands"), "t27": (15, 15, "disallowed")}, "petitions")
    f.refused("item 47", *revoke("t27"))
    f.refused("too late", "decision", "petition", ballots["t28"], "fresh2")
    f.caveat.call(*revoke("t28"))
    TEAMS.remove("t28")


def elections(f):
    """Seats by the members, the chair by the committee; no eighth seat, no five ends in one year, no fifth term in the chair."""
    f.clock("2026-11-05T00:00:00Z")
    f.refused("item 53", "decision", "propose", "election", "chair t01", "--question", "?")
    f.refused("item 7", "decision", "propose", "election", "sc fresh1", "--question", "?", "--rule", "majority")
    f.refused("item 49", "decision", "propose", "election", "sc t08", "--question", "?", "--rule", "approval")
    f.closes = "2026-11-15T00:00:00Z"
    elected = f.members_decide("election", "sc t08", 14, 27, "passed")
    seat = ("term", "begin", "sc", "t08-rep", "--from", "2026-12-01", "--decision", elected)
    f.refused("all 7 seats", *seat, "--until", "2027-12-01")
    f.caveat.call("term", "end", "sc", "t07-rep", "--reason", "moves on")
    f.refused("halves alternate", *seat, "--until", "2027-12-01")
    f.refused("needs an end", *seat, status=2)
    f.refused("about election of sc t08", "term", "begin", "sc", "t09-rep", "--from", "2026-12-01", "--until", "2028-11-01", "--decision", elected)
    f.caveat.call(*seat, "--until", "2028-11-01")
    seats = SEATS[:6] + ["t08"]

    f.clock("2026-12-02T00:00:00Z")
    chair = f.seats_decide("election", "chair t02", seats=seats)
    term = ("term", "begin", "chair", "t02-rep", "--decision", chair, "--from", "2027-01-01")
    f.refused("ends at", *term, "--until", "2029-01-01")
    f.caveat.call(*term, "--until", "2028-01-01")
    deputy = f.seats_decide("election", "deputy_chair t03", seats=seats)
    f.refused("not Deputy Chair", "term", "deputise", "t03-rep", "--until", "2026-12-20")
    f.caveat.call("term", "begin", "deputy_chair", "t03-rep", "--decision", deputy, "--until", "2027-11-01")
    f.refused("ruling q", "term", "deputise", "t03-rep", "--from", "2027-01-10", "--until", "2027-08-10")
    f.caveat.call("term", "deputise", "t03-rep", "--from", "2027-01-10", "--until", "2027-01-20")
    now = {(t["role"], t["person"]) for t in f.caveat.ask("term", "list", "--now")}
    check(("sc", "t08-rep") in now and ("sc", "t07-rep") not in now and ("chair", "t01-rep") in now, f"who holds what: {now}")
    f.clock("2027-07-31T00:00:00Z")
    f.propose("election", "chair t01")  # after another's year
    return seats


def by_email(f):
    """More than half of all members with a vote: 15 of 29 are, 15 of 30 are not."""
    f.clock("2027-08-01T00:00:00Z")  # the new member, admitted when the ballot of 2026 was closed, has no vote yet
    f.closes = "2027-08-10T00:00:00Z"
    f.members_decide("framework", "text", 15, 29, "passed")
    f.clock("2027-11-05T00:00:00Z")  # a year after the admission
    f.closes = "2027-11-06T00:00:00Z"
    f.members_decide("framework", "text", 15, 30, "failed")
    f.clock("2027-11-07T00:00:00Z")
    f.closes = "2027-11-08T00:00:00Z"
    f.members_decide("framework", "text", 16, 30, "passed")


def a_secret_ballot(f):
    """Item 48: who voted is on record, what each chose is not; a receipt tells its voter; an edited or exchanged vote is found."""
    f.clock("2027-11-10T00:00:00Z")
    f.refused("item 48", "decision", "propose", "clearance", "t20", "--question", "?", "--secret")
    f.refused("item 48", "decision", "propose", "host", "2028", "--question", "?", "--candidate", "t10", "--secret")
    closes = "2027-11-11T00:00:00Z"
    ballot = f.propose("framework", "text", "--rule", "majority", "--closes", closes, "--secret")
    cast = lambda team, choice: f.decision("vote", ballot, team, choice)["receipt"]
    check_receipt = lambda code: f.decision("receipt", ballot, code)
    changed_mind = cast("t01", "no")
    receipts = {team: cast(team, "yes") for team in TEAMS[:16]} | {team: cast(team, "no") for team in TEAMS[16:20]}
    receipts["t21"] = cast("t21", "abstain")
    equal(len({changed_mind, *receipts.values()}), 22, "every vote has a receipt of its own")

    def seen(verdict, tally):
        shown = f.show(ballot)
        equal((shown["verdict"], shown["secret"], {v["choice"] for v in shown["votes"]}), (verdict, True, {"sealed"}), shown["why"])
        same_set({v["team"] for v in shown["votes"]}, receipts, "who voted")
        equal({k: shown["tally"][k] for k in tally}, tally, shown["why"])

    def told(code, counts, choice, words):
        answer = check_receipt(code)
        equal((answer["counts"], answer["choice"]), (counts, choice), answer["why"])
        check(words in answer["why"], f"says '{words}': {answer['why']}")

    # While it runs: nothing but who took part, on any surface and in the file itself.
    seen("open", {"yes": 0, "no": 0, "abstained": 0, "sealed": 21})
    told(receipts["t01"], True, "yes", "when the ballot closes")
    told(changed_mind, False, None, "took its place")
    f.refused("no vote of yours", "decision", "receipt", ballot, receipts["t01"][:-1])
    path = os.path.join(f.caveat.folder, "caveat.db")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT r.word, length(s.key), length(s.bytes), s.key, s.bytes FROM sealed_vote s JOIN remark r "
                                "ON r.motion = s.motion AND r.number = s.number").fetchall()
        details = [d for d, in database.execute("SELECT detail FROM entry WHERE subject = ? AND act = 'decision.voted'", (ballot,))]
    equal((len(rows), {r[:3] for r in rows} == {("", *rows[0][1:3])}), (22, True), "every sealed vote looks the same")
    equal(len({r[3:] for r in rows}), 22, "and no two are")
    check(not any("choice" in d or "yes" in d or "no" in d.replace("framework", "") for d in details), f"journal: {details[:2]}")
    # By another process: closing the file in this one would drop the locks of SQLite's connections here.
    stored = subprocess.run(["cat", path, path + "-wal"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    check(not any(code.encode() in stored for code in receipts.values()), "no receipt is kept")

    f.clock(closes)
    seen("passed", {"yes": 16, "no": 4, "abstained": 1, "sealed": 0, "needed": 16})
    told(receipts["t17"], True, "no", "Counted as no.")
    told(changed_mind, False, None, "took its place")
    f.caveat.call("decision", "close", ballot)
    seen("passed", {"yes": 16, "no": 4, "abstained": 1, "sealed": 0})
    return ballot


def exchanged_votes(f, ballot):
    """Two sealed votes change places in the file: the tally would be the same, and the chain and the count both say no."""
    with past_triggers(os.path.join(f.caveat.folder, "caveat.db")) as database:
        (one, key, body), (other, its_key, its_body) = database.execute(
            "SELECT number, key, bytes FROM sealed_vote ORDER BY number DESC LIMIT 2").fetchall()
        for number, its in ((one, (its_key, its_body)), (other, (key, body))):
            database.execute("UPDATE sealed_vote SET key = ?, bytes = ? WHERE number = ?", (*its, number))
    found = f.caveat.call("journal", "verify", expect=1).err
    check("sealed_vote" in found and "outside the journal" in found, f"names the vote: {found}")
    check("does not open" in f.caveat.call("decision", "show", ballot, expect=1).err, "nothing is counted in silence")


def the_host(f, seats):
    """No majority: a second ballot between the two leading; three against three, and the chair's side wins, on record as a tie."""
    f.clock("2027-11-20T00:00:00Z")
    named = [x for team in ("t10", "t11", "t12") for x in ("--candidate", team)]
    f.refused("Operational Member", "decision", "propose", "host", "2028", "--question", "?", "--candidate", "t28")
    first = f.propose("host", "2028", *named)
    f.refused("not a candidate", "decision", "vote", first, seats[0], "t13")
    f.refused("name a candidate", "decision", "vote", first, seats[0], "yes", status=2)

    def cast(decision, choices):
        for choice in dict.fromkeys(choices):
            f.decision("vote", decision, ",".join(seat for seat, own in zip(seats, choices) if own == choice), choice)
        return f.decision("close", decision)

    cast(first, ["t10"] * 3 + ["t11"] * 2 + ["t12", "abstain"])
    shown = f.show(first)
    equal((shown["choice"], shown["leading"], shown["verdict"]), ("second_ballot", ["t10", "t11"], "failed"), shown["why"])
    second = f.propose("host", "2028", "--second-of", first)
    f.refused("follows", "decision", "propose", "host", "2028", "--question", "?", "--second-of", first)
    cast(second, ["t10", "t11", "t11", "t11", "t10", "t10", "abstain"])  # t02 is the chair
    shown = f.show(second)
    equal((shown["choice"], shown["host"], shown["tied"], shown["chair"]), ("chosen", "t11", True, "t02"), shown["why"])
    f.refused("waits for nobody", "decision", "tie-break", second, "t10")

    silent = f.propose("host", "2029", "--candidate", "t10", "--candidate", "t11")
    cast(silent, ["t10", "abstain", "t11", "t11", "t10", "t10", "t11"])
    equal(f.show(silent)["choice"], "chair_to_decide", "the chair did not vote")
    f.decision("tie-break", silent, "t10")
    shown = f.show(silent)
    equal((shown["verdict"], shown["host"], shown["tied"]), ("passed", "t10", True), shown["why"])


def scenario(scratch):
    f = Votes(scratch)
    a_sanctioned_team(f)
    the_committee(f)
    admit, admitted = an_admission(f)
    ballots = a_general_meeting(f)
    a_petition(f, ballots)
    f.caveat.call(*admit, "--decision", admitted)
    seats = elections(f)
    by_email(f)
    ballot = a_secret_ballot(f)
    the_host(f, seats)
    f.caveat.call("journal", "verify")
    exchanged_votes(f, ballot)


run(scenario)
