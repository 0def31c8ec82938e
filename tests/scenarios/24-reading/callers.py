"""Each kind of caller, and the table of what it may read, written from the domain: items 15-21, 27, 53, 54, 65, 67 and the access matrix (section 2).
What no line grants is 404."""
import datetime

from committee import SEATS, a_forum
from community import days_ago

ACCUSED = "hibiscus"  # a seat of the committee: its representative is the party of its case and nothing else (item 27)
MEMBERS = ("camphor", "osprey", "lotus", "bamboo", "masi")  # Operational Members without a seat
PANEL = {"chair": "lotus-rep", "members": ["banksia-rep", "kowhai-rep", "bamboo-rep", "masi-rep"]}
APPEALED = "C-2026-001"  # chosen by the operator
PANEL_LIST = "panel-c-2026-001"  # made when the panel is seated, for those five (ruling l); the secretariat knows of it
HELD = "masi-held"
# Who knows of which list: the rows of the matrix (item 65). wg is known to those on its roster, and drill to a partner who was invited.
OF_MEMBERS = {"teams", "members", "sc", "sec", "poc", "partners", "drill"}
OF_CORPORATE = {"teams", "sec", "partners"}
ROSTERS = {"wg": ("orchid-rep", "quokka-rep", "camphor-two"), "reps": tuple(f"{team}-rep" for team in SEATS),
           "teams": (*(f"{team}-rep" for team in SEATS + ("camphor",)), "camphor-two", "quokka-rep"),
           "members": (*(f"{team}-rep" for team in SEATS + ("camphor",)), "osprey-own"), "partners": ("quokka-rep", "orchid-rep"), PANEL_LIST: (PANEL["chair"], *PANEL["members"])}
LISTS = ("teams", "members", "reps", "sc", "sec", "poc", "partners", "drill", "wg")  # each of the class of its name


class Caller:
    def __init__(self, role, person=None, speaks=False, owns=(), moderates=(), knows=OF_MEMBERS, also=()):
        self.role, self.person, self.speaks, self.owns, self.moderates = role, person, speaks, owns, moderates
        self.team = person.rsplit("-", 1)[0] if person else None
        self.knows = set(knows) | set(also) | {name for name in ("wg",) if person in ROSTERS[name]}
        self.token = None

    @property
    def stranger(self):
        return self.role == "stranger"

    @property
    def everything(self):
        """Of the register, and of what the committee does."""
        return self.role in ("operator", "secretariat", "committee", "accused", "auditor")

    @property
    def office(self):
        """Keeps or audits what belongs to persons."""
        return self.role in ("operator", "secretariat", "auditor")

    @property
    def of_member(self):
        """Speaks for an Operational Member."""
        return self.speaks and self.team in SEATS + MEMBERS

    def own_team(self, team):
        return self.speaks and team == self.team


CALLERS = [
    Caller("operator", knows=()), Caller("secretariat", "osprey-sec", also=("reps", "wg", PANEL_LIST)), Caller("committee", "orchid-rep", True, also=("reps",)),
    Caller("accused", f"{ACCUSED}-rep", True, also=("reps",)), Caller("auditor", "osprey-aud"), Caller("owner", "osprey-own", owns=("teams",)),
    Caller("moderator", "osprey-mod", moderates=("members",)), Caller("representative", "camphor-rep", True, also=("reps",)),
    Caller("panelist", "lotus-rep", True, also=("reps", PANEL_LIST)), Caller("member", "camphor-two"), Caller("ended", "osprey-old"),
    Caller("partner", "quokka-rep", True, knows=OF_CORPORATE), Caller("applicant", "tapir-rep", True, knows=("sec",)), Caller("stranger", knows=()),
]


def community():
    c = a_forum(*MEMBERS).team("quokka", category="corporate").team("tapir", category="applicant")
    next(team for team in c.rows["team"] if team["id"] == "lotus")["ranges"] = "192.0.2.0/24"
    since, yesterday = str(days_ago(400)), str(days_ago(1))
    c.person("osprey-sec").term("secretariat", "osprey-sec", since).person("osprey-aud").term("auditor", "osprey-aud", since)
    c.person("osprey-own").term("owner", "osprey-own", since, list="teams").person("osprey-mod").term("moderator", "osprey-mod", since, list="members")
    c.person("osprey-old").term("secretariat", "osprey-old", str(days_ago(800)), str(days_ago(401)))
    c.term("owner", "osprey-old", since, yesterday, list="members")
    c.person("camphor-two").person("quokka-rep", representative=True).person("tapir-rep", representative=True).person(HELD)
    for name in LISTS:
        c.list(name, max_tlp="GREEN" if name == "partners" else "AMBER", default_tlp="GREEN" if name == "partners" else "AMBER")
        c.subscribe(name, *ROSTERS.get(name, ()))
    today = datetime.datetime.utcnow().replace(microsecond=0)
    return c.denial("members", ["receive"], today - datetime.timedelta(days=3), today + datetime.timedelta(days=90), team="camphor")


# ---- the table: may this caller, who is no stranger, read the thing `o` (as the operator sees it)?

def of_party(c, case):
    """A case and what belongs to it: the committee and those who watch it; of the party its representative; of an appeal its panel."""
    if c.role == "accused" and case["team"] == c.team:
        return True  # as the party
    return c.everything or c.own_team(case["team"]) or c.person in panel_of(case)


def panel_of(case):
    return (PANEL["chair"], *PANEL["members"]) if any(a["seated"] for a in case["appeals"]) else ()


def of_decision(c, d):
    """The committee's register is the committee's, and nobody of an accused team sees a ballot about it; a vote of the members is theirs."""
    if c.role != "operator" and d["about_team"] == c.team:
        return False
    return c.everything or (d["rule"] in ("two_thirds", "majority") and c.of_member)


def of_application(c, a):
    """The applicant's, and the members' while they may sponsor it (items 18, 19, 21)."""
    return c.everything or c.own_team(a["team"]) or (c.of_member and a["phase"] in ("submitted", "sponsored", "site_visit_agreed"))


def of_review(c, r):
    """The committee's, without the seat of the team; the team's own when its declaration led to it, and at its end (items 24 and 27)."""
    if c.role == "accused" and r["team"] == c.team:
        return bool(r["closed"] or r["declaration"])
    return c.everything or (c.own_team(r["team"]) and bool(r["closed"] or r["declaration"]))


def of_team(c, o):
    return c.everything or c.own_team(o["team"])


def of_person(c, o):
    return c.everything or o["id"] == c.person or c.own_team(o["team"])


def whole_roster(c, name):
    return c.everything or name in c.owns


def author(c, post):
    return c.person is not None and post["sender"] == c.person


def handles(c, name):
    return name in c.owns or name in c.moderates


ROWS = {
    "/v1/teams/{team}": lambda c, o: c.everything or c.own_team(o["id"]),
    "/v1/people/{person}": of_person,
    "/v1/lists/{list}": lambda c, o: c.everything or o["name"] in c.knows,
    "/v1/tokens/{token}": lambda c, o: c.office or (c.person is not None and o["holder"] == c.person),
    "/v1/cases/{case}": of_party,
    "/v1/applications/{application}": of_application,
    "/v1/reviews/{review}": of_review,
    "/v1/declarations/{declaration}": of_team,
    "/v1/duties/{duty}": of_team,
    "/v1/decisions/{decision}": of_decision,
    "/v1/posts/{post}": lambda c, o: c.everything or author(c, o) or handles(c, o["list"]),
    "/v1/held/{post}": lambda c, o: c.office or handles(c, o["list"]),
}
# Whole registers: 200 or 404.
WHOLE = {
    "/v1/holds": lambda c: c.everything,
    "/v1/journal": lambda c: c.office,
    "/v1/journal/verification": lambda c: c.office,
    "/v1/operations": lambda c: c.role in ("operator", "auditor"),
    "/metrics": lambda c: c.role in ("operator", "auditor"),
    "/v1/policy:simulate": lambda c: c.everything,
}
