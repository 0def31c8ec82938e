"""Side doors by the pages: forms sent past what a page offers, as whoever is signed in could send them. Each is refused in words and leaves
every row that the journal vouches for as it was. The same acts by the command line and over the API are in 16-18 and 21-24."""
import datetime

import vouched
from check import check

MEETING = f"{datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30):%Y-%m-%dT00:00:00Z}"
NOTHING = "There is nothing here for you"
# Who: what the refusal says, the operation, its fields. "D" is a decision that passed, about something else; "R" an open review of narra;
# "B" an open ballot; "C" a case; "H" a post that waits for its label.
DOORS = {
    "secretariat": (
        # decisions bind what they decide (rulings ii and jj)
        ("its application records them", "addTeam", {"id": "nova", "name": "Nova", "category": "operational", "economy": "US", "since": "2010-01-01", "decision": "D"}),
        ("is changed by an application of fjord", "changeTeam", {"team": "fjord", "category": "operational", "decision": "D"}),
        ("is changed by an application of fjord", "changeTeam", {"team": "fjord", "mou": "2020-01-01"}),
        ("is changed by an application of fjord", "changeTeam", {"team": "fjord", "since": "2010-01-01"}),
        ("needs one about clearance of fjord", "changeTeam", {"team": "fjord", "clearances": "teams=AMBER+STRICT", "decision": "D"}),
        ("'AMBER' is no NAME=VALUE", "changeTeam", {"team": "fjord", "clearances": "AMBER", "decision": "D"}),
        ("needs one about revocation of camphor", "revokeTeam", {"team": "camphor", "reason": "so", "decision": "D"}),
        ("needs one about list of teams", "changeList", {"list": "teams", "charter": "another", "decision": "D"}),
        ("less authentication of a list's posts", "changeList", {"list": "teams", "authentication": "envelope"}),
        ("a lower default label of a list", "changeList", {"list": "teams", "default_tlp": "GREEN"}),
        ("a new list (ruling jj)", "addList", {"name": "fresh", "class": "teams", "charter": "chat", "max_tlp": "AMBER"}),
        ("the removal of a list (ruling jj)", "removeList", {"list": "teams", "sure": "yes"}),
        # people and rosters (rulings kk and ll; items 14, 15)
        ("nobody is moved between teams", "changePerson", {"person": "osprey-own", "team": "narra"}),
        ("no column of the access matrix", "addSubscription", {"list": "members", "person": "fjord-rep"}),
        ("of a list sees its roster and what waits there", "beginTerm", {"role": "moderator", "person": "fjord-rep", "list": "members", "from": "2026-12-01"}),
        ("is representative of camphor", "addPerson", {"id": "camphor-two", "name": "Two", "team": "camphor", "addresses": "two@camphor.example", "representative": "true"}),
        ("an economy has one", "changeTeam", {"team": "camphor", "primary_contact": "true"}),
        # applications, reviews and ballots (items 17-24; rulings nn and tt)
        ("hand the document in, not its hash alone", "attachDocument", {"application": "A-2026-001", "kind": "form", "hash": "0" * 64}),
        ("is not ready for its ballot", "proposeDecision", {"kind": "admission", "subject": "nimbus", "question": "Admit?"}),
        ("an MoU belongs to a partner the committee approved", "recordMou", {"application": "A-2026-001", "signed": "2020-01-01", "text": "signed"}),
        ("needs the id of a decision", "closeReview", {"review": "R", "outcome": "revocation", "note": "gone"}),
        ("review R-2026-001 is open", "proposeDecision", {"kind": "revocation", "subject": "narra", "question": "Revoke?", "review": "R", "meeting": MEETING}),
        ("a ballot is over within a year of its proposal", "proposeDecision", {"kind": "case.open", "subject": "narra", "question": "Open?", "closes": "2099-01-01T00:00:00Z"}),
        ("a ballot opens not before the proposal", "proposeDecision", {"kind": "case.open", "subject": "narra", "question": "Open?", "opens": "2019-06-01T00:00:00Z"}),
        ("a meeting sits not before the proposal", "proposeDecision", {"kind": "framework", "subject": "text", "question": "So?", "rule": "two_thirds", "meeting": "2016-06-01T00:00:00Z"}),
        ("votes are still out", "closeDecision", {"decision": "B"}),
        # cases, terms and what waits (items 30, 42, 54; rulings d and k)
        ("before it was issued", "recordService", {"case": "C", "notice": "1", "channel": "acknowledgement", "at": "2020-01-01T00:00:00Z"}),
        ("needs one about case.close", "closeCase", {"case": "C", "reason": "so", "decision": "D"}),
        ("needs one about hold.extend", "extendHold", {"hold": "1", "decision": "D"}),
        ("(item 49)", "beginTerm", {"role": "sc", "person": "narra-rep", "from": "2026-12-01", "until": "2027-12-01", "decision": "D"}),
        ("archive:read is given to nobody but by themself", "createToken", {"name": "x", "person": "hibiscus-rep", "scopes": ["archive:read"]}),
        ("which only its author can settle", "releaseHeld", {"post": "H"}),
        ("are the committee's to decide", "loadCommunity", {"text": '[[team]]\nid = "orchid"\nname = "Orchid Team"\ncategory = "operational"\neconomy = "SG"\nsince = 2010-01-01\n'}),
        ("There is no way back by a click", "removePerson", {"person": "fjord-rep"}),
        ("There is no way back by a click", "removeSubscription", {"list": "teams", "person": "camphor-rep"}),
    ),
    "committee": (
        ("does not speak for hibiscus", "castVote", {"decision": "B", "team": "hibiscus", "choice": "yes"}),
        ("secretariat", "askAcceptance", {"document": "Code", "version": "1", "text": "Be fair."}),
        (NOTHING, "changeTeam", {"team": "narra", "name": "Another"}),
    ),
    "member": (
        (NOTHING, "changeTeam", {"team": "camphor", "primary_contact": "true"}),
        (NOTHING, "changePerson", {"person": "narra-rep", "name": "Another"}),
        (NOTHING, "castVote", {"decision": "B", "team": "camphor", "choice": "no"}),
        (NOTHING, "openReview", {"team": "narra", "reason": "so"}),
        (NOTHING, "placeHold", {"person": "narra-rep", "reason": "so"}),
        (NOTHING, "removeList", {"list": "teams", "sure": "yes"}),
        ("an id begins with", "addPerson", {"id": "camphor-two", "name": "Two", "team": "camphor", "addresses": "two@elsewhere.example"}),
        ("only the operator and the secretariat make tokens for others", "createToken", {"name": "x", "person": "hibiscus-rep", "scopes": ["decisions:write"]}),
        ("is not among the maker's own rights", "createToken", {"name": "x", "scopes": ["lists:write"]}),
    ),
}


def try_all(walk):
    """Those of whoever is signed in now."""
    letters = walk.things
    walk.browser.goto("/")
    before, wrong = vouched.rows(walk.caveat), []
    for words, act, fields in DOORS.get(walk.role, ()):
        filled = {name: letters.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
        status, text = walk.browser.act(act, if_match="*", **filled)
        now = vouched.rows(walk.caveat)
        changed = [table for table in {*before, *now} if before.get(table) != now.get(table)]
        if changed or words not in text or status < 400 and "no way back" not in words:
            wrong.append(f"{walk.role} {act} {filled}: {status}, changed {changed}: {text[:300]}")
        before = now
    check(not wrong, "side doors:\n    " + "\n    ".join(wrong))
