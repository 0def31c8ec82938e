#!/usr/bin/python3
"""The pages in a real browser: signing in by a mailed link, the second factor, and each page that each role's menu shows, with one page deeper:
no error, nothing from elsewhere, labels on every input, readable on a phone and in the dark. A token is made and a held post decided on by
clicking, and forms that no page has are refused (doors.py); the walk through the rest is 27-by-clicking. With CAVEAT_SHOTS=1 pictures stay in build/screenshots."""
# promise: H1
# promise: H5
# promise: A1
# promise: J2
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from browser import Browser
from check import check, equal, run
from committee import SEATS, Case, Committee, a_forum
from community import address
from console import ALL_SCOPES, Console
from doors import try_all
from mailtools import letter, post
from sink import Sink

PHONE, DESK = 390, 1200


def forum():
    c = a_forum("camphor", "narra")
    c.person("osprey-sec", team="orchid", addresses=["sec@osprey.example"]).term("secretariat", "osprey-sec")
    c.person("osprey-aud", team="orchid", addresses=["aud@osprey.example"]).term("auditor", "osprey-aud")
    c.person("osprey-own", team="orchid", addresses=["own@osprey.example"]).term("owner", "osprey-own", list="teams")
    c.team("fjord", category="liaison", economy="NO").person("fjord-rep", representative=True)
    next(team for team in c.rows["team"] if team["id"] == "orchid")["primary_contact"] = True
    c.list("teams").list("members").list("reps", max_tlp="AMBER")
    people = [f"{team}-rep" for team in SEATS + ("camphor", "narra")]
    return c.subscribe("teams", *people).subscribe("members", *people)


class Walk:
    def __init__(self, scratch):
        self.scratch = scratch
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Console(scratch, self.sink.port)
        self.caveat.init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.browser = Browser(scratch, f"http://127.0.0.1:{self.caveat.port}")
        self.seen, self.things = {}, {}

    def sign_in(self, who, role, **more):
        self.browser.sign_in(who, self.sink.letters, **more)
        self.role = role

    def look(self, path):
        """One page, on a desk and on a telephone."""
        b = self.browser
        status = b.goto(path)
        if status != 200:
            return status
        name = re.sub(r"[^a-z0-9]+", "-", path.strip("/").lower())[:60] or "home"
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
            found = [h for h in b.do("hrefs", at="main a") if h and h.startswith("/") and h.split("?")[0] not in menu and not h.startswith("/sign")]
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


def release(walk):
    """One click."""
    b = walk.browser
    b.goto("/held")
    equal(b.press("Discard, telling nobody"), 200, "a held post is decided on")
    check("Nothing waits" in b.text(), f"and waits no more: {b.text()}")


def settle(walk):
    """Something of everything to look at: a case with a notice, an open ballot, an application, a hold, a post that is held."""
    caveat = walk.caveat
    committee = Committee(caveat)
    case = Case(committee, "camphor")
    case.comply_or_else()
    case.serve(1)
    review = caveat.ask("review", "add", "narra", "--reason", "they moved")[0]["id"]
    walk.things = {"B": committee.propose("case.finding", case.id), "D": committee.decide("case.open", "narra"), "R": review, "C": case.id}
    form = walk.scratch.write("form.toml", '[application]\nteam = "nimbus"\ncategory = "liaison"\n[form]\nmission = "to watch the clouds"\n')
    caveat.call("application", "submit", form)
    caveat.call("hold", "place", "narra-rep", "--reason", "mailbox taken over")
    for label in ("TLP:GREEN seen by clicking", "TLP:AMBER+STRICT who reads of it is written down", "TLP:ORANGE nobody knows"):
        sender = address("hibiscus-rep")
        post(caveat.lmtp, sender, ["teams@lists.arc.example"], letter(sender, "teams@lists.arc.example", label))
    walk.things["H"], = (p["id"] for p in caveat.judged(3) if p["verdict"] == "held" and "label_held" in str(p["because"]))


def scenario(scratch):
    walk = Walk(scratch)
    b = walk.browser
    settle(walk)
    strangers(walk)

    walk.sign_in(address("camphor-rep"), "member")
    walk.everything()
    try_all(walk)
    tokens(walk)
    b.goto("/")
    b.press("Sign out")
    b.goto("/tokens")
    check("/sign-in" in b.do("where"), "signed out is out")

    for who, role in (("sec@osprey.example", "secretariat"), (address("orchid-rep"), "committee"), ("aud@osprey.example", "auditor"),
                      ("own@osprey.example", "owner")):
        walk.sign_in(who, role)
        walk.everything()
        try_all(walk)
        if role == "committee":
            walk.look(f"/cases/{walk.things['C']}/preview?sanction=teams:receive,post&team=camphor")
        if role == "secretariat":
            release(walk)
    b.sign_in("aud@osprey.example", walk.sink.letters)  # now the code is asked for
    strict, = (p["id"] for p in walk.caveat.posts() if p["label"] == "AMBER+STRICT")
    b.goto(f"/posts/{strict}")
    b.goto(f"/journal?subject={strict}")
    check("delivery.read" in b.text() and "osprey-aud" in b.text(), f"who looked at its deliveries is in the journal: {b.text()[:600]}")
    check(walk.caveat.ask("journal", "verify"), "the journal verifies")
    for role, menu in walk.seen.items():
        print(f"  {role:12} {' '.join(menu)}")
    walk.caveat.stop()


run(scenario, deadline=420)
