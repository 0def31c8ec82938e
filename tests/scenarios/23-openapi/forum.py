"""A forum in which every operation of the API has something to work on: cases, ballots, applications, holds and held posts in the states
that acts ask for."""
import datetime
import itertools
import re
import time
from urllib.parse import urlencode

from browser import totp
from check import Failed, check, until
from committee import SEATS, a_forum
from community import address, days_ago
from console import ALL_SCOPES, Console, mailed_links
from daemon import DOMAIN
from keyring import Keyring
from mailtools import letter, post

ACCUSED = "camphor"  # of every case: several may run against one team
MEMBERS = ("bamboo", "lotus", "masi")  # neither seats nor accused: they sponsor, visit and sit on panels
PARTNER = "fjord"
TEAMS = (*SEATS, ACCUSED, *MEMBERS, PARTNER)
LISTS = ("teams", "members", "reps", "drill", "checked")
KEYHOLDER = "lotus-key"
PEOPLE = (*(f"{team}-rep" for team in TEAMS), KEYHOLDER)
CONTENTS = {part: f"{part}, in words" for part in ("channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules")}
SANCTION = {"denies": ["drill:receive,post"], "no_mail": True}
PANEL = {"chair": "lotus-rep", "members": ["banksia-rep", "kowhai-rep", "bamboo-rep", "masi-rep"]}
PAPER = {"reference": "folder 7", "text": "we know them well"}
LONG_AGO = -50  # days: from the first notice to a sanction in force
CALLERS = {"secretariat": "lotus-sec", "seat": "orchid-rep", "party": f"{ACCUSED}-rep", "member": "bamboo-rep", "owner": "masi-own",
           "auditor": "masi-aud", "partner": f"{PARTNER}-rep"}

READER = "bamboo-rep"


def community():
    c = a_forum(ACCUSED, *MEMBERS).team(PARTNER, category="liaison").person(f"{PARTNER}-rep", representative=True)
    since = str(days_ago(400))
    for row in c.rows["term"]:
        row["from"] = days_ago(400)
    c.person(KEYHOLDER).person("lotus-sec").term("secretariat", "lotus-sec", since).person("masi-aud").term("auditor", "masi-aud", since)
    c.person("masi-own").term("owner", "masi-own", since, list="teams")
    c.term("chair", "orchid-rep", str(days_ago(100)), str(days_ago(-260)))
    c.term("deputy_chair", "mugung-rep", str(days_ago(100)), str(days_ago(-260)))
    c.list("teams").list("members").list("reps", max_tlp="AMBER").list("drill", max_tlp="AMBER")
    c.list("checked", klass="members", posting="moderated")
    members = [person for person in PEOPLE if person != f"{PARTNER}-rep"]  # whom no column lets read them
    return c.subscribe("teams", *PEOPLE).subscribe("members", *members).subscribe("checked", *members)


class Refused(Failed):
    """What had to succeed, so that a good request could be made."""


class Forum:
    """The daemon, with a past; `api` acts as the operator and must succeed."""

    def __init__(self, scratch, sink):
        self.sink, self.key = sink, Keyring(scratch).public_key(address(KEYHOLDER))
        self.console = Console(scratch, sink.port)
        self.serial = itertools.count(1)
        self.case_of = {}  # stage -> cases that wait there
        self.console.move_clock(LONG_AGO * 86_400)
        self.console.init()
        self.console.load(community())
        self.console.serve()
        self.live_through_old_cases()
        self.back_to_the_present()
        self.tokens = {role: self.console.token(ALL_SCOPES, person) for role, person in CALLERS.items()}
        self.some_posts()
        # The archive opens to nobody's token but one of their own making, and so is what somebody else changed of them confirmed.
        own = ("archive:read", "archive:write", "tokens:write")
        self.tokens["reader"] = self.console.reading_token(address(READER), self.sink.letters, own)

    def new_token(self):
        self.client = self.console.client(self.console.token(ALL_SCOPES))

    def api(self, method, path, body=None, **headers):
        reply = self.client.ask(method, "/v1" + path, body, {"If-Match": "*", **headers} if method != "POST" else None)
        if reply.status >= 300:
            raise Refused(f"{method} {path} {body}: {reply}")
        return reply.json() if reply.body else None

    def post(self, path, body=None):
        return self.api("POST", path, body)

    def new(self, what):
        return f"{what}-{next(self.serial)}"

    # ---- the past

    def days_later(self, days):
        self.console.move_clock((LONG_AGO + days) * 86_400)
        day = str(days_ago(-LONG_AGO - days))
        until(lambda: self.api("GET", "/operations")["as_of"] >= day, 10, "the daemon sees the clock")

    def live_through_old_cases(self):
        self.new_token()
        cases = [self.a_case("served") for _ in range(6)]
        self.days_later(8)
        for case in cases:
            self.found_to_continue(case)
            self.notice(case)
            self.served(case, 2)
        self.days_later(16)
        for case in cases:
            self.found_to_continue(case)
        for case in cases[:4]:
            self.sanction(case)
        self.old_cases = cases
        self.case_of = {"in force": cases[:4], "failed": cases[4:]}

    def back_to_the_present(self):
        self.console.stop()
        for name in [name for name in self.console.environment if name.startswith("FAKETIME") or name == "LD_PRELOAD"]:
            del self.console.environment[name]
        self.console.serve()
        self.new_token()

    def some_posts(self):
        orchid, n = address("orchid-rep"), 12
        for i in range(n):
            for name in ("teams", "checked")[:1 if i > 2 else 2]:
                post(self.console.lmtp, orchid, [f"{name}@{DOMAIN}"], letter(orchid, f"{name}@{DOMAIN}", f"TLP:GREEN post {i}"))
        reader = address(READER)
        post(self.console.lmtp, reader, [f"teams@{DOMAIN}"], letter(reader, f"teams@{DOMAIN}", "TLP:GREEN of the reader"))
        self.hold_posts(9)
        self.console.judged(n + 3 + 1 + 9)

    def hold_posts(self, count):
        orchid = address("orchid-rep")
        for i in range(count):
            post(self.console.lmtp, orchid, [f"checked@{DOMAIN}"], letter(orchid, f"checked@{DOMAIN}", f"TLP:GREEN to be looked at {i}"))

    # ---- what acts rest on

    def proposed(self, kind, subject, **more):
        return self.post("/decisions", {"kind": kind, "subject": subject, "question": "Shall we?", **more})["id"]

    def decided(self, kind, subject, **more):
        """Passed by every seat that may vote, and not used yet."""
        decision = self.proposed(kind, subject, **more)
        recused = self.api("GET", f"/decisions/{decision}")["recused"]
        for seat in SEATS:
            if seat not in recused:
                self.post(f"/decisions/{decision}/votes", {"team": seat, "choice": "yes"})
        closed = self.post(f"/decisions/{decision}:close")
        check(closed["verdict"] == "passed", f"{kind} of {subject} passes: {closed['why']}")
        return decision

    def notice(self, case):
        self.post(f"/cases/{case}/notices", {**CONTENTS, "no_mail": True, "decision": self.decided("case.notice", case)})

    def served(self, case, notice):
        self.post(f"/cases/{case}/services", {"notice": notice, "channel": "acknowledgement"})

    def found_to_continue(self, case):
        self.post(f"/cases/{case}/findings", {"finding": "continues", "evidence": "sha256:0", "decision": self.decided("case.finding", case)})

    def sanction(self, case):
        self.post(f"/cases/{case}/sanction-notice", {**SANCTION, "decision": self.decided("case.sanction", case)})
        self.served(case, 3)

    def a_case(self, stage):
        """investigating, noticed, served, appealed or heard: made anew; failed or in force: the next of the past, in turn."""
        if stage in self.case_of:
            self.case_of[stage].append(case := self.case_of[stage].pop(0))
            return case
        case = self.post("/cases", {"team": ACCUSED, "clause": "3.2", "decision": self.decided("case.open", ACCUSED)})["id"]
        stages = ("investigating", "noticed", "served", "appealed", "heard")
        acts = (lambda: self.notice(case), lambda: self.served(case, 1),
                lambda: self.post(f"/cases/{case}/appeals", {"notice": 1, "reference": "letter 9"}),
                lambda: self.post(f"/cases/{case}/panel", {"notice": 1, **PANEL, "decision": self.decided("case.panel", case)}))
        for act in acts[:stages.index(stage)]:
            act()
        return case

    def changed_by_another(self):
        self.api("PATCH", f"/people/{READER}", {"addresses": [address(READER), f"{self.new('more')}@{READER.split('-')[0]}.example"]})
        return READER

    def a_person(self):
        return self.post("/people", {"id": (name := self.new("guest")), "name": "Somebody", "team": "lotus", "addresses": [f"{name}@lotus.example"]})["id"]

    def with_second_factor(self):
        """Somebody who signed in to the pages by the link in the mail, and turned a second factor on."""
        person = self.a_person()
        browser = self.console.client()

        def send(path, **fields):
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
            reply = browser.ask("POST", path, urlencode(fields).encode(), headers)
            while reply.status == 429:  # links are asked for once a second
                time.sleep(0.5)
                reply = browser.ask("POST", path, urlencode(fields).encode(), headers)
            return reply

        cookie = None
        mailed = f"{person}@lotus.example"
        send("/sign-in", address=mailed)
        link = until(lambda: mailed_links(self.sink.letters(), mailed), 15, f"a link for {mailed}")[-1]
        cookie = send("/sign-in/" + link.rsplit("/", 1)[1]).headers["set-cookie"].split(";")[0]
        page = browser.get("/second-factor", headers={"Cookie": cookie}).body.decode()
        csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        secret = re.search(r'id="secret">(\w+)<', send("/second-factor", csrf=csrf).body.decode()).group(1)
        check(send("/second-factor", csrf=csrf, code=totp(secret)).status == 303, "the second factor is on")
        return person

    def readable(self):
        return self.console.ask("archive", "list", "--as", READER)[0]["post"]

    def of_the_reader(self):
        return next(p for p in self.api("GET", "/posts?list=teams&limit=200")["items"] if p["from"] == address(READER))

    def a_list(self):
        return self.post("/lists", self.a_list_to_be())["name"]

    def a_list_to_be(self):
        name, about = self.new("wg"), {"class": "wg", "charter": "of a test"}
        return {"name": name, **about, "decision": self.decided("list", name, set={"created": True, **about})}

    def a_ballot_of_members(self, **more):
        """A General Meeting that sits now."""
        return self.proposed("framework", "text", rule="two_thirds", meeting=f"{datetime.datetime.utcnow():%Y-%m-%dT%H:%M:%SZ}", **more)

    def passed_with_reduced_quorum(self):
        decision, present = self.a_ballot_of_members(), ["bamboo", "lotus", "masi"]
        self.post(f"/decisions/{decision}:attend", {"present": present})
        for team in present:
            self.post(f"/decisions/{decision}/votes", {"team": team, "choice": "yes"})
        self.post(f"/decisions/{decision}:close")
        return decision

    @staticmethod
    def form(team):
        return {"official_name": team, "short_name": team, "hosts": "a ministry", "economy": "NZ", "established": "2019", "funding": "government", "activity": "research",
                "constituency": "the economy", "mission": "coordination", "reason": "not_yet_eligible", "site_visit": True,
                "contacts": [{"id": f"{team}-rep", "name": "Ngaio", "address": f"rep@{team}.example", "representative": True}]}

    def an_application(self, category="operational"):
        team = self.new("nova")
        return self.post("/applications", {"team": team, "category": category, **self.form(team)})

    def balloted(self, category):
        """Ready, and its ballot passed."""
        a = self.an_application(category)
        path = f"/applications/{a['id']}"
        for kind in ("form", "handling_policy"):
            self.post(f"{path}/documents", {"kind": kind, **PAPER})
        for team in MEMBERS[:a["sponsors_needed"]]:
            self.post(f"{path}/sponsors", {"team": team, **PAPER})
        if category == "operational":
            self.post(f"{path}/visit", {"team": "masi"})
        return a["id"], self.decided("admission", a["team"])

    def held(self):
        if not self.api("GET", "/held?limit=1")["items"]:
            self.hold_posts(3)
            until(lambda: self.api("GET", "/held?limit=1")["items"], 10, "a post is held")
        return self.api("GET", "/held?limit=1")["items"][0]["id"]

    def a_hold(self):
        return self.post("/holds", {"person": self.a_person(), "reason": "account taken over"})
