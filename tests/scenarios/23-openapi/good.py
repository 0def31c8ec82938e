"""For each operation that needs more than its path and a schema one request that succeeds when it is sent next, and what it stands on."""
import datetime

from committee import SEATS
from forum import ACCUSED, CONTENTS, KEYHOLDER, PANEL, PAPER, SANCTION


class Good:
    """What must succeed when it is sent next."""

    def __init__(self, path=None, body=None, query=None, by=None):
        self.path, self.body, self.query, self.by = path or {}, body, query or {}, by


def on_case(stage, body=None, kind=None, notice=None, by=None):
    """An act in a case of this stage, with the decision it cites."""
    def made(f):
        case = f.a_case(stage)
        whole = dict(body or {}, **({"notice": notice} if notice else {}), **({"decision": f.decided(kind, case)} if kind else {}))
        return Good({"case": case, "notice": "1"}, whole or None, by=by)
    return made


def on_ballot(body):
    return lambda f: Good({"decision": f.proposed("other", "text", rule="approval")}, body)


def a_receipt(f):
    decision = f.proposed("framework", "text", rule="majority", secret=True)
    cast = f.post(f"/decisions/{decision}/votes", {"team": "orchid", "choice": "yes"})
    return Good({"decision": decision}, {"receipt": cast["receipt"]})


def on_application(body, category="operational"):
    return lambda f: Good({"application": f.an_application(category)["id"]}, body)


def admitted_partner(f):
    """A partner that waits for its MoU."""
    application, decision = f.balloted("liaison")
    f.post(f"/applications/{application}:decide", {"decision": decision})
    return application


DRAFTED = {name: value for name, value in SANCTION.items() if name != "no_mail"}


def a_document(f):
    application = f.an_application()["id"]
    kept = f.post(f"/applications/{application}/documents", {"kind": "form", **PAPER})["documents"][0]
    return Good({"application": application, "document": kept["hash"].removeprefix("sha256:")})


def a_reply(f):
    case = f.a_case("served")
    f.post(f"/cases/{case}/replies", {"notice": 1, "reference": "letter 8", "text": "we recalled it"})
    return Good({"case": case, "paper": f.api("GET", f"/cases/{case}/papers")["items"][0]["hash"]})


def tied(f):
    return f.proposed("host", f.new("conference"), candidates=["bamboo", "lotus"])


def a_team(f, **more):
    return f.post("/teams", {"id": f.new("nova"), "name": "Nova", "category": "applicant", **more})["id"]


def a_partner(f):
    """Admitted, and its MoU is on record."""
    application = admitted_partner(f)
    f.post(f"/applications/{application}/mou", {"signed": f"{datetime.datetime.utcnow():%Y-%m-%d}", **PAPER})
    return f.api("GET", f"/applications/{application}")["team"]


def leaving_partner(f):
    team = a_partner(f)
    return Good({"team": team}, {"decision": f.decided("revocation", team), "clause": "7", "reason": "left us"})


def an_applicant(f):
    return Good(body={"id": f.new("nova"), "name": "Nova", "category": "applicant"})


def a_reader(f, name="members"):
    person = f.a_person()
    f.post(f"/lists/{name}/subscriptions", {"person": person})
    return {"list": name, "person": person}


def deputising(f):
    begins = datetime.datetime.utcnow() + datetime.timedelta(days=1, minutes=2 * next(f.serial))
    ends = begins + datetime.timedelta(minutes=1)
    return Good(body={"person": "mugung-rep", "from": f"{begins:%Y-%m-%dT%H:%M:%SZ}", "until": f"{ends:%Y-%m-%dT%H:%M:%SZ}"})


def a_token(f):
    return {"name": "of a good request", "person": f.a_person(), "scopes": ["lists:read"]}  # nobody has more than a hundred


def an_owner(f):
    term = {"role": "owner", "person": f.a_person(), "list": "members"}
    f.post("/terms", term)
    return term


def relabelled(f):
    own = f.of_the_reader()
    return Good({"post": own["id"]}, {"label": "AMBER" if own["label"] == "GREEN" else "GREEN"}, by="reader")


def a_post(f):
    return f.api("GET", "/posts?list=teams&limit=1")["items"][0]["id"]


def a_job(f):
    return f.post("/lists/drill/subscriptions:bulk?async=true", {"people": [f.a_person()]})["id"]


def closable(f):
    decision = f.proposed("other", "text", rule="approval")
    for seat in SEATS:
        f.post(f"/decisions/{decision}/votes", {"team": seat, "choice": "no"})
    return Good({"decision": decision})


def leaving(f):
    if f.client.get("/v1/lists/members/subscriptions/bamboo-rep").status != 200:
        f.post("/lists/members/subscriptions", {"person": "bamboo-rep"})
    return Good({"list": "members"}, by="member")


def decided_application(f):
    application, decision = f.balloted("operational")
    return Good({"application": application}, {"decision": decision})


def longer_hold(f):
    hold = f.a_hold()
    return Good({"hold": str(hold["id"])}, {"decision": f.decided("hold.extend", hold["person"]), "length": "24h"})


def a_review(f):
    """One open review a team: the one before is closed first."""
    team = "bamboo"
    for review in f.api("GET", f"/reviews?open=true&team={team}")["items"]:
        f.post(f"/reviews/{review['id']}:close", {"outcome": "meets", "note": "well"})
    return team


def a_duty(f):
    due = f"20{10 + next(f.serial) % 80}-{1 + next(f.serial) % 12:02}-{1 + next(f.serial) % 28:02}T{next(f.serial) % 24:02}:00:{next(f.serial) % 60:02}Z"
    return {"team": "lotus", "duty": "attestation", "due": due}


A_DECLARATION = {"team": "lotus", "criterion": "3.1 iii", "text": "its funding"}


def an_open(noun, body=None):
    """Of the small records of a team one that was just entered."""
    def made(f):
        if noun == "review":
            one = f.post("/reviews", {"team": a_review(f), "reason": "they moved"})
        elif noun == "declaration":
            one = f.post("/declarations", A_DECLARATION)
        else:
            one = f.post("/duties", a_duty(f))["items"][0]
        return Good({noun: one["id"]}, body)
    return made


def a_document_to_accept(f):
    name = f.new("policy")
    f.post("/acceptances:ask", {"document": name, "version": "1"})
    return {"team": "lotus", "document": name}


def a_kept_document(f):
    return Good({"document": f.post("/acceptances:ask", {"document": f.new("policy"), "version": "1", "text": "Be fair."})["id"]})


GOOD = {
    "readAskedDocument": a_kept_document,
    "findContacts": lambda f: Good(query={"for": "www.example.nz"}),
    "openReview": lambda f: Good(body={"team": a_review(f), "reason": "they moved"}),
    "closeReview": an_open("review", {"outcome": "meets", "note": "well"}),
    "showReview": an_open("review"),
    "makeDeclaration": lambda f: Good(body=A_DECLARATION),
    "closeDeclaration": an_open("declaration", {"note": "again"}),
    "showDeclaration": an_open("declaration"),
    "addDuty": lambda f: Good(body=a_duty(f)),
    "closeDuty": an_open("duty", {"outcome": "done"}),
    "showDuty": an_open("duty"),
    "acceptDocument": lambda f: Good(body=a_document_to_accept(f)),
    "askAcceptance": lambda f: Good(body={"document": f.new("policy"), "version": "1", "of": "members", "text": "Be fair."}),
    "confirmContacts": lambda f: Good(body={"team": "lotus"}),
    "addTeam": an_applicant,
    "changeTeam": lambda f: Good({"team": a_team(f)}, {"name": "Nova anew"}),
    "removeTeam": lambda f: Good({"team": a_team(f)}),
    "revokeTeam": leaving_partner,
    "addPerson": lambda f: Good(body={"id": (name := f.new("guest")), "name": "Ana", "team": "lotus", "addresses": [f"{name}@lotus.example"]}),
    "changePerson": lambda f: Good({"person": f.a_person()}, {"name": "Ana anew"}),
    "removePerson": lambda f: Good({"person": f.a_person()}),
    "setKey": lambda f: Good({"person": KEYHOLDER}, {"key": f.key}),
    "removeKey": lambda f: Good({"person": f.a_person()}),
    "addList": lambda f: Good(body=f.a_list_to_be()),
    "changeList": lambda f: Good({"list": (name := f.a_list())}, {"charter": "another", "decision": f.decided("list", name, set={"charter": "another"})}),
    "removeList": lambda f: Good({"list": (name := f.a_list())}, query={"decision": f.decided("list", name, set={"removed": True})}),
    "addSubscription": lambda f: Good({"list": "members"}, {"person": f.a_person()}),
    "bulkSubscribe": lambda f: Good({"list": "members"}, {"people": [f.a_person(), "bamboo-rep", "nobody"]}),
    "showTeam": lambda f: Good({"team": "orchid"}),
    "showPerson": lambda f: Good({"person": "orchid-rep"}),
    "showMail": lambda f: Good({"person": "bamboo-rep"}),
    "showKey": lambda f: Good({"person": "orchid-rep"}),
    "showList": lambda f: Good({"list": "teams"}),
    "listSubscriptions": lambda f: Good({"list": "teams"}),
    "showSubscription": lambda f: Good(a_reader(f)),
    "changeSubscription": lambda f: Good(a_reader(f), {"delivery": "none"}),
    "removeSubscription": lambda f: Good(a_reader(f)),
    "changeMyDelivery": lambda f: Good({"list": "teams"}, {"delivery": "digest"}, by="member"),
    "beginTerm": lambda f: Good(body={"role": "moderator", "person": f.a_person(), "list": "members"}),
    "deputise": deputising,
    "endTerm": lambda f: Good(body={**an_owner(f), "reason": "moves on"}),
    "createToken": lambda f: Good(body={**a_token(f), "lists": ["teams"]}),
    "revokeToken": lambda f: Good({"token": f.post("/tokens", {**a_token(f), "name": "to be revoked"})["id"]}),
    "confirmChanges": lambda f: Good({"person": f.changed_by_another()}, by="reader"),
    "forgetFactor": lambda f: Good({"person": f.with_second_factor()}),
    "openCase": lambda f: Good(body={"team": ACCUSED, "clause": "3.2", "decision": f.decided("case.open", ACCUSED)}),
    "showApplication": lambda f: Good({"application": f.an_application()["id"]}),
    "showNotice": on_case("noticed"),
    "openNotice": on_case("noticed", by="party"),
    "mailNotice": on_case("noticed"),
    "issueNotice": on_case("investigating", CONTENTS, "case.notice"),
    "recordService": on_case("noticed", {"channel": "acknowledgement"}, notice=1),
    "recordReply": on_case("served", {"reference": "letter 7"}, notice=1, by="party"),
    "recordFinding": on_case("served", {"finding": "complied", "evidence": "sha256:1"}, "case.finding"),
    "fileAppeal": on_case("served", {"reference": "letter 9"}, notice=1, by="party"),
    "withdrawAppeal": on_case("appealed", notice=1, by="party"),
    "seatPanel": on_case("appealed", PANEL, "case.panel", notice=1),
    "castPanelVote": on_case("heard", {"person": "lotus-rep", "outcome": "upheld"}, notice=1),
    "issueSanction": on_case("failed", {**SANCTION, "length": "6mo"}, "case.sanction"),
    "renewSanction": on_case("in force", SANCTION, "case.renew"),
    "liftSanction": on_case("in force", {"only": ["drill:post"]}, "case.lift"),
    "draftNotice": on_case("investigating", CONTENTS),
    "draftSanction": on_case("failed", DRAFTED),
    "draftRenewal": on_case("in force", DRAFTED),
    "listDrafts": on_case("investigating"),
    "listCasePapers": on_case("served"),
    "readCasePaper": a_reply,
    "readDocument": a_document,
    "closeDecision": closable,
    "leaveList": leaving,
    "closeCase": on_case("investigating", {"reason": "nothing in it"}, "case.close"),
    "proposeDecision": lambda f: Good(body={"kind": "case.open", "subject": "bamboo", "question": "Shall we?"}),
    "castVote": on_ballot({"team": "orchid", "choice": "yes"}),
    "replaceVote": on_ballot({"team": "orchid", "choice": "no"}),
    "checkReceipt": a_receipt,
    "recordAttendance": on_ballot({"present": list(SEATS[:5])}),
    "recuseSeat": on_ballot({"team": "takin"}),
    "lendVote": lambda f: Good({"decision": f.a_ballot_of_members()}, {"giver": "bamboo", "holder": "lotus"}),
    "signPetition": lambda f: Good({"decision": f.passed_with_reduced_quorum()}, {"team": "orchid"}),
    "breakTie": lambda f: Good({"decision": tied(f)}, {"preferred": ["lotus", "bamboo"]}),
    "submitApplication": lambda f: Good(body={"team": (team := f.new("nova")), "category": "corporate", **f.form(team)}),
    "amendApplication": lambda f: Good({"application": (a := f.an_application())["id"]}, {**f.form(a["team"]), "mission": "another"}),
    "sponsorApplication": lambda f: Good({"application": f.an_application()["id"]}, {"team": "bamboo", **PAPER}, by="member"),
    "attachDocument": on_application({"kind": "checklist", **PAPER}),
    "agreeVisit": on_application({"team": "masi"}),
    "decideApplication": decided_application,
    "recordMou": lambda f: Good({"application": admitted_partner(f)}, {"signed": f"{datetime.datetime.utcnow():%Y-%m-%d}", **PAPER}),
    "withdrawApplication": on_application({"reason": "not now"}),
    "placeHold": lambda f: Good(body={"person": f.a_person(), "reason": "account taken over"}),
    "extendHold": longer_hold,
    "liftHold": lambda f: Good({"hold": str(f.a_hold()["id"])}),
    "tellOfHold": lambda f: Good({"hold": str(f.a_hold()["id"])}),
    "showPost": lambda f: Good({"post": a_post(f)}),
    "listDeliveries": lambda f: Good({"post": a_post(f)}),
    "listArchive": lambda f: Good(by="reader"),
    "listArchiveThreads": lambda f: Good(by="reader"),
    "exportArchive": lambda f: Good(query={"list": "teams"}, by="reader"),
    "searchArchive": lambda f: Good(query={"q": "post AND NOT label:RED"}, by="reader"),
    "showArchived": lambda f: Good({"post": f.readable()}, by="reader"),
    "relabelArchived": relabelled,
    "showHeld": lambda f: Good({"post": f.held()}),
    "releaseHeld": lambda f: Good({"post": f.held()}, {"reason": "fine"}),
    "rejectHeld": lambda f: Good({"post": f.held()}, {"reason": "wrong list"}),
    "discardHeld": lambda f: Good({"post": f.held()}, {"reason": "a loop"}),
    "explain": lambda f: Good(query={"post": a_post(f), "person": "bamboo-rep"}),
    "simulate": lambda f: Good(query={"team": ACCUSED, "sanction": "teams:receive,post"}),
    "showJob": lambda f: Good({"job": a_job(f)}),
    "loadCommunity": lambda f: Good(body={"text": f.console.call("export").out}),
}

# The kind of decision an act cites, and the parameter or field that names its subject.
KINDS = {
    "changeTeam": ("clearance", "team"), "revokeTeam": ("revocation", "team"),
    "changeList": ("list", "list"), "beginTerm": ("election", None), "openCase": ("case.open", "team"), "issueNotice": ("case.notice", "case"),
    "recordFinding": ("case.finding", "case"), "issueSanction": ("case.sanction", "case"), "renewSanction": ("case.renew", "case"),
    "seatPanel": ("case.panel", "case"), "liftSanction": ("case.lift", "case"), "closeCase": ("case.close", "case"),
    "placeHold": ("hold.place", "person"), "extendHold": ("hold.extend", "person"), "decideApplication": ("admission", None),
    "closeReview": ("review", None),
}
