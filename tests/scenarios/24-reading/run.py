#!/usr/bin/python3
"""Who reads what over HTTP: each kind of caller asks each GET route for each object there is, and the answer is what a table says that was
written from the domain, not from the code (callers.py). What is 404 is byte for byte what does not exist, no list shows more than its parts,
and what the decision function says of copies and people is what every route says. A token without the one right a route asks for is
nobody: the same bytes, in the same time."""
# promise: A1
# promise: A7
# promise: A10
# promise: R3
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from callers import ACCUSED, CALLERS, HELD, MEMBERS, ROSTERS, ROWS, WHOLE, author, of_party, of_person, whole_roster
from check import check, equal, run
from committee import SEATS
from forum import Forum
from openapi import Document
from scopes import OtherScopes, bound_tokens, name_of


def collection(path):
    return path.rsplit("/", 1)[0]


def name_of(thing):
    return thing.get("id") or thing["name"]


class Reading(Forum):
    def __init__(self, scratch):
        super().__init__(scratch)
        self.wrong, self.asked = [], 0
        self.nothing = self.ask(CALLERS[0], "/v1/teams/there-is-none").same()
        self.document = Document(self.client.get("/openapi.json").body)
        self.reads = [o for o in self.document.operations if o.method == "GET" and "security" not in o.spec]
        self.things = {path: self.objects(path) for path in ROWS}

    def ask(self, caller, target, method="GET", body=None):
        """Strangers have few requests a second: a busy one is asked again."""
        while True:
            reply = self.client.ask(method, target, body, token=caller.token or "")
            self.asked += 1
            if reply.status != 429:
                return reply
            time.sleep(0.05)

    def holds(self, caller, target, expected):
        """`expected`: a status, or whether it is there. Returns what came."""
        wanted = expected if isinstance(expected, int) and not isinstance(expected, bool) else 200 if expected else 404
        reply = self.ask(caller, target)
        if reply.status != wanted:
            self.wrong.append(f"{caller.role} reads {target}: {reply.status}, and the table says {wanted}")
        elif wanted == 404 and reply.same() != self.nothing:
            self.wrong.append(f"{caller.role} {target}: not the bytes of what does not exist")
        return reply.json() if reply.status == wanted == 200 and reply.type == "application/json" else None

    def same(self, got, expected, what):
        if got != expected:
            self.wrong.append(f"{what}: {got}, and it should be {expected}")

    def items(self, caller, path, **more):
        """All pages of a list."""
        found, cursor = [], ""
        while True:
            page = self.ask(caller, f"{path}?limit=50{cursor}", **more)
            if page.status != 200:
                self.same(page.same(), self.nothing, f"{caller.role} {path}")
                return found
            found += page.json()["items"]
            if not page.json()["next"]:
                return found
            cursor = "&cursor=" + page.json()["next"]

    def objects(self, path):
        """All there are, as the operator sees them."""
        there = self.items(CALLERS[0], collection(path))
        if path == "/v1/posts/{post}":  # who wrote it stands in the post alone
            there = [self.ask(CALLERS[0], f"/v1/posts/{p['id']}").json() for p in there]
        if path == "/v1/decisions/{decision}":
            team_of = {c["id"]: c["team"] for c in self.items(CALLERS[0], "/v1/cases")}
            for d in there:
                d["about_team"] = team_of.get(d["subject"], d["subject"].removesuffix("-rep"))
        check(there, f"there is something under {path}")
        return there

    # ---- one thing at a time, and the list of them

    def one_kind(self, path):
        may, there = ROWS[path], self.things[path]
        for caller in CALLERS:
            for thing in there[:2] if caller.stranger else there:
                self.holds(caller, f"{collection(path)}/{name_of(thing)}", not caller.stranger and may(caller, thing))
            shown = {name_of(i) for i in self.items(caller, collection(path))}
            expected = {name_of(t) for t in there if not caller.stranger and may(caller, t)}
            self.same((sorted(shown - expected), sorted(expected - shown)), ([], []), f"{caller.role} lists {collection(path)}, too many and missing")

    def keys(self, path):
        for caller in CALLERS:
            for person in self.things["/v1/people/{person}"][:2 if caller.stranger else None]:
                self.holds(caller, f"/v1/people/{person['id']}/key", not caller.stranger and of_person(caller, person))

    def undelivered(self, path):
        """Whose copies do not arrive is for those who may read what became of every post."""
        for caller in CALLERS:
            for person in self.things["/v1/people/{person}"][:2 if caller.stranger else None]:
                self.holds(caller, path.replace("{person}", person["id"]), caller.everything)

    def rosters(self, path):
        """Whole for who keeps or audits it; the own line for who knows of the list; nothing for all others (items 65, 67)."""
        for caller in CALLERS:
            for listed in self.things["/v1/lists/{list}"]:
                name = listed["name"]
                on = ROSTERS.get(name, ())
                if caller.stranger or not (caller.everything or name in caller.knows):
                    self.holds(caller, f"/v1/lists/{name}/subscriptions", False)
                    visible = set()
                else:
                    visible = set(on) if whole_roster(caller, name) else {caller.person} & set(on)
                    shown = {line["person"] for line in self.items(caller, f"/v1/lists/{name}/subscriptions")} - {HELD}
                    self.same(sorted(shown), sorted(visible), f"{caller.role} reads the roster of {name}")
                for person in (on[:3] + (caller.person,) if caller.person else on[:1]):
                    self.holds(caller, f"/v1/lists/{name}/subscriptions/{person}", person in visible)

    def notices(self, path):
        """To its party a notice is closed until it is served (ruling d); to all others as the case is."""
        for caller in CALLERS:
            for case in self.things["/v1/cases/{case}"]:
                party = caller.own_team(case["team"])
                may = not caller.stranger and of_party(caller, case)
                served = case["notices"][0]["served"] is not None
                self.holds(caller, f"/v1/cases/{case['id']}/notices/1", 403 if may and party and not served else may)
                self.holds(caller, f"/v1/cases/{case['id']}/notices/2", False)

    def drafts(self, path):
        """Drafts of notices are the committee's alone; the party and the panel, who know of the case, hear that."""
        for caller in CALLERS:
            for case in self.things["/v1/cases/{case}"]:
                may = not caller.stranger and of_party(caller, case)
                theirs = may and (caller.own_team(case["team"]) or not caller.everything or (caller.role, caller.team) == ("accused", case["team"]))
                self.holds(caller, f"/v1/cases/{case['id']}/drafts", 403 if theirs else may)

    def case_papers(self, path):
        """What the party wrote is for whoever may know of the case."""
        for caller in CALLERS:
            for case in self.things["/v1/cases/{case}"]:
                self.holds(caller, f"/v1/cases/{case['id']}/papers", not caller.stranger and of_party(caller, case))
                self.holds(caller, f"/v1/cases/{case['id']}/papers/{'0' * 64}", False)

    def documents(self, path):
        for caller in CALLERS:
            for application in self.things["/v1/applications/{application}"]:
                self.holds(caller, f"/v1/applications/{application['id']}/documents/{'0' * 64}", False)

    def terms(self, path):
        team_of = {p["id"]: p["team"] for p in self.things["/v1/people/{person}"]}
        there = self.items(CALLERS[0], path)
        for caller in CALLERS:
            shown = self.items(caller, path)
            self.same(shown, [t for t in there if not caller.stranger and of_person(caller, {"id": t["person"], "team": team_of[t["person"]]})],
                      f"{caller.role} lists terms")

    def acceptances(self, path):
        there = self.items(CALLERS[0], path)
        check(any(a["accepted"] for a in there) and not all(a["accepted"] for a in there), "some teams accepted a document")
        for caller in CALLERS:
            self.same(self.items(caller, path), [a for a in there if not caller.stranger and (caller.everything or caller.own_team(a["team"]))],
                      f"{caller.role} lists acceptances")

    def confirmations(self, path):
        there = self.items(CALLERS[0], path)
        for caller in CALLERS:
            self.same(self.items(caller, path), [c for c in there if not caller.stranger and (caller.everything or caller.own_team(c["team"]))],
                      f"{caller.role} lists confirmations")

    def documents_to_accept(self, path):
        """For the parties that are asked, and an applicant who will be."""
        for caller in CALLERS:
            may = not caller.stranger and (caller.everything or caller.speaks)
            shown = self.holds(caller, f"/v1/documents/{self.document_of_all}", may)
            self.same(shown and shown["content"], may and "QmUgZmFpci4=" or None, f"{caller.role} reads the document to accept")

    def contacts(self, path):
        """Constituencies are for everybody; people and their addresses for members (items 59 and 67)."""
        for caller in CALLERS:
            shown = self.holds(caller, f"{path}?for=192.0.2.7", not caller.stranger)
            if shown:
                of_member = caller.person is None or caller.team in SEATS + MEMBERS
                self.same([(c["team"], [p["id"] for p in c["people"]]) for c in shown["contacts"]],
                          [("lotus", ["lotus-rep"] if of_member else [])], f"{caller.role} asks whose an address is")

    def me(self, path):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        held = [t for t in self.items(CALLERS[0], "/v1/terms") if t["from"] <= now and (not t["until"] or now < t["until"])]
        for caller in CALLERS:
            shown = self.holds(caller, path, not caller.stranger)
            if shown is None or caller.person is None:
                continue
            self.same(shown["person"]["id"], caller.person, f"{caller.role}: who one is")
            self.same(shown["team"] is not None, caller.everything or caller.speaks, f"{caller.role}: whether one reads the own team")
            self.same(shown["roles"], [t for t in held if t["person"] == caller.person], f"{caller.role}: the roles held now")
            self.same({name["name"] for name in shown["lists"]}, caller.knows, f"{caller.role}: the lists one knows of")
            self.same({n["name"] for n in shown["lists"] if n["delivery"]} - {"drill"}, {n for n, on in ROSTERS.items() if caller.person in on},
                      f"{caller.role}: the rosters one stands on")

    def waiting(self, path):
        """Nothing that one may not read by itself waits for one."""
        for caller in CALLERS:
            shown = self.holds(caller, path, not caller.stranger and (caller.everything or caller.speaks))
            for item in shown["items"] if shown else ():
                kind, _, thing = item["page"].partition("#")[0].lstrip("/").partition("/")
                if thing:
                    self.holds(caller, f"/v1/{kind}/{thing}", True)
                elif kind == "duties":
                    self.same(caller.everything or caller.speaks, True, f"{caller.role} is told of {item}")
            if shown and caller.everything:
                self.same({i["about"] for i in shown["items"]} >= {c["id"] for c in self.things["/v1/cases/{case}"]}, True,
                          f"{caller.role}: every case waits")

    def whole(self, path):
        for caller in CALLERS:
            target = path + ("?team=camphor&sanction=teams:receive" if path.endswith("simulate") else "")
            self.holds(caller, target, not caller.stranger and WHOLE[path](caller))

    def owned_jobs(self, path):
        """Of who began it, and nobody else."""
        for caller in CALLERS:
            for job, role in self.jobs.items():
                self.holds(caller, f"/v1/jobs/{job}", caller.role == role)

    def archive(self, path):
        """Content is read with a token of one's own making; all of these the operator made (A9). Who may read it: scenario 41."""
        for caller in CALLERS:
            for item in self.things["/v1/posts/{post}"][:2]:
                self.holds(caller, path.replace("{post}", item["id"]), False)

    # ---- what the decision function decides

    def deliveries(self, path):
        """Who received it, who did not and why: for who keeps or audits the roster; not for the author nor a moderator."""
        for item in self.things["/v1/posts/{post}"]:
            rows = {d["person"]: d for d in self.caveat.ask("post", "show", item["id"])[0]["deliveries"]}
            for caller in CALLERS:
                may = not caller.stranger and whole_roster(caller, item["list"])
                shown = self.holds(caller, f"/v1/posts/{item['id']}/deliveries", may)
                if shown is not None:
                    got = {d["person"]: (d["state"], d["because"] or "") for d in shown["items"]}
                    self.same(got, {p: (d["state"], d["because"] or "") for p, d in rows.items()}, f"{caller.role}: copies of {item['id']}")

    def explanations(self, path):
        """About everybody for who reads everything; about oneself where one stood on the roster, or is the author. The same words as the
        decision function says on the command line."""
        people = sorted({c.person for c in CALLERS if c.person} | {HELD, "banksia-rep"})
        for item in self.things["/v1/posts/{post}"]:
            for person in people:
                line = self.caveat.ask("policy", "explain", "--post", item["id"], "--person", person)[0]
                on = not line["state"].startswith("not on the roster")
                for caller in CALLERS[:-1] if person != "orchid-rep" else CALLERS:
                    own = caller.person == person and (on or author(caller, item))
                    shown = self.holds(caller, f"/v1/policy:explain?post={item['id']}&person={person}", not caller.stranger and (caller.everything or own))
                    if shown is None:
                        continue
                    what = f"{caller.role}: why {person} did (not) get {item['id']}"
                    for field in ("state", "would_receive_now", "rules_now"):
                        self.same(shown[field], line.get(field, [] if field == "rules_now" else None), f"{what}, {field}")
                    self.same(shown["because"] or "", line.get("because") or "", f"{what}, because")
                    self.same(shown["judged"], line["judged"] if caller.everything or author(caller, item) else [], f"{what}, judged")

    def copies_agree(self):
        """A copy that was kept back is kept back by the rules of now, and one that was sent would be sent."""
        withheld = set()
        for item in self.things["/v1/posts/{post}"]:
            for copy in self.items(CALLERS[0], f"/v1/posts/{item['id']}/deliveries"):
                line = self.caveat.ask("policy", "explain", "--post", item["id"], "--person", copy["person"])[0]
                what = f"{copy['person']}, {item['id']} {copy['state']} {copy['because']}: the rules of now"
                self.same(line["would_receive_now"], copy["state"] == "sent", what)
                if copy["state"] == "withheld":
                    withheld.add(copy["because"].split(":")[0])
        equal(withheld, {"above_ceiling", "denied"}, "there were copies for the decision function to keep back")

    def accused(self):
        """Item 27: what the seat reads of its case is what any party reads of its own."""
        mine = {c["team"]: c["id"] for c in self.things["/v1/cases/{case}"]}
        seat = next(c for c in CALLERS if c.role == "accused")
        shown = self.ask(seat, f"/v1/cases/{mine[ACCUSED]}").json()
        self.same(shown["seen_as"], "party", "the seat of the accused reads its case")
        self.same([n.get("denies") for n in shown["notices"]], [None], "and of an unserved notice only that there is one")
        letters = {l["for"] for l in shown["letters"]}
        self.same(letters <= {"notice"}, True, "and its own letters only")

    def open_parts(self):
        """Item 21: of an application members read what is for everybody."""
        tapir = next(a for a in self.things["/v1/applications/{application}"] if a["team"] == "tapir")
        member = next(c for c in CALLERS if c.role == "representative")
        shown = self.ask(member, f"/v1/applications/{tapir['id']}").json()
        self.same({f["visible"] for f in shown["form"].values()}, {"public"}, "fields that a member reads")
        self.same(set(tapir["form"]) - set(shown["form"]) >= {"mission", "hosts", "funding"}, True, "what is the committee's stays away")
        self.same((shown["seen_as"], shown["happened"], shown["documents"]), ("member", [], []), "nor what was handed in")

    ASKED = {"/v1/people/{person}/key": keys, "/v1/people/{person}/undelivered": undelivered,
             "/v1/people/{person}/mail": undelivered, "/v1/lists/{list}/subscriptions": rosters,
             "/v1/lists/{list}/subscriptions/{person}": None, "/v1/cases/{case}/notices/{notice}": notices, "/v1/terms": terms, "/v1/acceptances": acceptances, "/v1/confirmations": confirmations, "/v1/contacts": contacts, "/v1/documents/{document}": documents_to_accept,
             "/v1/cases/{case}/drafts": drafts, "/v1/cases/{case}/papers": case_papers, "/v1/cases/{case}/papers/{paper}": None,
             "/v1/applications/{application}/documents/{document}": documents,
             "/v1/me": me, "/v1/waiting": waiting, "/v1/jobs/{job}": owned_jobs, "/v1/posts/{post}/deliveries": deliveries,
             "/v1/archive/posts": archive, "/v1/archive/posts/{post}": archive, "/v1/archive/threads": archive,
             "/v1/archive/search": archive, "/v1/archive/export": archive,
             "/v1/policy:explain": explanations}  # None: with the one before

    def every_route(self):
        for operation in self.reads:
            path, before = operation.path, self.asked
            if path in ROWS:
                self.one_kind(path)
            elif path in WHOLE:
                self.whole(path)
            elif path in self.ASKED:
                if self.ASKED[path]:
                    self.ASKED[path](self, path)
            elif not any(collection(row) == path for row in ROWS):
                self.wrong.append(f"{path} has no row in this scenario's table: who may read it?")
            if self.asked > before:
                print(f"  {path:42} {self.asked - before} questions")


def scenario(scratch):
    reading = Reading(scratch)
    reading.every_route()
    reading.copies_agree()
    reading.accused()
    reading.open_parts()
    print(f"  {reading.asked} questions by {len(CALLERS)} kinds of callers")
    check(not reading.wrong, f"{len(reading.wrong)} answers differ:\n    " + "\n    ".join(reading.wrong[:60]))
    bound_tokens(reading)
    OtherScopes(reading).run()
    check(reading.caveat.ask("journal", "verify"), "the journal verifies")
    reading.caveat.stop()


run(scenario, deadline=420)
