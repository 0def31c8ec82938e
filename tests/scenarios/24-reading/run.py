#!/usr/bin/python3
"""Who reads what over HTTP: each kind of caller asks each GET route for each object there is, and the answer is 200 or 404 as a table says that
was written from the domain, not from the code. What is 404 is byte for byte what does not exist, and no list shows more than its parts."""
# promise: A1
# promise: A7
# promise: A10
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import Failed, check, equal, run
from committee import SEATS, Committee, a_forum
from community import address
from console import ALL_SCOPES, Console
from mailtools import letter, post
from openapi import Document
from sink import Sink

ACCUSED = "hibiscus"  # a seat of the committee: its representative is the party of the case and nothing else (item 27)


class Caller:
    def __init__(self, role, person=None, team=None, speaks=False, lists=()):
        self.role, self.person, self.team, self.speaks, self.lists, self.token = role, person, team, speaks, lists, None

    @property
    def everything(self):
        """Of the register, and of what the committee does."""
        return self.role in ("operator", "secretariat", "committee", "accused", "auditor")

    @property
    def office(self):
        """Keeps or audits what belongs to persons."""
        return self.role in ("operator", "secretariat", "auditor")

    @property
    def partner(self):
        return self.role == "partner"

    def own_team(self, team):
        return self.speaks and team == self.team


CALLERS = [
    Caller("operator"), Caller("secretariat", "osprey-sec", "osprey"), Caller("committee", "orchid-rep", "orchid", True),
    Caller("accused", f"{ACCUSED}-rep", ACCUSED, True), Caller("auditor", "osprey-aud", "osprey"), Caller("owner", "osprey-own", "osprey", lists=("teams",)),
    Caller("moderator", "osprey-mod", "osprey", lists=("members",)), Caller("representative", "camphor-rep", "camphor", True),
    Caller("member", "camphor-two", "camphor"), Caller("partner", "quokka-rep", "quokka", True), Caller("stranger"),
]


def of_party(c, team):
    """A case and what belongs to it: the committee and those who watch it; of the party its representative."""
    if c.role == "accused" and team == c.team:
        return True  # as the party
    return c.everything or c.own_team(team)


def of_decision(c, d):
    """The committee's register is the committee's; the seat of an accused team sees no ballot about its own case."""
    about = d.get("team") or d.get("subject") or ""
    if c.role == "accused" and ACCUSED in (about, CASES.get(about)):
        return False
    return c.everything


CASES = {}  # id -> team accused
# Object routes: may this caller read the thing `o` (as the operator's list shows it)? Strangers read nothing.
ROWS = {
    "/v1/teams/{team}": lambda c, o: c.everything or c.own_team(o["id"]),
    "/v1/people/{person}": lambda c, o: c.everything or o["id"] == c.person or c.own_team(o["team"]),
    "/v1/tokens/{token}": lambda c, o: c.office or (c.person is not None and o["holder"] == c.person),
    "/v1/cases/{case}": lambda c, o: of_party(c, o["team"]),
    "/v1/applications/{application}": lambda c, o: c.everything or c.own_team(o["team"]),
    "/v1/decisions/{decision}": of_decision,
    "/v1/posts/{post}": lambda c, o: c.everything or (c.person is not None and o["sender"] == c.person) or o["list"] in c.lists,
    "/v1/held/{post}": lambda c, o: c.office or o.get("list") in c.lists,
}
# Whole registers: 200 or 404.
WHOLE = {
    "/v1/holds": lambda c: c.everything,
    "/v1/journal": lambda c: c.office,
    "/v1/journal/verification": lambda c: c.office,
    "/v1/operations": lambda c: c.role in ("operator", "auditor"),
}
# Lists, rosters and what one asks about oneself: their scenarios are those of their routes.
ELSEWHERE = re.compile(r"^/v1/(lists|me|terms|jobs|policy:|people/\{person\}/|posts/\{post\}/|cases/\{case\}/notices/|archive)")


def forum():
    c = a_forum("camphor").team("osprey").team("quokka", category="corporate")
    c.person("osprey-sec").term("secretariat", "osprey-sec").person("osprey-aud").term("auditor", "osprey-aud")
    c.person("osprey-own").term("owner", "osprey-own", list="teams").person("osprey-mod").term("moderator", "osprey-mod", list="members")
    c.person("camphor-two").person("quokka-rep", representative=True)
    c.list("teams").list("members").list("reps", max_tlp="AMBER")
    people = [f"{team}-rep" for team in SEATS + ("camphor",)]
    return c.subscribe("teams", *people).subscribe("members", *people)


def settle(caveat):
    """Some things to read."""
    committee = Committee(caveat)
    case = caveat.ask("case", "open", ACCUSED, "--clause", "3.2", "--decision", committee.decide("case.open", ACCUSED, without=ACCUSED))[0]["id"]
    other = caveat.ask("case", "open", "camphor", "--clause", "3.2", "--decision", committee.decide("case.open", "camphor"))[0]["id"]
    CASES.update({case: ACCUSED, other: "camphor"})
    committee.propose("case.notice", case, without=ACCUSED)
    committee.propose("case.open", "osprey")
    for name in ("teams", "members"):
        sender = address("camphor-rep")
        post(caveat.lmtp, sender, [f"{name}@lists.arc.example"], letter(sender, f"{name}@lists.arc.example", "TLP:GREEN to read"))
    caveat.judged(2)


def collection(path):
    return path.rsplit("/", 1)[0]


class Reading:
    def __init__(self, scratch):
        self.caveat = Console(scratch, Sink(scratch).port)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        settle(self.caveat)
        for caller in CALLERS:
            if caller.role != "stranger":
                caller.token = self.caveat.token(ALL_SCOPES, caller.person)
        self.client = self.caveat.client()
        self.reads = [o for o in Document(self.client.get("/openapi.json").body).operations if o.method == "GET" and o.path.startswith("/v1/")]
        self.nothing = self.ask(CALLERS[0], "/v1/teams/there-is-none").same()
        self.wrong, self.asked = [], 0

    def ask(self, caller, target):
        """Strangers have few requests a second: a busy one is asked again."""
        reply = self.client.get(target, token=caller.token or "")
        while reply.status == 429:
            reply = self.client.get(target, token=caller.token or "")
        self.asked = getattr(self, "asked", 0) + 1
        return reply

    def holds(self, caller, target, expected):
        reply = self.ask(caller, target)
        wanted = 200 if expected else 404
        if reply.status != wanted:
            self.wrong.append(f"{caller.role} reads {target}: {reply.status}, and the table says {wanted}")
        elif wanted == 404 and reply.same() != self.nothing:
            self.wrong.append(f"{caller.role} {target}: not the bytes of what does not exist")

    def objects(self, path):
        items, cursor = [], ""
        while True:
            page = self.ask(CALLERS[0], collection(path) + cursor).json()
            items += page["items"]
            if not page["next"]:
                # Who wrote a post stands in the post alone.
                whole = path == "/v1/posts/{post}"
                return [self.ask(CALLERS[0], f"{collection(path)}/{i['id']}").json() for i in items] if whole else items
            cursor = "?cursor=" + page["next"]

    def one_kind(self, path):
        may, there = ROWS[path], self.objects(path)
        for caller in CALLERS:
            for thing in there:
                self.holds(caller, f"{collection(path)}/{thing['id']}", caller.role != "stranger" and may(caller, thing))
            listed = self.ask(caller, collection(path) + "?limit=200")
            shown = {i["id"] for i in listed.json()["items"]} if listed.status == 200 else set()
            expected = {t["id"] for t in there if caller.role != "stranger" and may(caller, t)}
            if shown != expected:
                self.wrong.append(f"{caller.role} lists {collection(path)}: too many {sorted(shown - expected)[:5]}, missing {sorted(expected - shown)[:5]}")
            if listed.status != 200 and listed.same() != self.nothing:
                self.wrong.append(f"{caller.role} {collection(path)}: {listed}")
        return len(there)

    def accused(self):
        """Item 27: what the seat reads of its case is what any party reads of its own."""
        party = next(c for c in CALLERS if c.role == "representative")
        seat = next(c for c in CALLERS if c.role == "accused")
        mine = {team: case for case, team in CASES.items()}
        as_party, as_seat = (self.ask(c, f"/v1/cases/{mine[c.team]}").json() for c in (party, seat))
        equal(sorted(as_seat), sorted(as_party), "the seat of the accused reads its case as a party does")


def scenario(scratch):
    reading = Reading(scratch)
    for operation in reading.reads:
        path = operation.path
        if path in ROWS:
            print(f"  {path:34} {reading.one_kind(path)} objects")
        elif path in WHOLE:
            for caller in CALLERS:
                reading.holds(caller, path, caller.role != "stranger" and WHOLE[path](caller))
        elif not ELSEWHERE.match(path) and not any(collection(row) == path for row in ROWS):
            reading.wrong.append(f"{path} has no row in this scenario's table: who may read it?")
    reading.accused()
    print(f"  {reading.asked} questions by {len(CALLERS)} kinds of callers")
    check(not reading.wrong, f"{len(reading.wrong)} answers differ:\n    " + "\n    ".join(reading.wrong[:40]))
    check(reading.caveat.ask("journal", "verify"), "the journal verifies")
    reading.caveat.stop()


run(scenario, deadline=180)
