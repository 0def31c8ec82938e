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
    many(scratch)


run(scenario, deadline=240)
