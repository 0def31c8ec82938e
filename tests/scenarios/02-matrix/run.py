#!/usr/bin/python3
"""The access matrix (rules.md §2), cell by cell over real posts: every kind of party on the roster of four lists, every label
posted once on each. Who gets it and who does not, and why, is computed from the table below, which is written from the prose and
not from the rule book."""
# promise: A1
# promise: A2
# promise: A4
# promise: L5
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run
from community import Community, address, days_ago
from daemon import DOMAIN, Caveat, code, reasons, states
from mailtools import letter, post
from sink import Sink

LABELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
MAXIMUM = {"teams": "AMBER+STRICT", "partners": "GREEN", "announce": "CLEAR", "wg-malware": "AMBER+STRICT"}
LISTS = tuple(MAXIMUM)

# party: category, subtype, and the highest label it receives on each of LISTS; a reason instead where it receives nothing.
PARTIES = {
    "voting":   ("operational", None, "AMBER+STRICT", "GREEN", "CLEAR", "AMBER+STRICT"),
    "newcomer": ("operational", None, "AMBER+STRICT", "GREEN", "CLEAR", "AMBER+STRICT"),
    "liaison":  ("liaison", None, "AMBER", "GREEN", "CLEAR", "AMBER"),
    "registry": ("strategic", "registry", "AMBER", "GREEN", "CLEAR", "AMBER"),
    "forum":    ("strategic", "csirt_forum", "AMBER", "GREEN", "CLEAR", "AMBER"),
    "security": ("strategic", "security_org", "AMBER", "GREEN", "CLEAR", "AMBER"),
    "informal": ("strategic", "informal", "GREEN", "GREEN", "CLEAR", "GREEN"),
    "police":   ("strategic", "lea", "no_cell", "CLEAR", "CLEAR", "GREEN"),
    "policy":   ("strategic", "policy", "no_cell", "CLEAR", "CLEAR", "no_cell"),
    "other":    ("strategic", "other", "no_cell", "CLEAR", "CLEAR", "GREEN"),
    "vendor":   ("corporate", None, "GREEN", "GREEN", "CLEAR", "GREEN"),
    "cleared":  ("corporate", None, "GREEN", "GREEN", "CLEAR", "AMBER"),
    "legacy":   ("legacy_supporting", None, "no_cell", "GREEN", "CLEAR", "no_cell"),
    "unsigned": ("liaison", None, "no_mou", "no_mou", "no_mou", "no_mou"),
    "applying": ("applicant", None, "no_cell", "no_cell", "no_cell", "no_cell"),
    "gone":     ("former", None, "no_cell", "no_cell", "no_cell", "no_cell"),
}


# Whom no column could ever serve there: nobody is put on such a roster. They were when they still were members.
HOPELESS = [(party, name) for party, (_, _, *ceilings) in PARTIES.items() for name, ceiling in zip(LISTS, ceilings) if ceiling == "no_cell"]


def forum(before=False):
    c = Community()
    for party, (category, subtype, *_) in PARTIES.items():
        if before and party in dict(HOPELESS):
            category, subtype = "operational", None
        more = {"subtype": subtype} if subtype else {}
        if party == "unsigned":
            more["mou"] = None
        c.team(party, category, since=days_ago(40) if party == "newcomer" else "2020-01-01", **more).person(f"{party}-rep")
    c.term("chair", "voting-rep")  # announcements are the chair's to post,
    c.person("voting-seat", team="voting").term("sc", "voting-seat")  # where their team has a seat
    for name, maximum in MAXIMUM.items():
        c.list(name, name.split("-")[0], max_tlp=maximum, default_tlp=maximum if maximum in ("GREEN", "CLEAR") else "AMBER")
        c.subscribe(name, *(f"{party}-rep" for party in PARTIES))
    return c.clearance("cleared", "wg-malware", "AMBER")


def expected(listname, label):
    """person -> (state, reason) of a post with this label, or None if the list does not carry it."""
    if LABELS.index(label) > LABELS.index(MAXIMUM[listname]):
        return None
    rows = {}
    for party, (_, _, *ceilings) in PARTIES.items():
        ceiling = ceilings[LISTS.index(listname)]
        if ceiling not in LABELS:
            rows[f"{party}-rep"] = ("withheld", ceiling)
        elif LABELS.index(label) > LABELS.index(ceiling):
            rows[f"{party}-rep"] = ("withheld", "above_ceiling")
        else:
            rows[f"{party}-rep"] = ("sent", "")
    return rows


def scenario(scratch):
    sink = Sink(scratch)
    caveat = Caveat(scratch, sink.port).init()
    refused = caveat.load(forum(), expect=1)
    for party, name in HOPELESS:
        check(f"subscription {name} {party}-rep: " in refused.err, f"{party} on {name} is refused: {refused.err[:2000]}")
    equal(refused.err.count("no column of the access matrix"), len(HOPELESS), "and nobody else is")
    check("community.toml:" in refused.err, "each with its line")
    equal(caveat.ask("team", "list"), [], "nothing was loaded")
    caveat.load(forum(before=True))
    warned = caveat.load(forum())
    check("applying-rep" in warned.out + warned.err, "load warns of subscriptions that can receive nothing")
    caveat.serve()
    author = address("voting-rep")
    cells = [(name, label) for name in LISTS for label in LABELS]
    for name, label in cells:
        data = letter(author, f"{name}@{DOMAIN}", subject=f"TLP:{label} cell", message_id=f"{name}.{label}@voting.example")
        replies = post(caveat.lmtp, author, f"{name}@{DOMAIN}", data)
        check(replies[0].startswith("250 "), f"{label} on {name} is taken: {replies}")
    posts = {p["message_id"].strip("<>"): p for p in caveat.judged(len(cells))}
    tally = {}
    for name, label in cells:
        what, entry = f"{label} on {name}", posts[f"{name}.{label}@voting.example"]
        rows = expected(name, label)
        if rows is None:
            equal((entry["verdict"], code(entry["because"])), ("refused", "above_list"), what)
            continue
        equal((entry["verdict"], entry["label"]), ("distributed", label), what)
        shown = caveat.settled(entry)
        got = {p: (s, "" if s == "sent" else reasons(shown)[p]) for p, s in states(shown).items()}
        equal({p: v for p, v in got.items() if v != rows.get(p)}, {p: v for p, v in rows.items() if v != got.get(p)}, f"{what}: cells that differ")
        for person, (state, _) in rows.items():
            tally[address(person)] = tally.get(address(person), 0) + (state == "sent")
    who = sink.who()
    for person, count in tally.items():
        if person != author:  # who is also told of the refusals
            equal(who.get(person, 0), count, f"copies the relay took for {person}")
    caveat.stop()


run(scenario)
