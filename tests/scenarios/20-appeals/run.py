#!/usr/bin/python3
"""Six whole cases with real mail: appeals upheld, heard in part, heard wholly, against a compliance notice, withdrawn; renewals in time and too
late; and every edge to the second. The stories share one daemon and one timeline from 2026 to 2029."""
# promise: C1
# promise: C2
# promise: C3
# promise: C4
# promise: C5
# promise: C7
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from committee import SEATS, Case, Committee, a_forum
from daemon import Caveat
from sink import Sink
from timeline import Timeline, crossing, mail

ACCUSED = ("alder", "birch", "cedar", "dogwood", "elm", "saiga")  # Saiga holds a seat
OTHERS = ("narra", "sal", "wattle")
PEOPLE = tuple(f"{team}-rep" for team in dict.fromkeys((*SEATS, *ACCUSED, *OTHERS)))
PANEL = ("wattle-rep", "banksia-rep", "kowhai-rep", "narra-rep", "sal-rep")  # the chair and two outside the committee, two of it


def forum():
    c = a_forum(*(team for team in ACCUSED if team not in SEATS), *OTHERS)
    c.list("teams").list("members").list("reps", max_tlp="AMBER").list("sec", max_tlp="RED")
    for name in ("teams", "members", "reps"):
        c.subscribe(name, *PEOPLE)
    return c.subscribe("sec", *(f"{team}-rep" for team in SEATS))


class House:
    """The committee, and the time in which it sits."""

    def __init__(self, scratch):
        self.sink = Sink(scratch)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s")
        self.time = Timeline(self.caveat, "orchid-rep", "teams", "2026-01-02T08:00:00Z")
        self.committee = Committee(self.caveat, self.time.tick)
        self.caveat.init()
        self.caveat.load(forum())

    def case(self, team):
        return Case(self.committee, team)

    def receives(self, team, what, yes=True, listname="teams"):
        equal(self.time.reaches(f"{team}-rep", listname), "sent" if yes else "withheld", f"{team} on {listname}, {what}")
        for other in (*OTHERS, "orchid", "takin"):
            equal(self.time.reaches(f"{other}-rep", listname), "sent", f"{other} on {listname}, meanwhile")

    def posts(self, team, what, yes=True, listname="teams"):
        own = self.time.send(f"{team}-rep", listname)
        equal(own is not None and own["verdict"] == "distributed", yes, f"posts of {team} on {listname}, {what}: {own}")

    def explained(self, case, notice, begins, ends, withheld=None):
        """Why the post of this station, or an earlier one, did not reach the team: case, notice, decision with its tally, interval."""
        withheld = withheld or self.time.received["teams"]["id"]
        why = self.caveat.ask("policy", "explain", "--post", withheld, "--person", f"{case.team}-rep")[0]
        denied = why.get("denied") or {}
        named = (why["state"], denied.get("case"), denied.get("notice"), denied.get("from"), denied.get("until"))
        equal(named, ("withheld", case.id, notice, begins, ends), f"{case.team}: explained")
        equal(denied["decision"], case.notice(notice)["decision"], f"{case.team}: by the decision for that notice")
        check("yes" in denied["tally"], f"with its tally: {denied}")


    def never_denied(self, case):
        """The post of this station arrived, and nothing is said of a denial."""
        why = self.caveat.ask("policy", "explain", "--post", self.time.received["teams"]["id"], "--person", f"{case.team}-rep")[0]
        equal((why["state"], why["would_receive_now"], "denied" in why), ("sent", True, False), f"{case.team}: explained")

    def told(self, story):
        """A story, and the journal's chain at its end."""
        yield from story(self)
        self.caveat.ask("journal", "verify")


def to_the_second(case, second_before, at, before, after):
    """The case as it stands in the second before an instant, and at it."""
    yield second_before
    equal(case.show()["in_force"], before, f"{case.team}, {second_before}")
    yield at
    equal(case.show()["in_force"], after, f"{case.team}, {at}")


def warned(house, case, second):
    """Both compliance notices, each served the moment it is issued."""
    case.comply_or_else()
    case.serve(1)
    case.refused("item 30", "sanction-notice", "--deny", "teams:post")
    yield second
    case.comply_or_else()
    case.serve(2)


def renewed_too_late(house):
    """Alder: thirty days from issue to the second; its renewal comes twenty days before the end, and access returns in between."""
    yield "2026-01-05T10:00:00Z"
    case = house.case("alder")
    yield from warned(house, case, "2026-01-20T10:00:00Z")
    yield "2026-03-02T09:15:00Z"
    for early in ("2026-03-20T00:00:00Z", "2026-04-01T09:14:59Z"):
        case.refused("earliest 2026-04-01T09:15:00Z", "sanction-notice", "--deny", "teams:receive,post", "--effect", early)
    case.refused("item 34", "sanction-notice", "--deny", "teams:post", "--effect", "2026-04-03T00:00:00Z", "--end", "2027-05-01T00:00:00Z")
    case.sanction("teams:receive,post")
    yield "2026-03-03T11:00:00Z"
    case.serve(3)
    equal(case.denied(), [("teams", "receive,post", "2026-04-03T00:00:00Z", "2027-04-03T00:00:00Z", 3)], "after the appeal window, 12 months")

    yield mail("2026-03-25T08:00:00Z")
    house.receives("alder", "noticed, not in force")
    house.posts("alder", "noticed, not in force")

    yield "2026-04-03T00:00:00Z"
    case.refused("item 37", "appeal", 3, "a second too late")
    case.stands("effective", "the window is closed", in_force=True)
    yield mail("2026-04-03T08:00:00Z")
    house.receives("alder", "in force", False)
    house.posts("alder", "in force", False)
    house.receives("alder", "another list", listname="members")
    house.explained(case, 3, "2026-04-03T00:00:00Z", "2027-04-03T00:00:00Z")
    withheld = house.time.received["teams"]["id"]

    yield "2027-03-14T12:00:00Z"
    case.refused("earliest 2027-04-13T12:00:00Z", "renew", *case.sanction_words("teams:receive,post", effect="2027-04-13T11:59:59Z"))
    case.sanction("teams:receive,post", act="renew")
    yield "2027-03-14T13:00:00Z"
    case.serve(4)
    house.explained(case, 3, "2026-04-03T00:00:00Z", "2027-04-03T00:00:00Z", withheld)
    yield crossing("2027-04-03T00:00:00Z")
    house.time.across("alder-rep", "2027-04-03T00:00:00Z", "withheld", "sent")
    house.posts("alder", "between the two")

    yield from to_the_second(case, "2027-04-13T12:59:59Z", "2027-04-13T13:00:00Z", False, True)
    yield mail("2027-04-13T13:00:00Z")
    house.receives("alder", "thirty days after the service of the renewal", False)
    house.explained(case, 4, "2027-04-13T13:00:00Z", "2028-04-13T13:00:00Z")
    yield from to_the_second(case, "2028-04-13T12:59:59Z", "2028-04-13T13:00:00Z", True, False)
    case.refused("afterwards it is a new case", "renew", "--deny", "teams:post")
    check(house.case("alder").id != case.id, "and a new case may be opened")


def room(house, case):
    """Item 38: the panel has a list with exactly its five, and nobody else enters it by any door."""
    caveat, name = house.caveat, f"panel-{case.id.lower()}"
    roster = lambda: sorted(s["person"] for s in caveat.ask("subscription", "list", name))
    equal(roster(), sorted(PANEL), "exactly the five")
    for door in (("subscription", "add", name, "kikyo-rep"), ("subscription", "remove", name, PANEL[1], "--yes"), ("list", "remove", name, "--yes"),
                 ("list", "change", name, "--encryption", "none"), ("term", "begin", "owner", "orchid-rep", "--list", name)):
        said = caveat.call(*door, expect=1).err
        check("ruling (l)" in said and "Appeal Panel" in said, f"{' '.join(door)}: {said}")
    equal(roster(), sorted(PANEL), "still")


def upheld(house):
    """Birch, from everything: the appeal stops the effect, the ruling lets it begin, and it ends by itself with a leap day in between."""
    yield "2027-01-04T10:00:00Z"
    case = house.case("birch")
    yield from warned(house, case, "2027-01-20T10:00:00Z")
    yield "2027-02-15T10:00:00Z"
    case.refused("ruling (i)", "sanction-notice", "--deny", "reps:receive")
    case.sanction("*:receive,post,archive")
    yield "2027-02-16T10:00:00Z"
    case.serve(3)
    yield "2027-03-10T10:00:00Z"
    case.appeal(3)
    case.refused("item 39", "appeal", 3, "once more")
    case.refused("item 38", "rule", 3, PANEL[0], "upheld")
    case.refused("ruling (g)", "sanction-notice", "--deny", "teams:post")
    equal(case.denied(), [], "while the panel has not decided, nothing will be denied")
    yield "2027-03-15T10:00:00Z"
    case.act("panel", *case.panel_words(3, *PANEL))
    room(house, case)
    case.rule(3, PANEL[0], "upheld")
    case.rule(3, PANEL[1], "upheld")
    yield "2027-03-20T00:00:00Z"
    case.stands("sanction_noticed", "the appeal window is over, the panel is not")

    yield "2027-04-03T00:00:00Z"
    case.rule(3, PANEL[4], "upheld")
    case.refused("item 39", "rule", 3, PANEL[2], "suspended")
    equal(case.denied(), [("*", "receive,post,archive", "2027-04-03T00:00:00Z", "2028-04-03T00:00:00Z", 3)], "from the ruling on")
    yield crossing("2027-04-03T00:00:00Z")
    house.time.across("birch-rep", "2027-04-03T00:00:00Z", "sent", "withheld")

    yield mail("2027-04-13T13:00:00Z")
    house.receives("birch", "in force", False)
    house.receives("birch", "in force", False, listname="members")
    house.posts("birch", "in force", False)
    house.explained(case, 3, "2027-04-03T00:00:00Z", "2028-04-03T00:00:00Z")
    stays(house, case)

    yield crossing("2028-04-03T00:00:00Z")
    house.time.across("birch-rep", "2028-04-03T00:00:00Z", "withheld", "sent")
    house.posts("birch", "over")
    case.stands("expired", "over by itself")


def stays(house, case):
    """C4: what no sanction takes away."""
    house.receives("birch", "the governance channel", listname="reps")
    house.posts("birch", "the governance channel", listname="reps")
    house.posts("birch", "to the Secretariat", listname="sec")
    caveat = house.caveat
    letters = len(caveat.ask("case", "letters", case.id))
    caveat.ask("case", "mail", case.id, "3")
    until(caveat.once_written(lambda: [l["state"] for l in caveat.ask("case", "letters", case.id)] == ["sent"] * (letters + 1)), 20, "the case's own mail arrives")
    team = [t for t in caveat.ask("team", "list") if t["id"] == "birch"][0]
    equal(team["category"], "operational", "membership is untouched")
    ballot = caveat.ask("decision", "propose", "framework", "numbers", "--rule", "majority", "--question", "Raise the number of seats?")[0]
    check("birch" in ballot["electorate"], f"the vote stays: {ballot['electorate']}")
    voted = caveat.ask("decision", "vote", ballot["id"], "birch", "yes")[0]
    equal([v["team"] for v in voted["votes"]], ["birch"], "and counts")


def suspended_in_part(house):
    """Cedar: the panel takes away two of three denials; only the third ever bites."""
    yield "2027-01-04T11:00:00Z"
    case = house.case("cedar")
    yield from warned(house, case, "2027-01-20T11:00:00Z")
    yield "2027-02-15T11:00:00Z"
    case.sanction("teams:receive,post", "members:receive", effect="2027-04-03T00:00:00Z", length="6mo")
    case.serve(3)
    yield "2027-03-10T11:00:00Z"
    case.appeal(3)
    case.act("panel", *case.panel_words(3, *PANEL))
    for whole in (("teams:receive,post", "members:receive"), ("reps:receive",), ()):
        case.refused("item 39", "rule", 3, PANEL[0], "partially_suspended", *(word for row in whole for word in ("--suspend", row)))
    yield "2027-03-25T11:00:00Z"
    case.rule(3, PANEL[0], "suspended")
    for panelist in PANEL[1:4]:
        case.rule(3, panelist, "partially_suspended", "teams:post", "members:receive")
    equal(case.denied(), [("teams", "receive", "2027-04-03T00:00:00Z", "2027-10-03T00:00:00Z", 3)], "what is left of it")
    case.refused("item 39", "appeal", 3, "the rest, too")

    yield crossing("2027-04-03T00:00:00Z")
    house.time.across("cedar-rep", "2027-04-03T00:00:00Z", "sent", "withheld")
    yield mail("2027-04-13T13:00:00Z")
    house.posts("cedar", "suspended by the panel")
    house.receives("cedar", "suspended by the panel", listname="members")
    house.receives("cedar", "left by the panel", False)
    house.explained(case, 3, "2027-04-03T00:00:00Z", "2027-10-03T00:00:00Z")
    case.refused("ruling (h)", "lift", "--only", "teams:post")
    yield from to_the_second(case, "2027-10-02T23:59:59Z", "2027-10-03T00:00:00Z", True, False)
    yield crossing("2028-04-03T00:00:00Z")
    house.time.across("cedar-rep", "2028-04-03T00:00:00Z", "sent", "sent")


def suspended_wholly(house):
    """Dogwood appeals in the last second of the window, before a panel that had to be seated five times; nothing ever bites."""
    yield "2026-01-05T12:00:00Z"
    case = house.case("dogwood")
    yield from warned(house, case, "2026-01-20T12:00:00Z")
    yield "2026-03-02T09:15:00Z"
    case.sanction("*:receive,post")
    yield "2026-03-03T11:00:00Z"
    case.serve(3)
    yield "2026-04-02T23:59:59Z"
    case.appeal(3)
    yield mail("2026-04-03T08:00:00Z")
    house.receives("dogwood", "under appeal")
    house.never_denied(case)
    house.posts("dogwood", "under appeal")

    yield "2026-04-20T10:00:00Z"
    for why, unlawful in (("3 of the SC", ("wattle-rep", "banksia-rep", "kowhai-rep", "mugung-rep", "sal-rep")),
                          ("orchid-rep", ("orchid-rep", "banksia-rep", "kowhai-rep", "narra-rep", "sal-rep")),
                          ("appellant", ("wattle-rep", "banksia-rep", "kowhai-rep", "dogwood-rep", "sal-rep")),
                          ("sits twice", ("wattle-rep", "banksia-rep", "kowhai-rep", "wattle-rep", "sal-rep")),
                          ("needs 2 and 2", ("wattle-rep", "banksia-rep", "kowhai-rep", "sal-rep"))):
        case.refused("item 38", "panel", *case.panel_words(3, *unlawful))
        case.refused(why, "panel", *case.panel_words(3, *unlawful))
    case.act("panel", *case.panel_words(3, *PANEL))
    case.refused("item 38", "rule", 3, "takin-rep", "upheld")
    case.rule(3, PANEL[0], "suspended")
    case.rule(3, PANEL[1], "upheld")
    case.rule(3, PANEL[2], "upheld")
    case.rule(3, PANEL[3], "suspended")
    case.stands("sanction_noticed", "two against two")
    case.rule(3, PANEL[4], "suspended")
    case.stands("suspended", "three of five")
    equal((case.denied(), case.notice(3)["fallen"]), ([], True), "nothing follows from it any more")
    for act in ("sanction-notice", "renew"):
        case.refused("item 41" if act == "sanction-notice" else "ruling (c)", act, "--deny", "teams:post")
    yield crossing("2027-04-03T00:00:00Z")
    house.time.across("dogwood-rep", "2027-04-03T00:00:00Z", "sent", "sent")
    case.act("close", "--reason", "the panel's result")
    case.stands("closed", "what is left is to close it")


def notice_suspended(house):
    """Elm: the panel suspends the second compliance notice; the sanction notice built on it falls, and the case is where it was before."""
    yield "2026-01-05T13:00:00Z"
    case = house.case("elm")
    yield from warned(house, case, "2026-01-20T13:00:00Z")
    yield "2026-02-10T13:00:00Z"
    case.sanction("teams:receive,post")
    case.serve(3)
    yield "2026-02-19T13:00:00Z"
    case.appeal(2)
    case.act("panel", *case.panel_words(2, *PANEL))
    case.refused("item 39", "rule", 2, PANEL[0], "partially_suspended", "--suspend", "teams:post")
    yield "2026-03-10T13:00:00Z"
    case.appeal(3)
    for panelist in PANEL[:3]:
        case.rule(2, panelist, "suspended")
    case.stands("first_notice", "where it was before the second notice")
    equal([n["fallen"] for n in case.show()["notices"]], [False, True, True], "the sanction notice fell with what it was built on")
    equal((case.denied(), case.show()["appeals"][1]["ended"]), ([], "2026-03-10T13:00:00Z"), "its appeal has nothing left to decide")
    case.refused("second notice", "sanction-notice", "--deny", "teams:post")
    case.refused("item 39", "rule", 3, PANEL[0], "upheld")

    yield mail("2026-04-03T08:00:00Z")
    house.receives("elm", "the sanction notice has fallen")
    house.never_denied(case)
    house.posts("elm", "the sanction notice has fallen")
    yield "2026-04-10T13:00:00Z"
    case.comply_or_else()
    case.stands("second_notice", "another second notice")
    case.serve(4)
    yield "2026-04-20T13:00:00Z"
    case.act("find", "complied", "--evidence", "sha256:4711")
    case.stands("closed", "Elm complied")
    case.refused("closed", "sanction-notice", "--deny", "teams:post")


def renewed_in_time(house):
    """Saiga, which holds a seat of the committee: an appeal withdrawn counts as upheld, and a renewal thirty days ahead leaves no gap."""
    yield "2027-01-04T14:00:00Z"
    case = house.case("saiga")
    opening = house.caveat.ask("decision", "list")[-1]
    equal((opening["recused"], opening["tally"]["recused"]), (["saiga"], 1), "the seat of the accused took no part in opening its case")
    ballot = house.committee.propose("case.notice", case.id, without="saiga")
    house.committee.refused("recused", "decision", "vote", ballot, "saiga", "no")
    yield from warned(house, case, "2027-01-20T14:00:00Z")
    yield "2027-02-15T14:00:00Z"
    case.sanction("teams:receive,post", effect="2027-04-03T00:00:00Z")
    case.serve(3)
    yield "2027-03-10T14:00:00Z"
    case.appeal(3)
    case.refused("appellant", "panel", *case.panel_words(3, "wattle-rep", "saiga-rep", "kowhai-rep", "narra-rep", "sal-rep"))
    yield "2027-03-20T14:00:00Z"
    case.act("withdraw", 3)
    case.refused("item 39", "appeal", 3, "after all")
    equal(case.denied(), [("teams", "receive,post", "2027-04-03T00:00:00Z", "2028-04-03T00:00:00Z", 3)], "a withdrawal counts as upheld")

    yield crossing("2027-04-03T00:00:00Z")
    house.time.across("saiga-rep", "2027-04-03T00:00:00Z", "sent", "withheld")
    yield "2028-03-04T00:00:00Z"
    case.refused("ruling (c)", "renew", *case.sanction_words("teams:receive,post", effect="2028-04-02T23:59:59Z"))
    case.sanction("teams:receive,post", act="renew")
    case.serve(4)
    yield "2028-03-04T00:05:00Z"  # what is voted on from now on is about the renewal
    case.refused("ruling (c)", "renew", "--deny", "teams:post")
    yield "2028-03-20T14:00:00Z"
    case.appeal(4)
    case.refused("notice 4 was issued", "panel", *case.panel_words(4, *PANEL))  # by the vote on a panel for the appeal against 3
    del case.unused["case.panel"]
    case.act("panel", *case.panel_words(4, *PANEL))
    for panelist in PANEL[:3]:
        case.rule(4, panelist, "upheld")
    equal(case.denied(), [("teams", "receive,post", "2027-04-03T00:00:00Z", "2028-04-03T00:00:00Z", 3),
                          ("teams", "receive,post", "2028-04-03T00:00:00Z", "2029-04-03T00:00:00Z", 4)], "one after the other, without a gap")

    yield crossing("2028-04-03T00:00:00Z")
    house.time.across("saiga-rep", "2028-04-03T00:00:00Z", "withheld", "withheld")
    case.stands("renewed", "by the renewal", in_force=True)
    yield mail("2028-04-03T08:00:00Z")
    house.receives("saiga", "renewed", False)
    house.explained(case, 4, "2028-04-03T00:00:00Z", "2029-04-03T00:00:00Z")
    yield from to_the_second(case, "2029-04-02T23:59:59Z", "2029-04-03T00:00:00Z", True, False)
    case.stands("expired", "the renewal, too, ends by itself")


def scenario(scratch):
    house = House(scratch)
    house.time.live(*map(house.told, (renewed_too_late, upheld, suspended_in_part, suspended_wholly, notice_suspended, renewed_in_time)))
    entries = house.caveat.ask("journal", "verify")[0]["entries"]
    check(entries > 300, f"the journal holds, every vote and act an entry: {entries}")
    house.caveat.stop()


run(scenario, deadline=300)
