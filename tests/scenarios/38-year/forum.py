"""A community with people who have names, on a clock that is moved, and every letter that anybody gets."""
import collections
import datetime
import email
import email.policy
import re
import time

from check import Failed, check, equal, until
from committee import SEATS
from community import Community, address
from console import ALL_SCOPES, Console
from daemon import DOMAIN
from mailtools import letter, post
from sink import Sink

# team -> its name, economy and representative
TEAMS = {
    "banksia": ("Banksia-CERT", "AU", "Ruth Adler"), "hibiscus": ("Hibiscus-CERT", "MY", "Aminah Yusof"),
    "kowhai": ("Kowhai-CERT", "NZ", "Tane Ngata"), "mugung": ("Mugung-CERT", "KR", "Ji-woo Han"), "orchid": ("Orchid-CERT", "SG", "Mei Tan"),
    "saiga": ("Saiga-CERT", "MN", "Bold Ganzorig"), "takin": ("Takin-CIRT", "BT", "Pema Dorji"), "camphor": ("Camphor-CSIRT", "TW", "Yi-chen Lin"),
    "narra": ("Narra-CERT", "PH", "Lito Cruz"), "sal": ("Serendib-CSIRT", "LK", "Nimal Perera"), "wattle": ("Wattle-CSIRT", "AU", "Noah Webb"),
    "kikyo": ("Kikyo-CERT", "JP", "Haru Sato")}
MEMBERS = tuple(TEAMS)
MOVED = {"narra-rep": "contact@narra.example"}  # from February on
SCOPES = ("applications", "cases", "decisions", "held", "holds", "people", "teams")


def community():
    c = Community()
    for id, (name, economy, rep) in TEAMS.items():
        c.team(id, name=name, economy=economy).person(f"{id}-rep", name=rep, representative=True)
    c.team("quokka", category="corporate", name="Quokka Labs", economy="AU").person("quokka-rep", name="Zoe Park", representative=True)
    # Of these the first two do work of their own; whatever happens in the committee is no business of any of them.
    c.person("kikyo-sec", name="Emi Mori").person("narra-mod", name="Ana Reyes")
    c.person("camphor-duty", name="Wei Chen").person("orchid-duty", name="Arun Nair")
    for team in SEATS:
        c.term("sc", f"{team}-rep")
    c.term("chair", "orchid-rep", "2026-12-01", "2027-12-01").term("secretariat", "kikyo-sec").term("moderator", "narra-mod", list="teams")
    c.list("teams").list("members").list("reps", max_tlp="AMBER").list("sc").list("intake", "sec")
    people = [f"{team}-rep" for team in MEMBERS]
    return c.subscribe("teams", *people, "quokka-rep").subscribe("members", *people)


class Letter:
    def __init__(self, raw, number):
        # The first two lines are the envelope.
        message = email.message_from_bytes(raw.split(b"\r\n", 2)[2], policy=email.policy.default)
        self.number, self.to, self.subject = number, message["To"].addresses[0].addr_spec, message["Subject"]
        self.date, self.text = message["Date"].datetime, message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.sender = message["From"].addresses[0].addr_spec
        self.files = [part.get_filename() for part in message.iter_attachments()]

    def parts(self):
        """(subject, text) of what it tells: several of one hour come as one letter."""
        subject = self.subject.removeprefix("[Southern Arc CSIRT Forum] ").removeprefix("TLP:AMBER+STRICT ")
        titles = list(re.finditer(r"^\d+\. (.+)\n-+\n\n", self.text, re.M)) if "messages for you" in subject else []
        if not titles:
            return [(subject, self.text)]
        ends = [title.start() for title in titles[1:]] + [len(self.text)]
        return [(title.group(1).removeprefix("TLP:AMBER+STRICT "), self.text[title.end():end].rstrip()) for title, end in zip(titles, ends)]


class Forum:
    def __init__(self, scratch, begins):
        self.sink = Sink(scratch, keep="kept")
        self.console = Console(scratch, self.sink.port, first_retry="2s")
        self.clients, self.read, self.mailed = {}, [], collections.Counter()
        self.expected, self.words, self.moved = collections.Counter(), collections.defaultdict(tuple), False
        self.now = None
        self.at(begins)
        self.console.init()
        scopes = [word for scope in ALL_SCOPES for word in ("--scope", scope)]
        operator = self.console.ask("token", "create", "of the year", *scopes, "--expires", "365d")[0]["secret"]
        self.console.load(community())
        self.console.serve()
        self.clients["operator"] = self.console.client(operator)

    # ---- time

    def at(self, when):
        self.now = datetime.datetime.strptime(when, "%Y-%m-%dT%H:%M")
        self.console.move_clock(int((self.now - datetime.datetime.utcnow()).total_seconds()))
        if self.console.process:
            until(lambda: self.seen() >= when, 10, f"the daemon sees {when}", every=0.2)

    def seen(self):
        return self.client("operator").get("/v1/operations").json()["as_of"]

    def later(self, **more):
        self.at(f"{self.now + datetime.timedelta(**more):%Y-%m-%dT%H:%M}")

    # ---- who acts

    def client(self, person):
        if person not in self.clients:
            scopes = [f"{noun}:{kind}" for noun in SCOPES for kind in ("read", "write")]
            made = self.post("operator", "/tokens", name="of the year", person=person, scopes=scopes, expires="2028-01-01T00:00:00Z")
            self.clients[person] = self.console.client(made["secret"])
        return self.clients[person]

    def call(self, person, method, path, body=None):
        reply = self.client(person).ask(method, "/v1" + path, body, {"If-Match": "*"} if method in ("PATCH", "PUT", "DELETE") else None)
        if reply.status >= 300:
            raise Failed(f"{person}: {method} {path} {body}: {reply}")
        return reply.json() if reply.body else None

    def post(self, by, path, **body):
        return self.call(by, "POST", path, body or None)

    def decided(self, kind, subject, without=(), **more):
        """Put down with its votes at once: nobody is called to vote."""
        decision = self.post("kikyo-sec", "/decisions", kind=kind, subject=subject, question=more.pop("question", "Shall we?"), **more)["id"]
        for team in SEATS:
            if team not in without:
                self.post(f"{team}-rep", f"/decisions/{decision}/votes", team=team, choice="yes")
        closed = self.post("kikyo-sec", f"/decisions/{decision}:close")
        check(closed["verdict"] == "passed", f"{kind} of {subject}: {closed['why']}")
        return decision

    # ---- mail

    def send(self, person, listname, subject="TLP:GREEN status"):
        sender, to = address(person), f"{listname}@{DOMAIN}"
        return post(self.console.lmtp, sender, to, letter(sender, to, subject))[0]

    def letters(self):
        raw = self.sink.letters()
        self.read += [Letter(one, n) for n, one in enumerate(raw) if n >= len(self.read)]
        return self.read

    def held_post(self):
        items = self.call("narra-mod", "GET", "/held")["items"]
        return items[0]["id"] if items else None

    # ---- who gets what

    def told(self, subject, readers, *words):
        """A letter, or a part of one, with this subject and these words in it, to each of the readers."""
        for reader in readers:
            at = reader if "@" in reader else (MOVED.get(reader) if self.moved else None) or address(reader)
            self.expected[at, subject] += 1
        self.words[subject] += words

    def told_now(self, about, subject, readers, *words):
        """The same, and the journal has it, of this subject: before anything else happens. It may still wait for its reader's hour to be
        over."""
        self.told(subject, readers, *words)
        act = "reminder.mailed" if subject.startswith("Reminder: ") else "letter.mailed"
        self.mailed[about, act] += 1

        def written():
            entries = self.call("operator", "GET", f"/journal?subject={about}&limit=100")["items"]
            return sum(entry["act"] == act for entry in entries) >= self.mailed[about, act]
        until(written, 20, f"'{subject}' is written", every=0.2)

    def all_parts(self):
        """(address, subject, text, when), of what is not a copy of a post."""
        domain = "@" + DOMAIN
        return [(one.to, subject, text, one.date) for one in self.letters() if not one.to.endswith(domain) for subject, text in one.parts()]

    def every_step_once(self, about):
        """Steps of an application that came together are one letter: how many letters there are says nothing, each step is told once."""
        steps = collections.defaultdict(list)
        for to, subject, text, _ in self.all_parts():
            if subject != about:
                continue
            self.expected[to, subject] += 1
            check(("/applications/" in text) == (to != address("nimbus-rep") or "member from now on" in text), f"a link for who has pages: {text}")
            steps[to] += [" ".join(step.split()) for step in re.findall(r"UTC\s+(it .+?)\.\n", text, re.S)]
        wanted = ["it was received; next it needs its sponsors and their reports", "it has one more document on record: its form",
                  "it is sponsored by Takin-CIRT", "it has its site visit agreed, by Kowhai-CERT", "it is being voted on by the Steering Committee",
                  "it is approved by the Steering Committee: the team is a member from now on"]
        equal(steps[address("nimbus-rep")], wanted, "each step, once, to the applicant")
        sponsors = steps[address("takin-rep")]
        check(len(sponsors) > 3 and sponsors == wanted[-len(sponsors):], f"and to its sponsor from the moment it was one: {sponsors}")
        equal(len(steps), 2, "and to nobody else")

    def compare(self):
        """Everybody got what was said, nobody anything else, and nothing twice."""
        self.sink.quiet(2)
        got = collections.Counter((to, subject) for to, subject, _, _ in self.all_parts())
        missing, extra = sorted((self.expected - got).elements()), sorted((got - self.expected).elements())
        check(not missing and not extra, f"who got which\n    missing: {missing}\n    not expected: {extra}")
        for subject, words in self.words.items():
            texts = [" ".join(text.split()) for _, of, text, _ in self.all_parts() if of == subject]
            for word in words:
                check(any(word in text for text in texts), f"'{subject}' says '{word}': {texts[:1]}")
        for one in self.letters():
            self.reads_well(one)

    @staticmethod
    def reads_well(one):
        """No instant of a machine, no id of a person or team without its name, no field that was left open, no long line."""
        for what, pattern in (("an instant", r"\dT\d\d:\d\d"), ("an actor", r"\b(person|operator) \w+-\w+"), ("a field", r"[{}]"),
                              ("a bare person", r"(?<![@(/.-])\b(" + "|".join(TEAMS) + r")-(rep|sec|mod|duty)\b")):
            found = re.search(pattern, one.text)
            check(not found, f"'{one.subject}' to {one.to} has {what}: {found and found.group(0)}\n{one.text}")
        # No letter names a list that its reader may not know, not even as where replies go.
        outside = ("rep@nimbus.example", "rep@narra.example")  # an applicant is of no team yet, a former address nobody's
        known = ("intake", "postmaster") if one.to in outside else ("intake", "teams+owner")
        check(one.sender.split("@")[0] in known or one.to.endswith("@" + DOMAIN), f"'{one.subject}' to {one.to} is from {one.sender}")
        for line in one.text.splitlines():
            check(len(line) <= 78 or "://" in line or one.to.endswith("@" + DOMAIN), f"'{one.subject}': a long line: {line}")

    def write_down(self, path):
        """Those that differ in their reader's name alone are one."""
        if not path:
            return
        names = {address(f"{team}-rep"): row[2] for team, row in TEAMS.items()}
        names |= {MOVED["narra-rep"]: "Lito Cruz", "rep@nimbus.example": "Ngaio Hura", "sec@kikyo.example": "Emi Mori"}
        same = {}
        for one in self.letters():
            text = one.text
            if one.to in names:
                text = text.replace(names[one.to] + ",", "NAME,", 1)
            text = re.sub(r"\([0-9a-f]{8}\)", "(01234567)", text)
            same.setdefault((one.subject, text, tuple(one.files)), []).append(one)
        with open(path, "w", encoding="utf-8") as file:
            for (subject, text, files), copies in same.items():
                file.write("=" * 100 + f"\nTo: {', '.join(c.to for c in copies)}\nDate: {copies[0].date}\nSubject: {subject}\n")
                file.write(f"Attached: {files}\n" if files else "")
                file.write(f"\n{text}\n")
