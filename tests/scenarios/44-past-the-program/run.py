#!/usr/bin/python3
"""Somebody edits the database while the daemon runs, without the key: takes out a security hold, changes an address, makes a representative,
flips a vote. Within a second or two no mail of a list leaves, none is taken, nobody is answered over HTTP and no command acts; the operator
hears of each by letter, once, and reads on. With the row as it was everything goes on by itself. On such a file the daemon does not start."""
# promise: J1
# promise: D4
import contextlib
import json
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from committee import Committee, a_forum
from community import address
from console import Console
from daemon import DOMAIN, states
from edits import past_triggers
from mailtools import letter, post
from sink import Sink

HELD, READER, AUTHOR = "saiga-rep", "takin-rep", "orchid-rep"
OPERATOR = "operator@arc.example"
SAID = "somebody who has no key"

# What somebody does, and the table of the row that is named.
EDITS = {
    "a security hold is taken out": ("denial", ["DELETE FROM hold", f"DELETE FROM denial WHERE whom = '{HELD}'"]),
    "an address is changed": ("address", [f"UPDATE address SET address = 'eve@elsewhere.example' WHERE address = '{address(READER)}'"]),
    "a representative is made": ("person", ["UPDATE person SET representative = 1 WHERE id = 'orchid-eve'"]),
    "a vote is flipped": ("remark", ["UPDATE remark SET word = 'no' WHERE word = 'yes'"]),
}


class House:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="letters")
        self.caveat = Console(scratch, self.sink.port, first_retry="1s").init()
        people = a_forum().person("orchid-eve")
        self.caveat.load(people.list("teams").subscribe("teams", HELD, READER, AUTHOR))
        self.committee = Committee(self.caveat)
        self.caveat.call("hold", "place", HELD, "--reason", "account taken over")
        self.decision = self.committee.propose("clearance", "saiga")
        self.caveat.call("decision", "vote", self.decision, "orchid", "yes")
        self.client = self.caveat.client(self.caveat.token(["posts:read", "teams:read"]))
        self.database = os.path.join(self.caveat.folder, "caveat.db")
        self.caveat.serve()

    def send(self):
        data = letter(address(AUTHOR), f"teams@{DOMAIN}")
        return post(self.caveat.lmtp, address(AUTHOR), f"teams@{DOMAIN}", data)[0]

    def posted(self):
        known = {p["id"] for p in self.caveat.posts()}
        check(self.send().startswith("250 "), "mail is taken")
        return next(p for p in self.caveat.judged(len(known) + 1) if p["id"] not in known)

    def rows(self, tables):
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}

    def put_back(self, kept):
        with past_triggers(self.database) as db:
            for table, rows in kept.items():
                db.execute(f"DELETE FROM {table}")
                for row in rows:
                    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    def edit(self, statements):
        with past_triggers(self.database) as db:
            for sql in statements:
                check(db.execute(sql).rowcount > 0, f"changes something: {sql}")

    def is_ready(self):
        return self.client.get("/readyz").status == 200

    def told(self):
        """Letters to the operator about it."""
        letters = [text.decode() for text in self.sink.letters()]
        return [text for text in letters if f"<{OPERATOR}>" in text and "was changed past caveat" in text]


def reaches_the_others(house, entry, what):
    """Who is held gets it when the hold is over."""
    wanted = {HELD: "deferred", READER: "sent", AUTHOR: "sent"}
    until(house.caveat.once_written(lambda: states(house.caveat.show(entry)) == wanted), 15, f"{what}: {wanted}")


def works(house, what):
    """A post goes to everybody but who is held; acts are done, and people answered."""
    reaches_the_others(house, house.posted(), what)
    equal(house.client.get("/v1/teams").status, 200, f"{what}: over HTTP")
    house.caveat.call("decision", "vote", house.decision, "banksia", "yes")


def stands_still(house, what, table):
    until(lambda: not house.is_ready(), 4, f"{what}: noticed", every=0.02)
    ready = house.client.get("/readyz")
    check(SAID in ready.json()["detail"], f"{what}: says why: {ready}")
    equal(house.client.get("/healthz").status, 200, f"{what}: it is alive")
    for target in ("/v1/teams", "/v1/posts", "/sign-in", "/"):
        reply = house.client.get(target)
        check(reply.status == 503 and SAID in reply.body.decode(), f"{what}: {target}: {reply}")
    check(house.send().startswith("451 "), f"{what}: mail is put off")
    for act in (("decision", "vote", house.decision, "banksia", "yes"), ("person", "change", READER, "--name", "Nobody"),
                ("hold", "place", AUTHOR, "--reason", "account taken over")):
        answer = house.caveat.call(*act, expect=75)
        check(SAID in answer.err and table in answer.err, f"{what}: {' '.join(act)} says why: {answer.err}")
    equal(len(house.caveat.ask("team", "list")), 7, f"{what}: who runs the server reads on")
    answer = house.caveat.call("journal", "verify", expect=1)
    check(table in answer.err and "outside the journal" in answer.err, f"{what}: {answer.err}")
    bad = [c["detail"] for c in house.caveat.call("doctor", expect=1).objects() if c["result"] == "bad" and c["check"] == "journal"]
    check(len(bad) == 1 and table in bad[0], f"{what}: the doctor: {bad}")


def scenario(scratch):
    house = House(scratch)
    works(house, "before")
    for number, (what, (table, statements)) in enumerate(EDITS.items(), 1):
        # One post waits for the relay while the row is changed, and does not leave when that has been noticed.
        house.sink.fault("rcpt:*:451 4.3.0 later")
        waits = house.posted()
        until(house.caveat.once_written(lambda: states(house.caveat.show(waits))[READER] == "deferred"), 10, "it waits")
        kept = house.rows({table, "hold"})
        house.edit(statements)
        stands_still(house, what, table)
        house.sink.no_faults()
        until(lambda: len(house.told()) == number, 10, f"{what}: the operator is told")
        check(table in house.told()[-1], f"{what}: of what: {house.told()[-1]}")
        here = house.sink.stat()["recipients"]
        time.sleep(2.5)  # its next try is due
        equal(house.sink.stat()["recipients"], here, f"{what}: nothing leaves")
        equal(states(house.caveat.show(waits))[READER], "deferred", f"{what}: it waits still")
        house.put_back(kept)
        until(house.is_ready, 4, f"{what}: and it goes on")
        reaches_the_others(house, waits, f"{what}: what waited")
        works(house, f"after: {what}")
        equal(len(house.told()), number, f"{what}: one letter")
        house.caveat.call("journal", "verify")
    equal([house.sink.who().get(a, 0) for a in ("eve@elsewhere.example", address(HELD))], [0, 0], "nobody has what is not theirs")
    acts = [e["act"] for e in house.caveat.ask("journal", "show") if e["act"].startswith("database.")]
    equal(acts, ["database.altered", "database.as_it_was"] * len(EDITS), "on record")

    house.caveat.stop()
    table, statements = EDITS["a representative is made"]
    kept = house.rows([table])
    house.edit(statements)
    refused = house.caveat.call("serve", expect=75, timeout=20)
    check(SAID in refused.err, f"it does not start: {refused.err}")
    house.put_back(kept)
    house.caveat.serve()
    works(house, "after a start")
    house.caveat.stop()


run(scenario, deadline=180)
