#!/usr/bin/env python3
"""How a team comes in, and how it goes: a member from its form to its first post, a partner that waits for its MoU, a ballot that is not
unanimous, a status that only the General Meeting takes away.

Items 17-25 and 54: what is missing is named before the ballot, the committee decides by its own rules, and the register changes in the act
that records it. Every step out of order is refused with the rule in its words and leaves no trace.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import vouched
from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from keyring import Keyring
from mailtools import letter, post
from sink import Sink

SEATS = ("banksia", "hibiscus", "kowhai", "mugung", "orchid", "saiga", "takin")
MEMBERS = SEATS + ("camphor", "narra", "sal")
PEOPLE = tuple(f"{team}-rep" for team in MEMBERS)

FORM = """[application]
team = "{team}"
category = "{category}"
[form]
official_name = "{team} Computer Emergency Response Team"
short_name = "{team}-CERT"
hosts = "Ministry of Weather"
economy = "NZ"
established = "2019"
funding = "government"
constituency = "the economy"
mission = "{mission}"
activity = ["incident_response", "coordination"]
reason = "not_yet_eligible"
site_visit = {visit}
[[contact]]
id = "{team}-rep"
name = "Ngaio"
address = "rep@{team}.example"
representative = true
"""


def forum():
    c = Community()
    for team in MEMBERS:
        c.team(team).person(f"{team}-rep", representative=True)
    c.team("quokka", category="liaison").person("quokka-rep", representative=True)
    for team in SEATS:
        c.term("sc", f"{team}-rep")
    return c.list("teams").subscribe("teams", *PEOPLE, "quokka-rep")


class Forum:
    def __init__(self, scratch):
        self.sink = Sink(scratch)
        self.caveat = Caveat(scratch, self.sink.port, first_retry="2s", relay_more='[openpgp]\nhome = "gnupg"')
        self.keyring = Keyring(scratch)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        # GnuPG is the daemon's: the command line would set it up for each command.
        with open(self.caveat.config, encoding="utf-8") as whole:
            text = whole.read()
        self.with_gnupg, self.caveat.config = self.caveat.config, self.file("plain.toml", text.replace('[openpgp]\nhome = "gnupg"', ""))
        self.posts = 0

    def file(self, name, text):
        path = os.path.join(self.caveat.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def form(self, team, category, mission="coordination", visit="true"):
        return self.file(f"{team}.toml", FORM.format(team=team, category=category, mission=mission, visit=visit))

    def application(self, *arguments):
        return self.caveat.ask("application", *arguments)[0]

    def team(self, id):
        return self.caveat.ask("team", "show", id)[0]

    def human(self, *arguments):
        caveat = self.caveat
        done = subprocess.run([caveat.binary, "--config", caveat.config, *arguments], capture_output=True, text=True, env=caveat.environment,
                              cwd=caveat.folder, timeout=60)
        equal(done.returncode, 0, f"caveat {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    # ---- the committee ----

    def vote(self, decision, choices):
        for choice in dict.fromkeys(choice for _, choice in choices):
            self.caveat.call("decision", "vote", decision, ",".join(team for team, own in choices if own == choice), choice)
        return self.caveat.ask("decision", "close", decision)[0]

    def decide(self, kind, subject, yes=7, rest="no", rule=()):
        """A ballot of the seven seats, closed when every vote is in."""
        decision = self.caveat.ask("decision", "propose", kind, subject, "--question", "Shall we?", *rule)[0]["id"]
        closed = self.vote(decision, [(team, "yes" if n < yes else rest) for n, team in enumerate(SEATS)])
        return decision, closed["verdict"]

    def general_meeting(self, kind, subject):
        now = self.caveat.ask("decision", "show", self.decide("other", "the date", rule=("--rule", "approval"))[0])[0]["closed"]
        motion = self.caveat.ask("decision", "propose", kind, subject, "--question", "Shall we?", "--rule", "two_thirds", "--meeting", now)[0]["id"]
        self.caveat.call("decision", "attend", motion, *MEMBERS)
        equal(self.vote(motion, [(team, "yes") for team in MEMBERS])["verdict"], "passed", "the motion passes")
        return motion

    # ---- nothing changed ----

    def refused(self, rule, *arguments, status=1):
        vouched.refused(self.caveat, rule, *arguments, status=status)

    def no_ballot(self, rule, team):
        self.refused(rule, "decision", "propose", "admission", team, "--question", "Admit?")

    # ---- mail ----

    def post(self):
        sender = address("orchid-rep")
        replies = post(self.caveat.lmtp, sender, f"teams@{DOMAIN}", letter(sender, f"teams@{DOMAIN}"))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        self.posts += 1
        return self.caveat.settled(self.caveat.judged(self.posts)[-1])


def member(f):
    """Item 17: one sponsor with its report, consent to a visit, every seat; then the representative reads along."""
    f.refused("unknown key", "application", "submit", f.file("odd.toml", FORM.replace("mission =", "vision =").format(
        team="nimbus", category="operational", mission="m", visit="true")), status=2)
    f.refused("not open to applications", "application", "submit", f.form("nimbus", "king"), status=2)
    draft = f.application("submit", f.form("nimbus", "operational", mission="", visit="false"))
    id = draft["id"]
    equal((draft["phase"], draft["missing"][0]), ("draft", "item 21: mission of the form"), "a form that lacks something")
    f.refused("item 23", "application", "submit", f.form("nimbus", "operational"))
    f.refused("item 21", "application", "sponsor", id, "takin")
    f.refused("item 23", "application", "amend", id, f.form("nimbus", "liaison"))
    f.application("amend", id, f.form("nimbus", "operational", visit="false"))

    report = f.file("report.pdf", "they are good people")
    f.refused("item 19", "application", "sponsor", id, "quokka")
    f.refused("item 19", "application", "sponsor", id, "nimbus")
    f.application("sponsor", id, "takin")
    f.no_ballot("item 19: the Sponsor Report of takin", "nimbus")
    f.refused("item 19", "application", "document", id, "report", "--sponsor", "sal", "--file", report)
    f.application("document", id, "report", "--sponsor", "takin", "--file", report)
    f.no_ballot("item 20: the document 'form'", "nimbus")
    f.refused("not its hash alone", "application", "document", id, "form", "--hash", "sha256:4711", "--reference", "folder 7")
    f.refused("524288 is the most", "application", "document", id, "form", "--file", f.file("long.txt", "x" * 524_289), status=None)
    form = f.form("nimbus", "operational")
    f.application("document", id, "form", "--file", form)
    kept = f.application("document", id, "checklist", "--file", f.file("list.txt", "all ticked"), "--reference", "folder 7")["documents"]
    equal(f.human("application", "read", id, kept[1]["hash"]), "all ticked", "a document is read as it was handed in")
    equal(open(form, encoding="utf-8").read(), f.human("application", "read", id, kept[0]["hash"]), "and so is the form")
    f.refused("has no document", "application", "read", id, "sha256:4711", status=None)
    signature_of_the_form(f, id, form)
    f.refused("item 17", "application", "visit", id, "kowhai")
    f.no_ballot("consent to a site visit", "nimbus")
    f.application("amend", id, f.form("nimbus", "operational"))
    f.no_ballot("item 17: a member that visits the site", "nimbus")
    equal(f.application("visit", id, "kowhai")["phase"], "site_visit_agreed", "a member visits")

    f.refused("51 and 52", "decision", "propose", "admission", "nimbus", "--question", "Admit?", "--rule", "approval")
    clearance, _ = f.decide("clearance", "nimbus", yes=4)
    f.refused("item 54", "application", "decide", id, "--decision", clearance)
    f.refused("item 54", "application", "decide", id)
    six, verdict = f.decide("admission", "nimbus", yes=6, rest="abstain")
    equal(verdict, "failed", "six yes and one abstention of seven")
    f.refused("all 7 filled seats", "application", "decide", id, "--decision", six)
    equal((f.application("show", id)["phase"], f.team("nimbus")["category"]), ("sc_ballot", "applicant"), "not admitted")
    f.refused("item 17", "application", "sponsor", id, "sal")

    f.refused("has category = operational, not liaison", "decision", "propose", "admission", id, "--question", "?", "--set", "category=liaison")
    seven, verdict = f.decide("admission", id)
    equal(f.caveat.ask("decision", "show", seven)[0]["set"], {"application": id, "category": "operational", "subtype": "", "economy": "NZ"}, "what it binds")
    equal(verdict, "passed", "every seat")
    f.refused("it admits", "application", "decide", id, "--decline", "--decision", seven)
    admitted = f.application("decide", id, "--decision", seven)
    equal((admitted["phase"], f.team("nimbus")["category"]), ("admitted", "operational"), "admitted")
    equal(f.team("nimbus")["constituency"], "the economy", "whom it serves (item 59)")
    equal([m["team"] for m in admitted["mentors"]], ["takin"], "the sponsor mentors")
    check(admitted["mentors"][0]["until"][:4] == str(int(admitted["admitted"][:4]) + 1), f"for a year: {admitted['mentors']}")
    f.refused("used already", "application", "decide", id, "--decision", seven)
    f.refused("item 17", "application", "withdraw", id)
    f.caveat.call("subscription", "add", "teams", "nimbus-rep")
    equal([(on["person"], on["delivery"]) for on in f.caveat.ask("subscription", "show", "teams", "nimbus-rep")], [("nimbus-rep", "each")], "on it")
    f.refused("nosuch is not on teams", "subscription", "show", "teams", "nosuch", status=2)
    equal(states(f.post())["nimbus-rep"], "sent", "the new member's representative gets the next post")
    told = f.human("application", "show", id)
    for words in ("happened:", "now: admitted on", "takin sponsors", f"by decision {seven}", "mentors:", "next:", "by the General Meeting"):
        check(words in told, f"the timeline says '{words}':\n{told}")


def signature_of_the_form(f, id, form):
    """Item 21: verified with the key that was handed in, which must be the representative's."""
    def handed_in(kind, file):
        """The daemon looks, beside whoever hands it in."""
        f.application("document", id, kind, "--file", file)
        return until(signature, 15, f"{file} is looked at")

    def signature():
        return [document["signature"] for document in f.application("show", id)["documents"] if document["kind"] == "form"][-1]

    key = f.file("key.asc", f.keyring.small_key("rep@nimbus.example"))
    with open(form, "rb") as text:
        signed = f.keyring.gpg("--clearsign", given=text.read()).decode()
    f.application("document", id, "form", "--file", f.file("form.asc", signed))
    equal(signature(), None, "without a key nobody can say")
    foreign = f.file("foreign.asc", Keyring(f.sink.scratch, "foreign").small_key("somebody@else.example"))
    equal(handed_in("key", foreign), "not verified: the key that was handed in: none of its user ids has an address that is on record", "a key")
    valid = handed_in("key", key)
    check(valid.startswith(f"valid: all of it was signed with {f.keyring.fingerprint('rep@nimbus.example')} on "), valid)
    check(handed_in("form", f.file("changed.asc", signed.replace("NZ", "AU"))).startswith("not valid: it is not good, or not of the key"), "changed")
    equal(handed_in("form", form), "there is none", "and one that is not signed")
    f.caveat.config, plain = f.with_gnupg, f.caveat.config
    f.application("document", id, "form", "--file", f.file("form.asc", signed))
    equal(signature(), valid, "the last one counts, and the command line looks by itself")
    f.caveat.config = plain
    check("the signature of the form, sha256:" in f.human("application", "show", id), "and its timeline says so")


def partner(f):
    """Item 18: three distinct sponsors, every seat, and nothing before the MoU."""
    id = f.application("submit", f.form("cirrus", "liaison", visit="false"))["id"]
    paper = ("--file", f.file("paper.txt", "signed"))
    f.application("document", id, "form", *paper)
    report = ("--file", f.file("report.txt", "good people"), "--reference", "folder 8")
    f.application("sponsor", id, "takin", *report)
    f.application("sponsor", id, "narra", *report)
    f.refused("2/3", "application", "sponsor", id, "takin", *report)
    f.no_ballot("item 18: sponsors 2/3", "cirrus")
    f.refused("item 18", "application", "mou", id, "--signed", "2026-01-01", *paper)
    f.application("sponsor", id, "sal", *report)
    decision, _ = f.decide("admission", "cirrus")
    pending = f.application("decide", id, "--decision", decision)
    equal((pending["phase"], f.team("cirrus")["mou"]), ("approved_pending_mou", None), "approved, no MoU")
    f.caveat.call("subscription", "add", "teams", "cirrus-rep")
    shown = f.post()
    equal((states(shown)["cirrus-rep"], reasons(shown)["cirrus-rep"]), ("withheld", "no_mou"), "nothing before the MoU")
    f.refused("item 18", "application", "mou", id, "--signed", "2099-01-01", *paper)
    f.refused("item 18", "application", "mou", id, "--signed", "2001-01-01", *paper)
    f.refused("the document 'handling_policy'", "application", "mou", id, "--signed", pending["admitted"], *paper)
    f.application("document", id, "handling_policy", "--file", f.file("accepted.txt", "we accept version 3"))
    f.refused("the MoU of a team (item 18)", "team", "change", "cirrus", "--mou", pending["admitted"])
    f.refused("hash", "application", "mou", id, "--signed", pending["admitted"], status=2)
    equal(f.application("mou", id, "--signed", pending["admitted"], *paper)["phase"], "admitted", "signed")
    equal(states(f.post())["cirrus-rep"], "sent", "and the next post arrives")


def void_sponsor(f):
    """Item 19: who ceases to be a member before the ballot no longer sponsors."""
    id = f.application("submit", f.form("stratus", "operational"))["id"]
    paper = ("--file", f.file("paper.txt", "signed"))
    f.application("document", id, "form", *paper)
    f.application("sponsor", id, "narra", *paper)
    f.application("visit", id, "kowhai")
    revoke(f, "narra")
    equal(f.application("show", id)["lapsed"], ["narra is not an Operational Member any more"], "the sponsorship is void")
    f.no_ballot("item 17: sponsors 0/1", "stratus")
    f.application("withdraw", id, "--reason", "budget")
    f.refused("item 17", "application", "withdraw", id)


def revoke(f, team):
    """Item 25: a membership by the General Meeting, a partnership by the committee under its MoU; the secretariat decides neither."""
    act = ("application", "revoke", team, "--reason", "does not meet the criteria")
    f.refused("item 54", *act)
    f.refused("two_thirds", "decision", "propose", "revocation", team, "--rule", "approval", "--question", "Revoke?")
    f.refused("revocation", *act, "--decision", f.decide("clearance", team)[0])
    equal(states(f.post())[f"{team}-rep"], "sent", "still a member")
    motion = f.general_meeting("revocation", team)
    f.refused("item 54", "application", "revoke", "sal", "--reason", "the wrong one", "--decision", motion)
    equal(f.caveat.ask(*act, "--decision", motion)[0]["category"], "former", "revoked")
    check(f"{team}-rep" not in states(f.post()), "and off the list at once")
    f.refused("used already", *act, "--decision", motion)


def partnership_ends(f):
    decision, _ = f.decide("revocation", "cirrus", yes=4, rule=("--rule", "approval"))
    f.refused("clause", "application", "revoke", "cirrus", "--reason", "moved", "--decision", decision)
    f.caveat.ask("application", "revoke", "cirrus", "--reason", "moved", "--clause", "4.2", "--decision", decision)
    equal(f.team("cirrus")["category"], "former", "the partnership has ended")
    check("cirrus-rep" not in states(f.post()), "and its mail with it")
    equal([a["phase"] for a in f.caveat.ask("application", "list")], ["admitted", "revoked", "withdrawn"], "all that there were")


def names_nobody(f):
    """A list or a team that is not there is an error, not an empty answer; one that was there and has nothing is empty."""
    for noun in ("application", "case", "review", "duty", "declaration", "acceptance", "contact"):
        answer = f.caveat.call(noun, "list", "--team", "nosuch", expect=2)
        check("there is no team nosuch; `caveat team list`" in answer.err, f"{noun}: {answer.err}")
    for words in (("subscription", "list", "nosuch"), ("subscription", "show", "nosuch", "sal-rep"),
                  ("posts", "--list", "nosuch"), ("archive", "list", "--as", "sal-rep", "--list", "nosuch")):
        answer = f.caveat.call(*words, expect=2)
        check("there is no list nosuch; `caveat list list`" in answer.err, f"{words}: {answer.err}")
    found = f.caveat.call("contact", "find", "AQ", expect=2)  # as without --json, and the facts all the same
    equal((found.objects()[0]["contacts"], "has no primary contact" in found.err), ([], True), f"nobody to write to: {found.out}")
    for words in (("case", "list", "--team", "sal"), ("review", "list", "--team", "sal"), ("duty", "list", "--team", "sal")):
        equal(f.caveat.ask(*words), [], " ".join(words))
    equal([a["phase"] for a in f.caveat.ask("application", "list", "--team", "cirrus")], ["revoked"], "what was is there")
    asked = f.caveat.ask("decision", "propose", "other", "text", "--question", "Shall we?", "--rule", "approval")[0]
    waits = {line["about"]: line for line in f.caveat.ask("waiting", "--as", "orchid-rep")}
    equal((waits[asked["id"]]["what"], waits[asked["id"]]["yours"]), ("your vote: Shall we?", True), "what waits for a seat")
    check(waits[asked["id"]]["until"].startswith(asked["closes"][:19]), f"and until when: {waits}")
    equal([line["yours"] for line in f.caveat.ask("waiting") if line["about"] == asked["id"]], [False], "and of the operator it is an open ballot")


def scenario(scratch):
    f = Forum(scratch)
    member(f)
    partner(f)
    void_sponsor(f)
    partnership_ends(f)
    names_nobody(f)
    check(f.caveat.ask("journal", "verify")[0]["entries"] > 100, "the journal holds")
    f.caveat.stop()


run(scenario, deadline=300)
