#!/usr/bin/python3
"""Databases that earlier programs wrote (tests/corpus/upgrade), brought to the schema of today by the real program: the journal vouches for
them as before, nothing that was known is lost, they are worked with, and their export is the one of then. What was edited in an older file
is found after the upgrade."""
# promise: O2
# promise: J1
# promise: O1
import json
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from committee import SEATS
from community import address
from daemon import DOMAIN, states
from edits import past_triggers
from mailtools import letter, post
from sink import Sink
from upgrade import House, kept, schema
from vouched import refused

# What somebody with a SQLite shell does to an older file, and what the journal says after the upgrade.
EDITS = {
    "UPDATE team SET category = 'liaison' WHERE id = 'camphor'": "team .* changed",
    "DELETE FROM denial": "denial .* removed",
    "INSERT INTO term SELECT person, 'chair', list, begins, ends FROM term LIMIT 1": "term .* written",
    "UPDATE motion SET closes = closes + 1": "motion .* changed",
    "UPDATE token SET rights = rights || ' people:write'": "token .* changed",
    "UPDATE sealed_vote SET bytes = (SELECT max(bytes) FROM sealed_vote)": "sealed_vote .* changed",
    "UPDATE case_act SET act = act || 'x' WHERE number = 1": "case_act .* changed",
    "UPDATE entry SET actor = 'operator eve' WHERE number = 3": "entry 3 ",
    "DELETE FROM bound WHERE table_name = 'hold'": "entry ",
}


SECOND = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z$")
IN_WORDS = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z")


def still(then, now, where):
    """All that was said then is said now. A later program may say more, an instant more finely, and no text as nothing."""
    if isinstance(then, dict):
        for key in then:
            still(then[key], now.get(key), f"{where}.{key}")
    elif isinstance(then, list) and isinstance(now, list):
        then = [one for one in then if one != "item 20: the document 'checklist'"]  # which blocks nothing any more (ruling nn)
        check(len(now) >= len(then), f"{where}: {len(now)} of {len(then)}")
        for n, (one, other) in enumerate(zip(then, now)):
            still(one, other, f"{where}[{n}]")
    else:
        plain = lambda value: SECOND.sub(r"\1Z", value).replace("; item 20: the document 'checklist'", "") or None if isinstance(value, str) else value
        now, then = plain(now), plain(then)
        if ".happened[" in where and where.endswith(".what") and then:
            then = IN_WORDS.sub(r"\1 \2 UTC", then)
        equal(now, then, where)


class Upgraded:
    def __init__(self, scratch, folder, newest):
        self.name = os.path.basename(folder)
        self.scratch, self.sink = scratch, Sink(scratch, name=f"{self.name}-sink")
        self.caveat = House(scratch, self.sink.port, seconds=3600, name=self.name).unpack(folder)
        with open(os.path.join(folder, "facts.json"), encoding="utf-8") as f:
            self.then = json.load(f)
        with open(os.path.join(folder, "exported.toml"), encoding="utf-8") as f:
            self.exported_then = f.read()
        self.secret = self.then.pop("secret")
        self.token = self.then.pop("token_secret")
        equal(schema(self.caveat.database), int(self.name.rpartition("-")[2]), "the schema it was written with")
        self.caveat.call("journal", "verify")  # the first to open it
        equal(schema(self.caveat.database), newest, "brought to the schema of today")

    def says_the_same(self):
        now = self.caveat.facts()
        still({noun: self.then[noun] for noun in now}, now, self.name)

    def gives_the_same_export(self, newest):
        text = self.caveat.exported()
        equal(text, self.exported_then, "the export of then")
        other = House(self.scratch, self.sink.port, seconds=3600, name=f"{self.name}-loaded").init()
        equal(schema(other.database), newest, "a new file has the schema of today")
        other.load(text)
        equal(other.exported(), text, "loaded into an empty database and exported again")
        equal(other.load(text).objects(), [], "changes by loading it again")

    def mail_goes_on(self):
        caveat = self.caveat
        waiting, = (post for post in self.then["posts"].values() if "deferred" in states(post).values())
        until(caveat.once_written(lambda: states(caveat.show(waiting))["saiga-rep"] == "sent"), 20, "the copy that waited for its retry leaves")
        equal(states(caveat.show(waiting))["mugung-rep"], "deferred", "the one to a person under a hold waits on")
        held, = self.then["held"]
        caveat.call("held", "release", held["id"])
        until(caveat.once_written(lambda: caveat.show(held)["verdict"] == "distributed"), 20, "the post that was held is released")
        before = {p["id"] for p in caveat.posts()}
        sender, to = address("kowhai-rep"), f"teams@{DOMAIN}"
        check(post(caveat.lmtp, sender, to, letter(sender, to, subject="TLP:AMBER after the upgrade"))[0].startswith("250 "), "taken")
        new = until(caveat.once_written(lambda: [p for p in caveat.posts() if p["id"] not in before and p["verdict"] == "distributed"]), 20, "a new post")[0]
        copies = states(caveat.settled(new, but={"deferred"}))
        equal([copies[f"{team}-rep"] for team in ("orchid", "saiga", "mugung", "narra")], ["sent", "sent", "deferred", "withheld"], "copies")
        equal(caveat.client(self.token).get(f"/v1/posts/{new['id']}").status, 200, "the token opens what it opened")

    def the_committee_goes_on(self):
        caveat, secret = self.caveat, self.secret
        for team, choice in secret["votes"].items():
            told = caveat.ask("decision", "receipt", secret["ballot"], secret["receipts"][team])[0]
            equal((told["counts"], told["choice"]), (True, choice), f"the sealed vote of {team}")
        caveat.call("decision", "vote", secret["ballot"], "narra", "yes")
        ballot, = (d["id"] for d in self.then["decision"].values() if d["kind"] == "clearance")
        caveat.call("decision", "vote", ballot, ",".join(SEATS), "yes")
        equal(caveat.ask("decision", "close", ballot)[0]["verdict"], "passed", "the open ballot is voted through")
        clear = ("team", "change", "narra", "--clearance", "teams=AMBER+STRICT", "--decision")
        refused(caveat, "ruling (ii): it names no list and label", *clear, ballot)
        ballot = caveat.ask("decision", "propose", "clearance", "narra", "--question", "Anew?", "--set", "list=teams", "--set", "label=AMBER+STRICT")[0]["id"]
        caveat.call("decision", "vote", ballot, ",".join(SEATS), "yes")
        caveat.call("decision", "close", ballot)
        caveat.call(*clear, ballot)
        case, = self.then["case"]
        equal(len(caveat.ask("case", "appeal", case, "1", "letter of the representative")[0]["appeals"]), 1, "the case goes on")
        caveat.stop()
        caveat.stand_at(8 * 86_400)
        tally = caveat.ask("decision", "show", secret["ballot"])[0]["tally"]
        equal((tally["yes"], tally["no"], tally["sealed"]), (7, 1, 0), "the secret ballot, opened and counted")


    def is_sound(self):
        found = {each["check"]: each["result"] for each in self.caveat.ask("doctor", expect=None)}
        equal((found["database"], found["journal"]), ("good", "good"), "the doctor")


def edits_are_found(scratch, folder):
    house = House(scratch, 9, seconds=3600, name=f"edited-{os.path.basename(folder)}").unpack(folder)
    original = scratch.path("original.db")
    shutil.copy(house.database, original)
    for sql, what in EDITS.items():
        shutil.copy(original, house.database)
        for tail in ("-wal", "-shm"):
            if os.path.exists(house.database + tail):
                os.unlink(house.database + tail)
        with past_triggers(house.database) as db:
            check(db.execute(sql).rowcount > 0, f"changes something: {sql}")
        answer = house.call("journal", "verify", expect=None)
        check(answer.status == 1 and re.search(what, answer.err), f"{sql}: {what}: {answer.status} {answer.err}")


def scenario(scratch):
    fresh = House(scratch, 9, name="fresh").init()
    newest = schema(fresh.database)
    databases = kept()
    check(len(databases) > 1, "there are databases to upgrade")
    for folder in databases:
        upgraded = Upgraded(scratch, folder, newest)
        upgraded.says_the_same()
        upgraded.gives_the_same_export(newest)
        upgraded.caveat.serve()
        upgraded.mail_goes_on()
        upgraded.the_committee_goes_on()
        upgraded.is_sound()
    for folder in (databases[0], databases[-1]):  # all steps are taken from the one, none of those from the other
        edits_are_found(scratch, folder)


run(scenario, deadline=240)
