#!/usr/bin/python3
"""What was posted is read again by exactly those who may: eight kinds of reader ask for each post over every way in, by the command line (what,
never content), over the API with a token of their own making, and on the pages. What one may not know of is what does not exist, byte for byte. Then what leaves and comes as files, what gets another label, what is forgotten, and what is over."""
# promise: R1
# promise: R2
# promise: R3
# promise: R4
# promise: R5
# promise: A9
# promise: K13
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import contextlib
import datetime
import glob
import mailbox
import sqlite3
import urllib.parse

from check import check, equal, run, until
from community import Community, address
from console import ALL_SCOPES, Console
from daemon import DOMAIN
from mailtools import letter, post
from sink import Sink

CANARY = "wombat-burrow"  # in a subject and a text: nowhere at rest
LABELS = {"one": "GREEN", "two": "AMBER", "three": "AMBER+STRICT", "four": "AMBER", "five": "AMBER", "six": "GREEN"}
ANSWERS = {"two": "one", "four": "two", "six": "four"}
# Written from the rules, not from the code. banksia joins after three; wattle is away for four; myrtle leaves before four and stays a member;
# camphor is denied receiving all the while; fjord, a liaison, has a ceiling of AMBER; tansy is a former member in the end; masi-old has left.
READABLE = {
    "orchid-rep": ["one", "two", "three", "four", "five", "six"],
    "banksia-rep": ["one", "four", "five", "six"],
    "wattle-rep": ["one", "two", "three", "five", "six"],
    "myrtle-rep": ["one", "two", "three", "six"],
    "camphor-rep": [],
    "tansy-rep": [],
    "fjord-rep": ["one", "two", "four", "five", "six"],
}
LEFT = ("masi-old", "tansy-rep")  # have no login any more
SIGNED_IN = {person: readable for person, readable in READABLE.items() if person not in LEFT}
# Of whom a parent cannot be read, the answer stands where one stands whose parent never came; but References name all ancestors.
THREADS = {
    "orchid-rep": [(["one", "two", "four", "six"], [0, 1, 2, 3]), (["three"], [0]), (["five"], [0])],
    "banksia-rep": [(["one", "four", "six"], [0, 1, 2]), (["five"], [0])],
    "wattle-rep": [(["one", "two", "six"], [0, 1, 2]), (["three"], [0]), (["five"], [0])],
    "myrtle-rep": [(["one", "two", "six"], [0, 1, 2]), (["three"], [0])],
    "camphor-rep": [],
    "tansy-rep": [],
    "fjord-rep": [(["one", "two", "four", "six"], [0, 1, 2, 3]), (["five"], [0])],
}


def forum():
    c = Community()
    for team in ("orchid", "banksia", "wattle", "myrtle", "camphor", "tansy", "masi"):
        c.team(team).person(f"{team}-rep", representative=True)
    c.team("mugung").person("mugung-rep", representative=True).term("sc", "mugung-rep")
    c.team("fjord", category="liaison").person("fjord-rep", representative=True).person("masi-old")
    now = datetime.datetime.utcnow().replace(microsecond=0)
    c.list("teams").subscribe("teams", "orchid-rep", "wattle-rep", "myrtle-rep", "camphor-rep", "tansy-rep", "fjord-rep", "masi-old")
    return c.denial("teams", ["receive"], now - datetime.timedelta(days=3), now + datetime.timedelta(days=90), team="camphor")


class Library:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="letters")
        self.caveat = Console(scratch, self.sink.port).init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.ids, self.names = {}, {}

    def put(self, name):
        orchid, to = address("orchid-rep"), f"teams@{DOMAIN}"
        ancestors, above = [], ANSWERS.get(name)
        while above:
            ancestors.insert(0, f"<{above}@orchid.example>")
            above = ANSWERS.get(above)
        headers = [f"References: {' '.join(ancestors)}", f"In-Reply-To: {ancestors[-1]}"] if ancestors else []
        mail = letter(orchid, to, f"TLP:{LABELS[name]} {name} {CANARY}", f"TLP:{LABELS[name]}\n\nThe {CANARY} of {name}.\n", headers=headers,
                      message_id=f"{name}@orchid.example")
        check(post(self.caveat.lmtp, orchid, [to], mail)[0].startswith("250 "), f"{name} is taken")
        done = self.caveat.judged(len(self.ids) + 1)
        new = next(p for p in done if p["message_id"] == f"{name}@orchid.example")
        equal((new["verdict"], new["label"]), ("distributed", LABELS[name]), name)
        self.ids[name], self.names[new["id"]] = new["id"], name
        self.caveat.settled(new)

    def live(self):
        for name in ("one", "two", "three"):
            self.put(name)
        self.caveat.call("subscription", "add", "teams", "banksia-rep")
        for person in ("wattle-rep", "myrtle-rep"):
            self.caveat.call("subscription", "remove", "teams", person, "--yes")
        self.put("four")
        self.caveat.call("subscription", "add", "teams", "wattle-rep")
        self.put("five")
        self.put("six")
        self.tokens = {person: self.caveat.reading_token(address(person), self.sink.letters) for person in [*READABLE, "masi-old"]}
        self.caveat.call("person", "remove", "masi-old", "--yes")
        self.caveat.load(Community().team("tansy", category="former"))

    def named(self, ids):
        return [self.names[i] for i in ids]


def by_command(library):
    """What, in the order of `posted`, and why; never a word of it."""
    def ask(*words):
        answer = library.caveat.call(*words)
        check(CANARY not in answer.out + answer.err, f"no word of it: {words}")
        return answer.objects()

    for person, readable in READABLE.items():
        rows = ask("archive", "list", "--as", person, "--list", "teams")
        equal(library.named(r["post"] for r in rows), readable, f"{person} reads")
        for row in rows:
            equal(sorted(row), ["label", "list", "post", "posted", "thread"], "the keys of a line")
            equal((row["list"], row["label"]), ("teams", LABELS[library.names[row["post"]]]), "list and label")
        why = ask("archive", "list", "--as", person, "--why")
        equal(library.named(w["post"] for w in why), list(LABELS), "every post")
        equal([w for w in library.named(w["post"] for w in why if w["readable"])], readable, f"why {person} reads")
        check(all(w["because"] for w in why), "each with its reason")
        threads = ask("archive", "threads", "teams", "--as", person)
        equal([(library.named(t["posts"]), t["depth"]) for t in threads], THREADS[person], f"threads of {person}")
        of = {i: t["thread"] for t in threads for i in t["posts"]}
        equal({r["post"]: r["thread"] for r in rows}, of, "lines and threads name the same thread")
    shown = ask("archive", "show", library.ids["three"], "--as", "fjord-rep")[0]
    check(not shown["readable"] and shown["because"][0].startswith("above_ceiling"), f"why not: {shown}")
    ask("archive", "search", "from:orchid", "--as", "orchid-rep")
    ask("post", "show", library.ids["one"])
    library.caveat.call("archive", "list", "--as", "masi-old", expect=2)
    library.caveat.call("archive", "list", "--as", "orchid-rep", "--list", "nothing", expect=2)


def by_searching(library):
    """What is found is among what may be read; of AMBER+STRICT by no word."""
    client = library.caveat.client()
    strict = [name for name, label in LABELS.items() if label == "AMBER+STRICT"]
    for person, readable in SIGNED_IN.items():
        for query, expected in ((CANARY, [n for n in readable if n not in strict]), ("from:orchid", readable), ("four", [n for n in readable if n == "four"]),
                                ("label:AMBER NOT five", [n for n in readable if LABELS[n] == "AMBER" and n != "five"]),
                                ('"of five" OR label:AMBER+STRICT', [n for n in readable if n == "five" or n in strict])):
            found = client.get("/v1/archive/search?q=" + urllib.parse.quote(query), token=library.tokens[person]).json()
            equal((library.named(r["post"] for r in found["items"]), found["next"]), (expected, None), f"{person} searches {query}")
            if query in (CANARY, "from:orchid"):
                equal(library.caveat.ask("archive", "search", query, "--as", person), found["items"], f"{person} searches {query} by command")
    library.caveat.call("archive", "search", "a AND", "--as", "orchid-rep", expect=2)


def over_http(library):
    """The same set over every route; what is not in it is what does not exist."""
    client = library.caveat.client()
    nothing = client.get("/v1/archive/posts/nothing", token=library.tokens["orchid-rep"]).same()
    equal(nothing[0], 404, "what does not exist")
    for person, readable in SIGNED_IN.items():
        token = library.tokens[person]
        told = library.caveat.ask("archive", "list", "--as", person)
        for query in ("", "?list=teams"):
            equal(client.get("/v1/archive/posts" + query, token=token).json(), {"items": told, "next": None}, f"{person} lists")
        threads = client.get("/v1/archive/threads?list=teams", token=token).json()["items"]
        equal(threads, library.caveat.ask("archive", "threads", "teams", "--as", person), f"threads of {person}")
        for name, post_id in library.ids.items():
            target = f"/v1/archive/posts/{post_id}"
            whole = {"Accept": "message/rfc822"}
            answers = [client.get(target, token=token), client.get(target + "?part=1", token=token), client.get(target, token=token, headers=whole)]
            if name not in readable:
                for answer in answers:
                    equal(answer.same(), nothing, f"{name} for {person}")
                continue
            shown = answers[0].json()
            check(f"The {CANARY} of {name}." in shown["text"] and CANARY in shown["subject"], f"{name} for {person}: {shown}")
            check(f"The {CANARY} of {name}." in answers[1].body.decode(), "its part")
            equal((answers[1].headers["x-content-type-options"], answers[1].headers["content-disposition"].split(";")[0]), ("nosniff", "attachment"),
                  "a part is a download")
            check(f"TLP: {LABELS[name]}\r\n" in answers[2].body.decode() and answers[2].type == "message/rfc822", "the whole, as its copy is")
    others = [*(library.tokens[person] for person in LEFT), library.caveat.token(ALL_SCOPES), library.caveat.token(["posts:read"], "orchid-rep"), "0" * 64, ""]
    one = f"/v1/archive/posts/{library.ids['one']}"
    for token in others:  # who left, the operator, what somebody else made, nobody
        for target in ("/v1/archive/posts", "/v1/archive/posts?subjects=true", "/v1/archive/threads", "/v1/archive/search?q=one",
                       "/v1/archive/export?list=teams", one, one + "?part=1"):
            equal(client.get(target, token=token).same(), nothing, f"{target}: nothing for others")
        equal(client.get(one, token=token, headers={"Accept": "message/rfc822"}).same(), nothing, "nor the whole")


def on_the_pages(library):
    """The same set where a copy's Archived-At leads, in the list and as a file; what is not in it is the page of what does not exist."""
    client = library.caveat.client()
    for person, readable in SIGNED_IN.items():
        cookie = {"Cookie": library.caveat.sessions[address(person)]}
        page = lambda target: client.get(target, headers=cookie)
        for name, post_id in library.ids.items():
            for more in ("", "/file", "/file?part=1"):
                got, nothing = page(f"/archive/{post_id}{more}"), page(f"/archive/nothing{more}")
                if name in readable:
                    check(got.status == 200 and f"The {CANARY} of {name}." in got.body.decode(), f"{name}{more} for {person}: {got}")
                else:
                    equal((got.status, got.body.replace(post_id.encode(), b"nothing")), (nothing.status, nothing.body), f"{name}{more} for {person}")
        for target in ("/archive", f"/archive/search?q={CANARY}"):
            shown = [name for name, post_id in library.ids.items() if post_id in page(target).body.decode()]
            equal(shown, [n for n in readable if target == "/archive" or LABELS[n] != "AMBER+STRICT"], f"{target} of {person}")
    one = library.ids["one"]
    for cookie in (*({"Cookie": library.caveat.sessions[address(person)]} for person in LEFT), {}):  # who left, nobody
        for target in ("/archive/{}", "/archive/{}/file", "/archive/{}/file?part=1", "/archive", f"/archive/search?q={CANARY}"):
            got, nothing = (client.get(target.format(i), headers=cookie) for i in (one, "nothing"))
            check(one not in got.body.decode().replace(target.format(one), "") and CANARY not in got.body.decode().replace(target, ""), f"{target}: {got}")
            equal((got.status, got.body.replace(one.encode(), b"nothing")), (nothing.status, nothing.body), f"{target} for others")


def nobody_makes_a_key_for_others(library):
    for whom in ((), ("--person", "orchid-rep")):
        answer = library.caveat.call("token", "create", "reading", "--scope", "archive:read", *whom, expect=1)
        check("themself" in answer.err, answer.err)


def noted(library):
    """Reads of AMBER+STRICT are in the journal, once an hour, and no others."""
    read = library.caveat.ask("journal", "show", "--act", "archive.read")
    equal(sorted((e["actor"], library.names[e["subject"]]) for e in read), [(f"person {team}-rep", "three") for team in ("myrtle", "orchid", "wattle")], "who read it")
    library.caveat.call("journal", "verify")


def found_again(library):
    """Copies say where: each link is of a post, and nothing of the words rests anywhere."""
    letters = [text.decode(errors="replace") for text in library.sink.letters()]
    copies = [text for text in letters if "List-Id:" in text]
    check(len(copies) >= 15, f"copies went out: {len(copies)}")
    for text in copies:
        name = text.split("Message-ID: <", 1)[1].split("@", 1)[0]
        check(f"Archived-At: <http://127.0.0.1:{library.caveat.port}/archive/{library.ids[name]}>" in text.replace("\r\n ", ""), f"{name}:\n{text[:900]}")
    for path in glob.glob(os.path.join(library.caveat.folder, "caveat.db*")):
        with open(path, "rb") as f:
            check(CANARY.encode() not in f.read(), f"{path} has no word of it")


def as_files(library):
    """What leaves as a file has its labels and is in the journal: no AMBER+STRICT but one's own, for the operator none."""
    caveat, out = library.caveat, os.path.join(library.caveat.folder, "teams.mbox")
    mild = [name for name, label in LABELS.items() if label != "AMBER+STRICT"]
    equal(caveat.ask("archive", "export", "teams", "--out", out)[0], {"exported": len(mild)}, "the operator exports")
    equal(os.stat(out).st_mode & 0o777, 0o600, "for nobody else")
    caveat.call("archive", "export", "teams", "--out", out, expect=1)
    caveat.call("archive", "export", "teams", "--out", out + ".none", "--until", "2020-01-01")
    names = lambda path: [m["Message-ID"].split("@")[0].lstrip("<") for m in mailbox.mbox(path, create=False)]
    equal((names(out), names(out + ".none")), (mild, []), "what is in them")
    equal([m["TLP"] for m in mailbox.mbox(out)], [LABELS[n] for n in mild], "with their labels")
    for person, readable in SIGNED_IN.items():
        own = out + "." + person
        reply = caveat.client().get("/v1/archive/export?list=teams", token=library.tokens[person])
        equal((reply.status, reply.type), (200, "application/mbox"), f"{person} exports")
        with open(own, "wb") as f:
            f.write(reply.body)
        equal(names(own), [n for n in readable if n in mild or person == "orchid-rep"], f"what {person} exports")
    exports = [e["actor"].split()[0] for e in caveat.ask("journal", "show", "--act", "archive.exported")]
    equal((exports.count("operator"), exports.count("person")), (2, 5), "the journal has each that took something")


OLD = (("old-green", "TLP:GREEN", "Mon, 02 Mar 2020 12:00:00 +0000", "GREEN"), ("old-amber", "TLP:AMBER", "Mon, 02 Mar 2020 12:00:00 +0000", "AMBER"),
       ("older-amber", "TLP:AMBER", "Wed, 02 Mar 2016 12:00:00 +0000", "AMBER+STRICT"), ("undated", "TLP:AMBER", None, "AMBER+STRICT"),
       ("plain", "no label", "Tue, 03 Mar 2020 12:00:00 +0000", "AMBER"), ("red", "TLP:RED", "Tue, 03 Mar 2020 12:00:00 +0000", None))


def brought_in(library):
    """Old mail: every one is accounted for, has its label before anybody reads it, and comes once."""
    caveat, box = library.caveat, os.path.join(library.caveat.folder, "old.mbox")
    with open(box, "w", encoding="utf-8") as f:
        for name, label, date, _ in OLD:
            f.write(f"From someone Mon Mar  2 12:00:00 2020\nReceived: by mx.orchid.example; Mon, 02 Mar 2020 12:00:00 +0000\nFrom: Old <old@orchid.example>\nSubject: {label} {name}\nMessage-ID: <{name}@old.example>\n"
                    + (f"Date: {date}\n" if date else "") + f"\n{label}\n>From the start {CANARY} {name}\n\n")
        f.write("From nobody Mon Mar  2 12:00:00 2020\nthis is no header\n\nx\n")
    dry = caveat.ask("import", "mbox", box, "--list", "teams", "--dry-run")[0]
    done = caveat.ask("import", "mbox", box, "--list", "teams")[0]
    equal(dry, done, "the dry run said so")
    equal((done["imported"], [s["message"] for s in done["skipped"]]), (5, ["red@old.example", "message 7"]), f"each is accounted for: {done}")
    equal(caveat.ask("import", "mbox", box, "--list", "teams")[0]["imported"], 0, "again it adds nothing")
    caveat.call("import", "mbox", box, "--list", "nothing", expect=2)
    caveat.call("import", "mbox", caveat.config, "--list", "teams", expect=2)
    by_id = {p["id"]: p["message_id"].split("@")[0] for p in caveat.posts()}
    why = {by_id[w["post"]]: w for w in caveat.ask("archive", "list", "--as", "orchid-rep", "--why")}
    equal({name: why[name]["label"] for name, _, _, label in OLD if label}, {name: label for name, _, _, label in OLD if label}, "their labels")
    equal((why["old-green"]["posted"], why["old-green"]["readable"], why["old-amber"]["readable"]), ("2020-03-02T12:00:00Z", True, False),
          "posted then, and read by who was there then")
    shown = caveat.client().get(f"/v1/archive/posts/{why['old-green']['post']}", token=library.tokens["banksia-rep"]).json()
    check(f"From the start {CANARY} old-green" in shown["text"], f"its words: {shown}")
    # Whoever reads it sees that nobody posted it here.
    live = caveat.client().get(f"/v1/archive/posts/{library.ids['one']}", token=library.tokens["banksia-rep"]).json()
    equal([line.get("imported") for line in (shown, live, why["old-green"])], [True, None, True], "one was imported")
    whole = caveat.client().get(f"/v1/archive/posts/{why['old-green']['post']}", token=library.tokens["banksia-rep"], headers={"Accept": "message/rfc822"})
    check(b"X-Imported: " in whole.body, f"the copy says so: {whole.body[:600]}")
    named = caveat.ask("journal", "show", "--act", "archive.imported")[0]["detail"]
    check(why["old-green"]["post"] in str(named), f"the journal names it: {named}")


def taken_over(library):
    """A roster of another list manager: who is on record gets a place, who is not is told, and what may not be done is not."""
    caveat, roster = library.caveat, os.path.join(library.caveat.folder, "roster")
    with open(roster, "w", encoding="utf-8") as f:
        f.write(f"Banksia <{address('banksia-rep')}>\n{address('mugung-rep')}\nstranger@x.example\n{address('mugung-rep')}\n")
    expected = [("add", "teams mugung-rep"), ("unknown", "stranger@x.example")]
    for more in (("--dry-run",), ()):
        equal([(r["change"], r["id"]) for r in caveat.ask("import", "mailman", roster, "--list", "teams", *more)], expected, f"the diff {more}")
    equal([r["change"] for r in caveat.ask("import", "mailman", roster, "--list", "teams")], ["unknown"], "it was done")
    caveat.call("import", "sympa", roster, "--list", "teams", expect=2)


def indexed(library):
    """What was found by looking is found in the index, which the daemon keeps, and when it was made anew."""
    caveat = library.caveat
    queries = (CANARY, f"{CANARY} NOT four", "from:orchid label:GREEN", '"of five"', "start -label:AMBER+STRICT")
    ask = lambda: [caveat.ask("archive", "search", query, "--as", person) for query in queries for person in READABLE]
    found = ask()
    check(sum(map(len, found)) > 20, "something is found")
    equal(caveat.ask("archive", "reindex")[0], {"indexed": len(LABELS) + 5}, "the index is made anew")
    equal(ask(), found, "the same is found")


def relabelled(library):
    """Whose label it is: the team's own, and of who runs the list the stricter one. The archive has it at once, at every door; whoever has a
    copy is told."""
    caveat, client, six = library.caveat, library.caveat.client(), library.ids["six"]
    nothing = client.get("/v1/archive/posts/nothing", token=library.tokens["orchid-rep"]).same()

    def give(person, label):
        return client.post(f"/v1/archive/posts/{six}:relabel", {"label": label}, token=library.tokens[person])

    def in_every_place(person, there):
        token = library.tokens[person]
        places = {"list": caveat.call("archive", "list", "--as", person).out, "threads": caveat.call("archive", "threads", "teams", "--as", person).out,
                  "search": caveat.call("archive", "search", "from:orchid", "--as", person).out,
                  "over HTTP": client.get("/v1/archive/posts", token=token).body.decode(),
                  "threads over HTTP": client.get("/v1/archive/threads", token=token).body.decode()}
        equal({place: six in text for place, text in places.items()}, dict.fromkeys(places, there), f"six for {person}")
        equal(client.get(f"/v1/archive/posts/{six}", token=token).same() == nothing, not there, f"six itself for {person}")
        equal(b"six@orchid.example" in client.get("/v1/archive/export?list=teams", token=token).body, there and person == "orchid-rep", "the file")

    for person in ("banksia-rep", "fjord-rep", "camphor-rep", "masi-old"):
        equal(give(person, "CLEAR").same(), nothing, f"no label for {person} to give")
    caveat.call("archive", "relabel", six, "CLEAR", expect=1)
    caveat.call("archive", "relabel", six, "RED", expect=1)
    caveat.call("archive", "relabel", six, "ORANGE", expect=2)
    caveat.call("archive", "relabel", "nothing", "AMBER", expect=2)
    before = len(library.sink.letters())
    told = caveat.ask("archive", "relabel", six, "AMBER+STRICT")[0]
    equal((told["before"], told["label"], told["sooner"]), ("GREEN", "AMBER+STRICT", True), f"raised, and kept for a shorter time: {told}")
    in_every_place("fjord-rep", False)  # above a liaison's ceiling, who has the copy and is told
    in_every_place("orchid-rep", True)
    letters = until(lambda: len(library.sink.letters()) >= before + told["told"] and library.sink.letters()[before:], 15, "they are told")
    fjord = [text for text in letters if address("fjord-rep").encode() in text]
    check(len(fjord) == 1 and b"TLP:GREEN before, TLP:AMBER+STRICT from now on" in fjord[0] and CANARY.encode() not in fjord[0], f"the letter: {fjord}")
    equal(give("orchid-rep", "GREEN").status, 200, "its author lowers it")
    equal(give("orchid-rep", "GREEN").status, 409, "once")
    equal(client.get(f"/v1/archive/posts/{six}", token=library.tokens["fjord-rep"]).json()["label"], "GREEN", "and it is back")
    # Of what was imported there is no team to ask: a decision that names the label stands in.
    old = next(p["id"] for p in caveat.posts() if p["message_id"] == "old-green@old.example")
    caveat.call("decision", "propose", "archive.relabel", old, "--question", "Shall it be milder?", "--set", "list=teams", expect=2)
    asked = caveat.ask("decision", "propose", "archive.relabel", old, "--set", "label=CLEAR")[0]
    equal(asked["question"], f"archive.relabel {old}: label=CLEAR?", "where no question is written, what is decided is it")
    decision = asked["id"]
    caveat.call("decision", "vote", decision, "mugung", "yes")
    caveat.call("decision", "close", decision)
    caveat.call("archive", "relabel", six, "CLEAR", "--decision", decision, expect=1)
    caveat.call("archive", "relabel", old, "AMBER", "--decision", decision, expect=1)
    equal(caveat.ask("archive", "relabel", old, "CLEAR", "--decision", decision)[0]["label"], "CLEAR", "as decided")
    equal([e["subject"] for e in caveat.ask("journal", "show", "--act", "post.relabelled")], [six, six, old], "all are in the journal")
    caveat.call("journal", "verify")


def forgotten(library):
    """By decision, with its keys: an older copy of the database beside the key file of now opens nothing of it, and the rest as before."""
    caveat, post_id = library.caveat, library.ids["two"]
    one = f"/v1/archive/posts/{library.ids['one']}"
    client, token = caveat.client(), library.tokens["orchid-rep"]
    nothing = client.get("/v1/archive/posts/nothing", token=token).same()
    decision = caveat.ask("decision", "propose", "archive.forget", post_id, "--question", "Shall we forget it?")[0]["id"]
    caveat.call("archive", "forget", post_id, "--decision", decision, expect=1)
    caveat.call("decision", "vote", decision, "mugung", "yes")
    caveat.call("decision", "close", decision)
    caveat.call("archive", "forget", library.ids["one"], "--decision", decision, expect=1)
    caveat.stop()
    database = os.path.join(caveat.folder, "caveat.db")
    before = {path: open(path, "rb").read() for path in glob.glob(database + "*") if "reserve" not in path}
    caveat.call("archive", "forget", post_id, "--decision", decision)
    caveat.call("archive", "forget", post_id, "--decision", decision, expect=1)
    for older in (False, True):
        if older:
            for path in glob.glob(database + "*"):
                if "reserve" not in path:
                    os.unlink(path)
            for path, bytes_then in before.items():
                with open(path, "wb") as f:
                    f.write(bytes_then)
        caveat.serve()
        client = caveat.client()
        for more in ("", "?part=1"):
            equal(client.get(f"/v1/archive/posts/{post_id}{more}", token=token).same(), nothing, f"forgotten, with {older=}")
            equal(client.get(one + more, token=token).status, 200, "the rest as before")
        for query in ("two", '"of two"'):
            equal(caveat.ask("archive", "search", query, "--as", "orchid-rep"), [], f"{query} is not found, with {older=}")
        if not older:
            equal([e["subject"] for e in caveat.ask("journal", "show", "--act", "archive.forgotten")], [post_id], "the journal keeps that it was")
            why = next(w for w in caveat.ask("archive", "list", "--as", "orchid-rep", "--why") if w["post"] == post_id)
            check(why["because"][0].startswith("forgotten"), f"and why tells: {why}")
            caveat.call("journal", "verify")
        caveat.stop()


def bodies(library):
    """Of which posts sealed bytes rest in the database."""
    with contextlib.closing(sqlite3.connect(os.path.join(library.caveat.folder, "caveat.db"))) as database:
        rows = database.execute("SELECT p.id FROM post p JOIN body b ON b.post = p.body JOIN archived a ON a.post = p.key WHERE length(a.bytes) > 0")
        return {library.names[i] for i, in rows if i in library.names}


def over(library):
    """Four years later: what is over is read by nobody at once, and a day after the clock was known to be there its bytes are gone. What is
    preserved is not destroyed, and read by nobody either."""
    caveat, years, ids = library.caveat, 4 * 366 * 86_400, library.ids
    rest = bodies(library)
    check(set(LABELS) == rest, f"bodies rest: {rest}")
    caveat.call("archive", "preserve", "--reason", "of nothing", expect=2)
    kept = caveat.ask("archive", "preserve", ids["four"], "--reason", "order 7 of a court")[0]
    caveat.call("archive", "let-go", str(kept["number"]), "--decision", "D-1999-001", expect=2)
    caveat.move_clock(years)
    caveat.serve()
    why = {library.names.get(w["post"]): w for w in caveat.ask("archive", "list", "--as", "orchid-rep", "--why")}
    for name in ("two", "three", "four", "five"):
        check(not why[name]["readable"] and why[name]["because"][0].startswith("retention_over: over since "), f"{name}: {why[name]}")
    check(why["one"]["readable"], "GREEN is kept for seven years")
    caveat.call("archive", "export", "teams", "--out", os.path.join(caveat.folder, "late.mbox"))
    caveat.stop()
    equal(bodies(library), rest, "the clock may be wrong: nothing is destroyed yet")
    caveat.move_clock(years + 2 * 86_400)
    caveat.serve()
    named = lambda: {name for name in LABELS if ids[name] in caveat.call("journal", "show", "--act", "archive.swept").out}
    until(lambda: named() == {"two", "three", "five"}, 15, "what is over is swept, and the journal names it")
    caveat.stop()
    equal(bodies(library), {"one", "four", "six"}, "what rests")
    caveat.call("archive", "forget", ids["four"], "--decision", "D-2026-001", expect=1)
    caveat.call("journal", "verify")


def scenario(scratch):
    library = Library(scratch)
    library.live()
    by_command(library)
    by_searching(library)
    over_http(library)
    on_the_pages(library)
    nobody_makes_a_key_for_others(library)
    noted(library)
    found_again(library)
    as_files(library)
    brought_in(library)
    taken_over(library)
    indexed(library)
    relabelled(library)
    forgotten(library)
    over(library)
    library.sink.stop()


run(scenario)
