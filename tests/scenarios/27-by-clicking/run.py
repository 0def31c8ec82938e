#!/usr/bin/python3
# promise: A2 A8 C5 H1 H5 J1
"""The walk of 25-by-curl by clicking, in a real browser: a team, a person, a list and its roster, a post by mail and why each recipient did
or did not get it, a case from its opening to a sanction in force, the next post withheld, the journal. Every ballot is proposed, voted and
closed by clicking; the clock moves between the notices. With CAVEAT_SHOTS=1 pictures stay in
build/screenshots."""
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from browser import Browser
from check import ROOT, check, equal, run, until
from console import Console
from daemon import DOMAIN
from mailtools import Dialogue
from sink import Sink

DAY = 86_400
SEATS = ("orchid", "hibiscus", "banksia", "mugung", "nilmanel", "osmanthus", "bauhinia")
SECRETARIAT, CHAIR = "rep@kikyo.example", "rep@orchid.example"
FORM = {"official_name": "Nova-CERT", "short_name": "Nova-CERT", "hosts": "a ministry", "economy": "NZ", "established": "2019",
        "funding": "government", "activity": "incident_response", "constituency": "the economy", "mission": "coordination", "site_visit": True,
        "contact_id": "nova-rep", "contact_name": "Ana Nova", "contact_address": "rep@nova.example"}
CONTENTS = {part: f"{part}, in words" for part in ("channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules")}


class Walk:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Console(scratch, self.sink.port)
        self.caveat.init()
        with open(os.path.join(ROOT, "deploy/demo/community.toml"), encoding="utf-8") as community:
            self.caveat.load(community.read())
        self.caveat.move_clock(0)
        self.caveat.serve()
        self.browser = Browser(scratch, f"http://127.0.0.1:{self.caveat.port}")
        self.days = self.pictures = 0

    def sign_in(self, who):
        self.browser.sign_in(who, self.sink.letters)

    def days_pass(self, days, who):
        """Sessions do not outlive it: whoever goes on signs in again."""
        self.days += days
        self.caveat.move_clock(self.days * DAY)
        self.browser.ahead = self.days * DAY
        time.sleep(2.5)  # libfaketime looks at its file again
        self.sign_in(who)

    def picture(self, name):
        """The page we are on: nothing is wrong with it, and it is kept."""
        self.pictures += 1
        self.browser.sound(name)
        self.browser.shot(f"walk-{self.pictures:02d}-{name}")

    def sent(self, act, button, **fields):
        b = self.browser
        status = b.form(act, button, **fields)
        check(status == 200, f"{act}: {status}: {b.text()[:600]}")

    def ballot(self, kind, subject, binds=""):
        """Proposed, seven votes recorded, closed; returns its number."""
        b = self.browser
        b.goto("/decisions")
        self.sent("proposeDecision", "Put it to the vote", kind=kind, subject=subject, question=f"{kind} about {subject}?",
                  **({"set": binds} if binds else {}))
        number = re.search(r"D-\d+-\d+", b.text("article")).group()
        b.goto(f"/decisions/{number}")
        for seat in SEATS:
            self.sent("castVote", "Record the vote", team=seat, choice="yes")
        self.picture(f"ballot-{kind.replace('.', '-')}")
        self.sent("closeDecision", "Close it")
        check("passed" in b.text(), f"{number} passed: {b.text()[:300]}")
        return number

    # ---- mail ----

    def post(self, subject):
        """By orchid's representative, through the door behind a trusted MTA; back when every copy is settled, with the post's id."""
        letter = (f"Authentication-Results: mx.arc.example; dmarc=pass header.from=orchid.example\r\nFrom: {CHAIR}\r\nTo: phish@{DOMAIN}\r\n"
                  f"Subject: {subject}\r\nMessage-ID: <{abs(hash(subject))}@orchid.example>\r\n\r\n{subject}\r\n")
        before = {p["id"] for p in self.caveat.posts()}
        with Dialogue(self.caveat.lmtp, lmtp=True) as door:
            reply = door.transaction(CHAIR, [f"phish@{DOMAIN}"], letter.encode())[-1]
        check(reply.startswith(b"250"), f"taken: {reply}")
        judged = lambda: [p for p in self.caveat.posts() if p["id"] not in before and p["verdict"] == "distributed"]
        new = until(self.caveat.once_written(judged), 20, "it is judged")[0]
        self.caveat.settled(new)
        return new["id"]

    def outcomes(self, post):
        """person -> (state, why), as the page of the post shows them."""
        b = self.browser
        equal(b.goto("/posts"), 200, "the posts")
        self.picture("posts")
        b.do("click", at=f'main a[href="/posts/{post}"]')
        self.picture("post")
        rows = [row.split("\t") for row in b.text("main table tbody").splitlines() if row.strip()]
        return {row[0].split()[-1]: (row[1].strip(), row[2].strip()) for row in rows}


def register(walk):
    b = walk.browser
    b.follow("Applications")
    walk.sent("submitApplication", "Submit it", team="nova", category="operational", **FORM)
    application = re.search(r"A-\d+-\d+", b.text("main")).group()
    b.goto(f"/applications/{application}")
    walk.picture("application")
    walk.sent("attachDocument", "Attach it", kind="form", text="the form as it was signed")
    walk.sent("sponsorApplication", "Record the sponsor", team="saiga", text="we have worked with them for years")
    walk.sent("agreeVisit", "Agree", team="kowhai")
    admitted = walk.ballot("admission", "nova")
    b.goto(f"/applications/{application}")
    walk.sent("decideApplication", "Admit", decision=admitted)
    check("admitted" in b.text(), f"admitted: {b.text()[:400]}")
    b.follow("Teams")
    check("Nova-CERT" in b.text(), "the team is among the teams")
    b.follow("nova")
    walk.picture("team")
    made = walk.ballot("list", "phish", "created=true\nclass=teams\ncharter=phishing kits")
    b.follow("Lists")
    walk.sent("addList", "Add it", **{"name": "phish", "class": "teams", "charter": "phishing kits", "default_tlp": "AMBER", "max_tlp": "AMBER",
                                      "decision": made})
    b.follow("phish")
    walk.sent("bulkSubscribe", "Put them on", people="nova-rep\norchid-rep\n\nno-such-person\n")
    check(b.text().count("added") == 2 and "refused" in b.text(), f"each with its own result: {b.text()}")
    walk.picture("bulk")
    b.follow("Back to the list")
    walk.sent("addSubscription", "Put on", person="quokka-rep")
    check(all(person in b.text() for person in ("nova-rep", "orchid-rep", "quokka-rep")), "three are on the roster")
    walk.picture("list")


def first_post(walk):
    b = walk.browser
    seen = walk.outcomes(walk.post("TLP:AMBER A kit"))
    equal((seen["nova-rep"][0], seen["orchid-rep"][0], seen["quokka-rep"][0]), ("sent", "sent", "withheld"), "who received it")
    check("above_ceiling" in seen["quokka-rep"][1], f"and why not: {seen['quokka-rep']}")
    b.follow("quokka-rep")
    check("above_ceiling" in b.text(), f"the explanation says it: {b.text()}")
    walk.picture("explain-ceiling")


def case(walk):
    b = walk.browser
    opened = walk.ballot("case.open", "nova")
    b.follow("Cases")
    walk.sent("openCase", "Begin to investigate", team="nova", clause="3.2", decision=opened)
    number = re.search(r"C-\d+-\d+", b.text("main table tbody")).group()
    for notice in (1, 2):
        noticed = walk.ballot("case.notice", number)
        b.goto(f"/cases/{number}")
        equal(b.form("issueNotice", "Issue and mail it", decision=noticed, breach="one of seven contents"), 403, "a notice that lacks contents is refused")
        missing = re.findall(r"(?<=[;:] )[ivx]+(?=: )", b.text())
        equal(missing, ["i", "iii", "iv", "v", "vi", "vii"], f"they are named by numeral and in words: {b.text()}")
        walk.picture("notice-refused")
        b.goto(f"/cases/{number}")
        walk.sent("issueNotice", "Issue and mail it", decision=noticed, **CONTENTS)
        b.goto(f"/cases/{number}")
        walk.sent("recordService", "Record it", channel="acknowledgement")
        walk.picture(f"case-notice-{notice}")
        walk.days_pass(15, SECRETARIAT)
        found = walk.ballot("case.finding", number)
        b.goto(f"/cases/{number}")
        walk.sent("recordFinding", "Record the finding", evidence="sha256:0", decision=found)
    return number


def sanction(walk, number):
    b = walk.browser
    decided = walk.ballot("case.sanction", number)
    b.goto(f"/cases/{number}")
    b.follow("Prepare the sanction")
    b.fill(sanction="phish:receive")
    equal(b.press("See what would change"), 200, "the preview")
    check("nova-rep" in b.text(), f"the preview names who would be hit: {b.text()}")
    walk.picture("preview")
    walk.sent("issueSanction", "Try it first", denies="phish:receive", decision=decided)
    check("Nothing was changed" in b.text(), "a trial changes nothing")
    walk.picture("sanction-tried")
    b.goto(f"/cases/{number}/preview?team=nova&sanction=phish:receive")
    walk.sent("issueSanction", "Notice it and mail it", denies="phish:receive", decision=decided)
    b.goto(f"/cases/{number}")
    walk.sent("recordService", "Record it", channel="acknowledgement")
    walk.picture("case-sanction-noticed")
    seen = walk.outcomes(walk.post("TLP:GREEN before the sanction"))
    equal(seen["nova-rep"][0], "sent", "before its effect the team still receives")


def in_force(walk, number):
    b = walk.browser
    walk.days_pass(32, SECRETARIAT)
    post = walk.post("TLP:GREEN under the sanction")
    seen = walk.outcomes(post)
    equal((seen["nova-rep"][0], seen["orchid-rep"][0]), ("withheld", "sent"), "under it the team does not, everybody else does")
    b.follow("nova-rep")
    check(number in b.text() and "notice 3" in b.text() and "D-" in b.text(), f"the explanation names case, notice and decision: {b.text()}")
    walk.picture("explain-sanction")
    b.follow(number)
    check("access is denied" in b.text(), "the case says so")
    walk.picture("case-in-force")
    b.follow("Journal")
    b.do("fill", at="#subject", text=number)
    b.do("click", at='form:has(#subject) button')
    acts = b.text("main table")
    check(all(act in acts for act in ("case.opened", "case.notice_issued", "case.sanction_noticed")), f"the journal has the case: {acts}")
    walk.picture("journal")
    equal(b.press("Verify the chain"), 200, "the verification")
    check("holds" in b.text(), f"and it verifies: {b.text()}")
    walk.picture("journal-verified")


def scenario(scratch):
    walk = Walk(scratch)
    walk.sign_in(SECRETARIAT)
    register(walk)
    first_post(walk)
    number = case(walk)
    sanction(walk, number)
    in_force(walk, number)
    print(f"  {walk.pictures} pages looked at")
    walk.caveat.stop()


run(scenario, deadline=420)
