#!/usr/bin/python3
"""The community file both ways: what `export` gives, `load` takes without a change; `--dry-run` shows the difference and writes
nothing; 200,000 subscriptions load in seconds. And the journal's chain holds over all of it."""
# promise: O1
# promise: J1
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import resource
import time

from check import ROOT, check, equal, run
from community import Community
from daemon import Caveat

DEMO = os.path.join(ROOT, "deploy/demo/community.toml")


def changes(answer):
    """The differences that a load reports, one object each."""
    return answer.objects()


def both_ways(scratch):
    caveat = Caveat(scratch, 9).init()
    with open(DEMO, encoding="utf-8") as f:
        demo = f.read()
    check(changes(caveat.load(demo)), "the first load reports what it did")
    equal(changes(caveat.load(demo)), [], "the second has nothing to do")
    exported = scratch.path("exported.toml")
    caveat.call("export", "--out", exported)
    with open(exported, encoding="utf-8") as f:
        text = f.read()
    equal(changes(caveat.load(text)), [], "changes by loading the export")

    without = text.replace('delivery = "each"', 'delivery = "none"', 1)
    check(without != text, "the export spells delivery modes")
    dry = changes(caveat.load(without, "--dry-run"))
    equal(len(dry), 1, f"a dry run shows the one difference: {dry}")
    equal(changes(caveat.load(text)), [], "and writes nothing")
    equal(len(changes(caveat.load(without))), 1, "the load itself makes it")
    caveat.call("export", "--out", exported)
    with open(exported, encoding="utf-8") as f:
        equal(f.read(), without, "after which the export is the file that was loaded")
    caveat.call("journal", "verify")


def only_prune_removes(scratch):
    """A file that lost most of its rows takes nobody out by accident."""
    caveat = Caveat(scratch, 9, name="prune").init()
    whole = Community().team("orchid").team("banksia").person("orchid-rep").person("orchid-duty").person("banksia-rep").list("teams")
    whole.subscribe("teams", "orchid-rep", "orchid-duty", "banksia-rep")
    caveat.load(whole)
    before = caveat.call("export").out
    less = whole.without("subscription", person="banksia-rep").without("person", team="banksia").without("team", id="banksia")
    equal(changes(caveat.load(less)), [], "a load removes nothing")
    asked = caveat.load(less, "--prune", expect=2)
    check("1 team, 1 person, 1 subscription" in asked.err and "--yes" in asked.err, f"--prune says how much, and asks: {asked.err}")
    equal(len(changes(caveat.load(less, "--prune", "--dry-run"))), 3, "a dry run shows it and does not ask")
    nothing = caveat.load("# nobody at all\n", expect=2)
    check("describes nothing" in nothing.err, f"a file without any table is refused: {nothing.err}")
    equal(caveat.call("export").out, before, "the community is as it was")
    equal([c["change"] for c in changes(caveat.load(less, "--prune", "--yes"))], ["remove"] * 3, "with --yes they go")
    equal(changes(caveat.load(whole.person("orchid-new"))), [{"change": "add", "what": "person", "id": "orchid-new",
                                                              "detail": "new@orchid.example of orchid"}], "and a load adds")


def contacts(scratch):
    """Who speaks for a team and for an economy (items 14 and 15), by file, command line and back; what is not said stays."""
    caveat = Caveat(scratch, 9, name="contacts").init()
    community = Community().team("orchid", primary_contact=True).team("banksia")
    caveat.load(community.person("orchid-rep", representative=True).person("orchid-two", alternate=True).person("banksia-rep"))
    caveat.call("person", "change", "orchid-rep", "--name", "Mei Tan")
    shown = caveat.ask("person", "show", "orchid-rep")[0]
    equal((shown["name"], shown["representative"], shown["alternate"]), ("Mei Tan", True, False), "who speaks for the team still does")
    for wrong, words in ((("person", "change", "orchid-rep", "--key", "/dev/null"), "is empty"), (("inspect", "label", "/"), "is a folder"),
                         (("person", "chnage", "orchid-rep"), "no command chnage")):
        answer = caveat.call(*wrong, expect=2)
        check(words in answer.out + answer.err, f"what is wrong is said: {answer.out}{answer.err}")
    refused = caveat.call("team", "change", "banksia", "--primary-contact", expect=1)
    check("Orchid Team (orchid) is the primary contact of SG" in refused.err, f"the first is named: {refused.err}")
    twice = caveat.load(community.text().replace('id = "banksia"', 'id = "banksia"\nprimary_contact = true'), expect=2)
    check("once per economy" in twice.err, f"and a load is no way around it: {twice.err}")
    caveat.call("team", "change", "orchid", "--no-primary-contact")
    caveat.call("team", "change", "banksia", "--primary-contact")
    text = caveat.call("export").out
    equal((text.count("primary_contact = true"), text.count("alternate = true")), (1, 1), "the export says both")
    equal(changes(caveat.load(text)), [], "and changes nothing when it is loaded")


def small_records(scratch):
    """A declaration, its review, a duty and a document, on the command line (items 5, 8 and 24)."""
    caveat = Caveat(scratch, 9, name="records").init()
    caveat.load(Community().team("orchid").team("banksia").team("quokka", category="corporate").person("orchid-rep", representative=True))
    declared = caveat.ask("declaration", "add", "quokka", "--criterion", "4.3 vi", "--text", "sold")[0]
    review = caveat.ask("review", "list", "--open")[0]
    equal((review["id"], review["declaration"]), (declared["review"], declared["id"]), "it is before the committee")
    lone = caveat.call("review", "close", review["id"], "--outcome", "revocation", "--note", "sold", expect=1)
    check("needs the id of a decision" in lone.err, f"nobody recommends alone: {lone.err}")
    caveat.call("review", "close", review["id"], "--outcome", "meets", "--note", "bought back")
    equal(caveat.ask("declaration", "show", declared["id"])[0]["outcome"], "reviewed", "with it the declaration ends")
    duties = caveat.ask("duty", "add", "--all-members", "--duty", "annual_report", "--due", "2100-03-31")
    equal([d["team"] for d in duties], ["banksia", "orchid"], "members owe it, partners do not")
    early = caveat.call("duty", "close", duties[0]["id"], "--outcome", "missed", expect=1)
    check("can be missed from then on" in early.err, early.err)
    caveat.call("duty", "close", duties[0]["id"], "--outcome", "done")
    equal([d["team"] for d in caveat.ask("duty", "list", "--open")], ["orchid"], "who has not done it yet")
    caveat.call("acceptance", "ask", "Code of Conduct", "--version", "1", "--of", "members")
    caveat.call("acceptance", "add", "orchid", "Code of Conduct")
    caveat.call("acceptance", "ask", "Code of Conduct", "--version", "2", "--of", "members")
    said = [(a["version"], a["team"], a["accepted"] is not None) for a in caveat.ask("acceptance", "list")]
    equal(said, [("1", "orchid", True), ("2", "banksia", False), ("2", "orchid", False)], "a new version asks again")
    caveat.call("journal", "verify", "--head", caveat.ask("journal", "witness")[0]["head"])


def crowded(lists, people):
    c = Community().team("crowd")
    for i in range(people):
        c.person(f"crowd-s{i:05d}")
    names = [f"crowd-s{i:05d}" for i in range(people)]
    for i in range(lists):
        c.list(f"wg-{i}", "wg").subscribe(f"wg-{i}", *names)
    return c


def many(scratch):
    caveat = Caveat(scratch, 9, name="many").init()
    text = crowded(10, 20_000).text()
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    caveat.load(text)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # What else the machine does is not in this figure.
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"200,000 subscriptions in {time.monotonic() - begun:.1f} s, {took:.1f} s of CPU")
    check(took < 20, f"200,000 subscriptions took {took:.1f} s of CPU")
    begun = time.monotonic()
    equal(changes(caveat.load(text)), [], "changes by loading it again")
    print(f"and the same again in {time.monotonic() - begun:.1f} s")


def scenario(scratch):
    both_ways(scratch)
    only_prune_removes(scratch)
    contacts(scratch)
    small_records(scratch)
    many(scratch)


run(scenario, deadline=240)
