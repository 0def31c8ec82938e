#!/usr/bin/python3
"""A year of a community by its letters: an admission, a change of contacts, a held post, a ballot of the members, a review, yearly duties, a
security hold, and a case with its notices, appeal, panel and sanction. Of every letter it is said who gets it; nobody else gets any, none
comes twice, and each calls things by their names. CAVEAT_LETTERS=FILE writes all of them down to be read."""
# promise: T1
# promise: A12
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from committee import SEATS
from forum import MEMBERS, Forum

OFFICE = (*(f"{team}-rep" for team in SEATS), "kikyo-sec")  # the seats and the secretariat
CONTENTS = {"channels": "mail to the representative, and registered post", "breach": "AMBER+STRICT of the list was forwarded to a vendor",
            "opinion": "avoidable: the label stood in the subject and in the text", "remedy": "recall the copies and report within 14 days",
            "consequences": "after a second notice, loss of posting and receiving on the list", "reply": "14 days from service",
            "appeal_rules": "within 30 calendar days of service, to a panel of five; see the Code"}
FORM = {"team": "nimbus", "category": "operational", "official_name": "Nimbus Computer Emergency Response Team", "short_name": "Nimbus-CERT",
        "hosts": "Ministry of Weather", "economy": "NZ", "established": "2019", "funding": "government",
        "activity": "incident_response, coordination", "constituency": "the economy", "mission": "coordination", "site_visit": True,
        "contact_id": "nimbus-rep", "contact_name": "Ngaio Hura", "contact_address": "rep@nimbus.example"}


def reps(*teams):
    return [f"{team}-rep" for team in teams]


def tokens(f):
    """Whoever acts in this year does so with a token that the operator made, and hears of that."""
    actors = ["kikyo-sec", "narra-mod", *reps(*SEATS, "camphor", "narra", "sal", "wattle")]
    for person in actors:
        f.client(person)
    f.told("A token was made in your name", actors, "until 2028-01-01 00:00 UTC", "change: applications, cases, decisions")


def admitted(f):
    f.at("2027-01-04T09:00")
    application = f.post("kikyo-sec", "/applications", **FORM)["id"]
    path, about = f"/applications/{application}", f"Application {application} of Nimbus-CERT"
    f.post("kikyo-sec", f"{path}/documents", kind="form", text="the form as it was signed")
    f.post("takin-rep", f"{path}/sponsors", team="takin", text="we have worked with them for years")
    f.post("kikyo-sec", f"{path}/visit", team="kowhai")
    f.told("A site visit by your team", reps("kowhai"), "Emi Mori (Kikyo-CERT) recorded", "visits the site of Nimbus-CERT")
    decision = f.post("kikyo-sec", "/decisions", kind="admission", subject="nimbus", question="Admit Nimbus-CERT?")["id"]
    f.later(minutes=1)
    f.told_now(decision, f"Please vote: {decision}", reps(*SEATS), "Admit Nimbus-CERT?", "the yes of every seat", "until 2027-01-18 09:00", f"/decisions/{decision}")
    for team in SEATS[:-1]:
        f.post(f"{team}-rep", f"/decisions/{decision}/votes", team=team, choice="yes")
    f.at("2027-01-15T10:00")
    f.told_now(decision, f"Reminder: your vote on decision {decision}", reps("takin"), "closes 2027-01-18 09:00", "the seats that have not voted", "/decisions/")
    f.post("takin-rep", f"/decisions/{decision}/votes", team="takin", choice="yes")
    f.post("kikyo-sec", f"/decisions/{decision}:close")
    f.told(f"Over: the ballot {decision}", reps(*SEATS), "and it passed:", "It is in effect")
    f.post("kikyo-sec", f"{path}:decide", decision=decision)
    return about


def contacts(f):
    f.at("2027-02-01T09:00")
    f.moved = True
    f.call("kikyo-sec", "PATCH", "/people/narra-rep", {"addresses": ["contact@narra.example"]})
    f.told("rep@narra.example is on record for you no more", ["rep@narra.example"], "Emi Mori (Kikyo-CERT) changed", "Nobody has confirmed that yet", "reply to this letter")
    f.told("Your data was changed", reps("narra"), "your addresses, by Emi Mori (Kikyo-CERT)", "contact@narra.example")
    f.told("New contacts of teams", [r for r in reps(*MEMBERS, "nimbus") if r != "narra-rep"], "Narra-CERT: Lito Cruz, its representative")


def held(f):
    f.at("2027-02-10T09:00")
    f.send("quokka-rep", "teams", "TLP:GREEN a scan we see")
    until(f.held_post, 20, "held")
    f.told("Your post to teams is held", ["quokka-rep"])
    f.told("A post to teams: a moderator is asked for", ["narra-mod"], "2027-02-10 09:00", "/held")
    f.post("narra-mod", f"/held/{f.held_post()}:release", reason="fine")


def members_vote(f):
    f.at("2027-03-01T09:00")
    question = "Adopt version 5 of the Operational Framework?"
    decision = f.post("kikyo-sec", "/decisions", kind="framework", subject="text", question=question, rule="majority")["id"]
    f.later(minutes=1)
    f.told_now(decision, f"Please vote: {decision}", reps(*MEMBERS), question, "more than half of the members", "until 2027-03-15 09:00")
    for team in SEATS:
        f.post(f"{team}-rep", f"/decisions/{decision}/votes", team=team, choice="yes")
    f.post("kikyo-sec", f"/decisions/{decision}/votes", team="sal", choice="no")
    f.told("Something was recorded for your team in a ballot", reps("sal"), "Emi Mori (Kikyo-CERT) recorded: Serendib-CSIRT voted")
    f.at("2027-03-12T10:00")
    f.told_now(decision, f"Three days left to vote: {decision}", reps("camphor", "narra", "wattle", "kikyo"), question, "ends 2027-03-15 09:00")
    f.at("2027-03-16T10:00")
    f.post("kikyo-sec", f"/decisions/{decision}:close")
    f.told(f"Over: the ballot {decision}", reps(*MEMBERS), question, "ended on 2027-03-15 09:00", "and it passed:", "7 yes, 1 no", "/decisions/")
    meeting = f.post("kikyo-sec", "/decisions", kind="other", subject="drill", question="Hold the drill in August?", rule="two_thirds",
                     meeting="2027-04-20T05:00:00Z")["id"]
    f.told(f"Meeting on 2027-04-20 05:00 UTC: {meeting}", reps(*MEMBERS), "Hold the drill in August?", "two thirds at the General Meeting")
    f.post("kikyo-sec", "/acceptances:ask", document="Information Sharing and Handling Policy", version="3", of="members")
    f.told("A document to accept", reps(*MEMBERS, "nimbus"), "Information Sharing and Handling Policy", "in version 3", "/duties")


def duties(f):
    f.post("kikyo-sec", "/duties", duty="attestation", due="2027-04-15T00:00:00Z")
    for duty in f.call("kikyo-sec", "GET", "/duties")["items"]:
        if duty["team"] not in ("sal", "wattle"):
            f.post("kikyo-sec", f"/duties/{duty['id']}:close", outcome="done")
        else:
            owed = duty["id"]
    f.at("2027-04-02T10:00")
    late = reps("sal", "wattle")
    f.told_now(owed, "A duty of your team", late, "is due 2027-04-15 00:00 UTC", "reply to this letter")
    f.at("2027-04-15T10:00")
    f.told("A duty of your team", late, "was due 2027-04-15 00:00 UTC and is not on record as done")
    f.told_now("committee", "Reminder: yearly duties", OFFICE, "nothing is on record of Serendib-CSIRT, Wattle-CSIRT", "/duties")
    declared = f.post("wattle-rep", "/declarations", team="wattle", criterion="3.1 iii", text="its funding")["id"]
    f.told(f"Declaration {declared}", OFFICE, "Wattle-CSIRT declares that criterion 3.1 iii no longer holds")
    f.later(minutes=1)
    review = f.call("kikyo-sec", "GET", "/reviews")["items"][0]["id"]
    decision = f.decided("review", review, set={"outcome": "category"})
    f.post("kikyo-sec", f"/reviews/{review}:close", outcome="category", note="funding", decision=decision)
    f.told(f"Review {review}", (*OFFICE, "wattle-rep"), "recommends another category")


def hold(f):
    f.at("2027-04-24T10:00")
    f.post("kikyo-sec", "/holds", person="orchid-rep", reason="account taken over")
    f.told("Security hold on Mei Tan", ["orchid-duty"], "Orchid-CERT", "account taken over", "It ends 2027-04-27 10:00", "tell intake@")


def case(f):
    f.at("2027-05-03T10:00")
    case = f.post("kikyo-sec", "/cases", team="camphor", clause="3.2", decision=f.decided("case.open", "camphor"))["id"]
    party, news = reps("camphor"), f"Case {case}: news"
    f.post("kikyo-sec", f"/cases/{case}/notices", **CONTENTS, decision=f.decided("case.notice", case))
    f.told(f"Case {case}: compliance notice 1", party, *CONTENTS.values(), "counted from service: 14 days", "issued 2027-05-03 10:00")
    f.post("camphor-rep", f"/cases/{case}/notices/1:open")
    f.post("camphor-rep", f"/cases/{case}/replies", notice=1, reference="letter 8", text="we recalled it")
    f.told(news, OFFICE, "Camphor-CSIRT has replied to notice 1")
    f.at("2027-05-18T10:00")
    f.told_now(case, f"Reminder: case {case}", OFFICE, "the reply time of notice 1", "with a reply on record", f"/cases/{case}")
    f.post("kikyo-sec", f"/cases/{case}/findings", finding="continues", evidence="sha256:0", decision=f.decided("case.finding", case, set={"outcome": "continues"}))
    f.post("kikyo-sec", f"/cases/{case}/notices", **CONTENTS, decision=f.decided("case.notice", case))
    f.told(f"Case {case}: compliance notice 2", party)
    f.post("camphor-rep", f"/cases/{case}/notices/2:open")
    f.post("sal-rep", "/confirmations", team="sal")  # of all the only one
    f.at("2027-06-02T10:00")
    f.told_now(case, f"Reminder: case {case}", OFFICE, "the reply time of notice 2", "without a reply")
    f.post("kikyo-sec", f"/cases/{case}/sanction-notice", denies=["teams:receive,post"], length="3mo", tell_members=True,
           decision=f.decided("case.sanction", case))
    sanction = f"Case {case}: sanction notice 3"
    f.told(sanction, party, "on the list teams: receiving posts and posting", "30 days after", "It begins 2027-07-03 00:00 UTC")
    f.told(sanction, [r for r in reps(*MEMBERS, "nimbus") if r not in party], "Camphor-CSIRT (camphor) has been given notice")
    f.post("camphor-rep", f"/cases/{case}/notices/3:open")
    f.at("2027-06-10T10:00")
    f.post("camphor-rep", f"/cases/{case}/appeals", notice=3, reference="letter 9", text="too hard")
    f.told(news, OFFICE, "Camphor-CSIRT has appealed against notice 3")
    five = reps("wattle", "banksia", "kowhai", "narra", "sal")
    named = f.decided("case.panel", case, set={"chair": five[0], "members": ", ".join(five[1:])})
    f.post("kikyo-sec", f"/cases/{case}/panel", notice=3, chair=five[0], members=five[1:], decision=named)
    f.told(f"You sit on the Appeal Panel of case {case}", five, "Noah Webb (Wattle-CSIRT) presides", "You preside", "by 2027-07-10 10:00")
    f.told(f"Case {case}: news for Camphor-CSIRT", party, "the panel of five", "is seated")
    f.at("2027-07-12T10:00")
    f.told_now(case, f"Reminder: case {case}", {*OFFICE, *five}, "has no result yet", "the panel, the Steering Committee and the Secretariat")
    for person in (five[0], *five[3:]):
        f.post(person, f"/cases/{case}/panel-votes", notice=3, person=person, outcome="upheld")
    f.told(news, OFFICE, "was decided: the notice stands")
    f.told(f"Case {case}: news for Camphor-CSIRT", party, "your appeal against notice 3 was decided: the notice stands")
    equal(f.call("kikyo-sec", "GET", f"/cases/{case}")["phase"], "effective", "the sanction is in force")
    for day in ("2027-08-14", "2027-08-29", "2027-09-08"):  # 60, 45 and 35 days before 12 October
        f.at(f"{day}T12:00")
        f.told_now(case, f"Reminder: case {case}", OFFICE, "ends 2027-10-12 10:00", "must be issued by 2027-09-12 10:00")
    f.post("kikyo-sec", f"/cases/{case}:lift", decision=f.decided("case.lift", case))
    f.told(news, OFFICE, "Emi Mori (Kikyo-CERT) recorded, by your decision", "what of the sanction is lifted: wholly")
    f.told(f"Case {case}: news for Camphor-CSIRT", party, "the committee has lifted the sanction")
    f.told(f"Case {case}: what became of the sanction", reps("kikyo", "narra", "sal", "wattle", "nimbus"), "of a sanction on Camphor-CSIRT",
           "the committee has lifted the sanction")
    f.at("2027-10-03T10:00")
    f.told_now("orchid-rep", "Reminder: a term ends", OFFICE, "the term of Mei Tan (Orchid-CERT) as Chair ends 2027-12-01 00:00 UTC")


def scenario(scratch):
    f = Forum(scratch, "2027-01-04T08:00")
    try:
        tokens(f)
        about = admitted(f)
        for story in (contacts, held, members_vote, duties, hold, case):
            story(f)
        # Before they are to confirm it, and when that is overdue; Serendib-CSIRT, which did, two weeks before the next time.
        f.told("Is your contact data right?", reps(*MEMBERS, "nimbus", "quokka") * 2, "the contact data of your team by 2027-05-04",
               "was to confirm its contact data by 2027-05-04", "It was last confirmed 2027-05-18 10:00", "/duties#contacts")
        f.later(minutes=61)
        f.every_step_once(about)
        f.compare()
    finally:
        f.write_down(os.environ.get("CAVEAT_LETTERS"))
    check(f.console.ask("journal", "verify")[0]["entries"] > 200, "the journal holds")
    f.console.stop()


run(scenario, deadline=240)
