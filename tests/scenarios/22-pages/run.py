#!/usr/bin/python3
"""The pages in a real browser: signing in by a mailed link, the second factor, and each page that each role's menu shows, with one page deeper:
no error, nothing from elsewhere, labels on every input, readable on a phone and in the dark. A person and a
subscription, ballots, a case and its first notice are made by clicking. Pictures stay in build/screenshots."""
# promise: H1
# promise: H5
# promise: A1
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from browser import Browser
from check import check, equal, run
from committee import SEATS, a_forum
from community import address
from console import ALL_SCOPES, Console
from mailtools import letter, post
from sink import Sink

PHONE, DESK = 390, 1200


def forum():
    c = a_forum("camphor", "narra")
    c.person("osprey-sec", team="orchid", addresses=["sec@osprey.example"]).term("secretariat", "osprey-sec")
    c.person("osprey-aud", team="orchid", addresses=["aud@osprey.example"]).term("auditor", "osprey-aud")
    c.person("osprey-own", team="orchid", addresses=["own@osprey.example"]).term("owner", "osprey-own", list="teams")
    c.list("teams").list("members").list("reps", max_tlp="AMBER")
    people = [f"{team}-rep" for team in SEATS + ("camphor", "narra")]
    return c.subscribe("teams", *people).subscribe("members", *people)


class Walk:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Console(scratch, self.sink.port)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.browser = Browser(scratch, f"http://127.0.0.1:{self.caveat.port}")
        self.seen = {}

    def sign_in(self, who, role, **more):
        self.browser.sign_in(who, self.sink.letters, **more)
        self.role = role

    def look(self, path):
        """One page, on a desk and on a telephone."""
        b = self.browser
        status = b.goto(path)
        if status != 200:
            return status
        name = re.sub(r"[^a-z0-9]+", "-", path.split("?")[0].strip("/").lower())[:40] or "home"
        for width, suffix in ((DESK, ""), (PHONE, "-phone")):
            b.do("look", width=width)
            b.sound(f"{self.role} {path} at {width}")
            b.shot(f"{self.role}-{name}{suffix}")
        b.do("look", width=DESK)
        return status

    def everything(self, deeper=2):
        """All that the menu offers, and some of what each page leads to."""
        b = self.browser
        equal(self.look("/"), 200, "the overview")
        menu = list(dict.fromkeys(b.do("hrefs", at="nav a") + b.do("hrefs", at=".who a")))
        for path in menu:
            equal(self.look(path), 200, f"{self.role}: {path} of the menu")
            found = [h for h in b.do("hrefs", at="main a") if h and h.startswith("/") and h not in menu and not h.startswith("/sign")]
            for link in list(dict.fromkeys(found))[:deeper]:
                equal(self.look(link), 200, f"{self.role}: {link}, to which {path} leads")
        b.goto("/")
        b.do("look", scheme="dark")
        b.sound("the overview in the dark")
        b.shot(f"{self.role}-home-dark")
        for path in menu[1:3]:
            b.goto(path)
            b.shot(f"{self.role}-{path.strip('/')}-dark")
        b.do("look", scheme="light")
        self.seen[self.role] = menu
        return menu


def strangers(walk):
    b = walk.browser
    b.do("person")
    for path in ("/", "/teams", "/teams/orchid", "/teams/no-such", "/nonsense"):
        b.goto(path)
        check("/sign-in" in b.do("where"), f"{path} leads a stranger to the sign-in")
    b.shot("sign-in")
    before = walk.sink.stat()["recipients"]
    b.fill(address="nobody@nowhere.example")
    equal(b.press("Mail me a link"), 200, "an unknown address hears the same")
    b.shot("link-sent")
    walk.sink.quiet()
    equal(walk.sink.stat()["recipients"], before, "and nothing is mailed")


def tokens(walk):
    """Made by clicking, shown once, used by a program, revoked by clicking."""
    b = walk.browser
    b.goto("/tokens")
    b.fill(name="made by hand <b>")
    b.do("tick", at='input[value="people:read"]')
    equal(b.press("Make it"), 200, "a token is made")
    b.sound("the page after a token was made")
    b.shot("token-made")
    secret = b.text("#secret").strip()
    equal(walk.caveat.client(secret).get("/v1/teams").status, 404, "what was not ticked is not there")
    b.follow("Back to the tokens")
    text = b.text()
    check("made by hand <b>" in text and secret not in text, "it is listed, without its secret")
    b.press("Revoke")
    check("revoked" in b.text(), f"and revoked: {b.text()}")


def community(walk):
    """A team, a person, a list and a subscription, made by clicking as the secretariat."""
    b = walk.browser
    b.goto("/people")
    b.fill(id="camphor-new", name="Nia New", team="camphor")
    b.do("fill", at="#address", text="new@camphor.example")
    equal(b.press("Add"), 200, "a person is added")
    check("camphor-new" in b.text(), "and is among the people")
    b.goto("/lists/teams")
    b.do("fill", at='form[action="/act/addSubscription"] [name="person"]', text="camphor-new")
    equal(b.press("Put on"), 200, "put on the roster")
    check("camphor-new" in b.text(), "and is on it")
    b.shot("secretariat-list-subscribed")


def ballot(walk, kind, subject):
    """Proposed and voted by clicking as the seat of orchid; the other seats vote over the API; closed by clicking."""
    b = walk.browser
    b.goto("/decisions")
    b.do("choose", at='form[action="/act/proposeDecision"] [name="kind"]', value=kind)
    b.fill(subject=subject, question=f"{kind} about {subject}?")
    equal(b.press("Put it to the vote"), 200, f"{kind} is proposed")
    number = re.search(r"D-\d+-\d+", b.text("article")).group()
    b.goto(f"/decisions/{number}")
    b.sound(f"{number} while it is open")
    equal(b.press("Yes"), 200, "our vote")
    for seat in SEATS:
        if seat != "orchid":
            walk.caveat.call("decision", "vote", number, seat, "yes")
    b.goto(f"/decisions/{number}")
    b.shot(f"committee-decision-{kind.replace('.', '-')}")
    equal(b.press("Close it"), 200, f"{number} is closed")
    check("passed" in b.text(), f"{number} passed: {b.text()[:300]}")
    return number


def case(walk):
    """From the opening to the first notice and the preview of a sanction, by clicking as a seat of the committee."""
    b = walk.browser
    opened = ballot(walk, "case.open", "camphor")
    b.goto("/cases")
    b.fill(team="camphor", clause="3.2", decision=opened)
    equal(b.press("Begin to investigate"), 200, "a case is opened")
    number = re.search(r"C-\d+-\d+", b.text()).group()
    noticed = ballot(walk, "case.notice", number)
    walk.look(f"/cases/{number}")
    b.fill(decision=noticed, channels="mail to the representative", breach="forwarded to a vendor", opinion="avoidable", remedy="recall the copies",
           consequences="loss of posting", reply="14 days from service", appeal_rules="within 30 days")
    equal(b.press("Issue and mail it"), 200, "a notice is issued")
    b.sound("after the notice")
    b.shot("committee-notice-issued")
    walk.look(f"/cases/{number}")
    check("compliance" in b.text() or "Read notice 1" in b.text(), f"the case shows its notice: {b.text()[:300]}")
    walk.look(f"/cases/{number}/preview?sanction=teams:receive,post&team=camphor")
    return number


def scenario(scratch):
    walk = Walk(scratch)
    b = walk.browser
    sender = address("hibiscus-rep")
    post(walk.caveat.lmtp, sender, ["teams@lists.arc.example"], letter(sender, "teams@lists.arc.example", "TLP:GREEN seen by clicking"))
    walk.caveat.judged(1)
    strangers(walk)

    walk.sign_in(address("camphor-rep"), "member")
    walk.everything()
    tokens(walk)
    b.goto("/")
    b.press("Sign out")
    b.goto("/tokens")
    check("/sign-in" in b.do("where"), "signed out is out")

    for who, role in (("sec@osprey.example", "secretariat"), (address("orchid-rep"), "committee"), ("aud@osprey.example", "auditor"),
                      ("own@osprey.example", "owner")):
        walk.sign_in(who, role)
        walk.everything()
        if role == "secretariat":
            community(walk)
        if role == "committee":
            case(walk)
    b.sign_in("aud@osprey.example", walk.sink.letters)  # now the code is asked for
    check(walk.caveat.ask("journal", "verify"), "the journal verifies")
    for role, menu in walk.seen.items():
        print(f"  {role:12} {' '.join(menu)}")
    print(f"  {len(os.listdir(b.shots))} pictures in {b.shots}")
    walk.caveat.stop()


run(scenario, deadline=300)
