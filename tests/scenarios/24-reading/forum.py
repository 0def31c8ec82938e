"""Something to read of every kind."""
from callers import ACCUSED, APPEALED, CALLERS, HELD, PANEL, community
from check import check
from committee import Committee
from community import address
from console import ALL_SCOPES, Console
from daemon import DOMAIN
from mailtools import letter, post
from sink import Sink

CONTENTS = {part: f"{part}, in words" for part in ("channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules")}
FORM = {"hosts": "a ministry", "economy": "NZ", "established": "2019", "funding": "government", "constituency": "the economy", "mission": "coordination",
        "activity": "research",
        "reason": "not_yet_eligible", "site_visit": True}


class Forum:
    def __init__(self, scratch):
        self.caveat = Console(scratch, Sink(scratch).port)
        self.caveat.init()
        self.caveat.load(community())
        self.caveat.serve()
        for caller in CALLERS:
            if not caller.stranger:
                caller.token = self.caveat.token(ALL_SCOPES, caller.person)
        self.client = self.caveat.client(CALLERS[0].token)
        self.committee = Committee(self.caveat)
        self.cases()
        self.ballots()
        self.applications()
        self.matters()
        self.mail()
        self.jobs = {}
        for caller, name in ((CALLERS[0], "drill"), (CALLERS[1], "drill"), (next(c for c in CALLERS if c.owns), "teams")):
            self.jobs[self.act(f"/lists/{name}/subscriptions:bulk?async=true", {"people": [HELD]}, caller)["id"]] = caller.role
        self.act("/holds", {"person": HELD, "reason": "account taken over"})

    def act(self, path, body, caller=None):
        reply = self.client.post("/v1" + path, body, token=caller.token if caller else None)
        check(reply.status < 300, f"{path} {body}: {reply}")
        return reply.json() if reply.body else None

    def decide(self, kind, subject, without=None):
        return self.committee.decide(kind, subject, without=without)

    def cases(self):
        """One notice that its party has opened, appealed to a panel; one it has not."""
        for team in ("camphor", ACCUSED):
            case = self.act("/cases", {"team": team, "clause": "3.2", "decision": self.decide("case.open", team, without=team),
                                       **({"id": APPEALED} if team == "camphor" else {})})["id"]
            self.act(f"/cases/{case}/notices", {**CONTENTS, "decision": self.decide("case.notice", case, without=team)})
            if team == "camphor":
                self.act(f"/cases/{case}/services", {"notice": 1, "channel": "acknowledgement"})
                self.act(f"/cases/{case}/appeals", {"notice": 1, "reference": "letter 9"})
                self.act(f"/cases/{case}/panel", {"notice": 1, **PANEL, "decision": self.decide("case.panel", case)})
            else:
                self.committee.propose("case.close", case, without=ACCUSED)

    def ballots(self):
        self.committee.propose("case.open", "osprey")
        self.committee.propose("hold.extend", f"{ACCUSED}-rep", without=ACCUSED)
        self.act("/decisions", {"kind": "framework", "subject": "text", "question": "As written?", "rule": "majority"})

    def applications(self):
        """One that members may sponsor, a draft, and one that is over."""
        contact = {"contact_id": "tapir-two", "contact_name": "Ngaio", "contact_address": "two@tapir.example"}
        self.act("/applications", {"team": "tapir", "category": "operational", "official_name": "Tapir", "short_name": "tapir", **FORM, **contact})
        self.act("/applications", {"team": "quokka", "category": "liaison"})
        over = self.act("/applications", {"team": "nova", "category": "liaison"})["id"]
        self.act(f"/applications/{over}:withdraw", {"reason": "later"})

    def matters(self):
        """A review of the accused that it does not know of, one that camphor's declaration led to; duties; a document to accept."""
        self.act("/reviews", {"team": ACCUSED, "reason": "they moved"})
        self.act("/declarations", {"team": "camphor", "criterion": "3.1 iii", "text": "its funding"})
        self.act("/duties", {"duty": "annual_report", "due": "2100-01-01T00:00:00Z"})
        self.document_of_all = self.act("/acceptances:ask", {"document": "Code of Conduct", "version": "2", "text": "Be fair."})["id"]
        self.act("/acceptances", {"team": "camphor", "document": "Code of Conduct"})

    def mail(self):
        """Posts that reached some, one above a ceiling, one under a denial, and two that wait."""
        for sender, name, label, proven in (("camphor-rep", "teams", "GREEN", True), ("camphor-rep", "members", "GREEN", True),
                                            ("orchid-rep", "teams", "AMBER", True), ("quokka-rep", "partners", "GREEN", True),
                                            ("quokka-rep", "teams", "GREEN", True), ("banksia-rep", "members", "GREEN", False)):
            to = f"{name}@{DOMAIN}"
            post(self.caveat.lmtp, address(sender), [to], letter(address(sender), to, f"TLP:{label} to read", dmarc=proven))
        for judged in self.caveat.judged(6):
            if judged["verdict"] == "distributed":
                self.caveat.settled(judged)
