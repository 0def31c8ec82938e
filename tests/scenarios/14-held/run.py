#!/usr/bin/python3
"""Held posts: released, rejected, discarded by their own id; judged again at the release with the author's standing of that moment;
two moderators deciding at once release once. The list's moderator hears of the first at once, of the rest in one letter an hour later, over a
crash too."""
# promise: A3
# promise: D7
# promise: D2
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime
import subprocess

import vouched
from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, code, states
from mailtools import letter, post
from sink import Sink

MODERATOR = "camphor-mod"
READERS = ("orchid-rep", "banksia-rep", "camphor-rep")


def forum():
    c = Community()
    for team in ("orchid", "banksia", "camphor"):
        c.team(team).person(f"{team}-rep")
    c.person(MODERATOR).term("moderator", MODERATOR, list="members").term("sc", "banksia-rep")
    return c.list("members", posting="moderated").subscribe("members", *READERS)


class Desk:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="letters")
        self.caveat = Caveat(scratch, self.sink.port).init()
        self.caveat.load(forum())
        self.caveat.serve()

    def hold(self, author="orchid-rep", message_id=None):
        """Posts, and returns the held post."""
        before = {p["id"] for p in self.caveat.posts()}
        sender = address(author)
        replies = post(self.caveat.lmtp, sender, f"members@{DOMAIN}", letter(sender, f"members@{DOMAIN}", message_id=message_id))
        check(replies[0].startswith("250 "), f"taken: {replies}")
        new = [p for p in self.caveat.judged(len(before) + 1) if p["id"] not in before][0]
        equal((new["verdict"], code(new["because"])), ("held", "moderated"), "it is held")
        check(new["id"] in [h["id"] for h in self.caveat.ask("held", "list")], "and listed")
        return new

    def verdict(self, entry):
        return self.caveat.show(entry)["verdict"]

    def becomes(self, entry, verdict):
        until(lambda: self.verdict(entry) == verdict, 10, f"{entry['id']} {verdict}")

    def copies(self, entry):
        return sum(m.strip("<>") == entry["message_id"].strip("<>") for _, m in self.sink.ids())


def release_reject_discard(desk):
    """Three posts with one Message-ID: each goes its own way (D7)."""
    first, second, third = (desk.hold(message_id="thrice@orchid.example") for _ in range(3))
    desk.caveat.call("held", "release", second["id"])
    desk.becomes(second, "distributed")
    equal(states(desk.caveat.settled(second)), {p: "sent" for p in READERS}, "the released one is delivered")
    equal((desk.verdict(first), desk.verdict(third)), ("held", "held"), "the others are not")
    desk.caveat.call("held", "reject", first["id"], "--reason", "wrong list")
    desk.caveat.call("held", "discard", third["id"])
    desk.becomes(first, "refused")
    desk.becomes(third, "dropped")
    equal(desk.copies(second), len(READERS), "copies in all")
    desk.caveat.call("held", "release", first["id"], expect=1)


def judged_again(desk):
    """The author is sanctioned while the post waits: a release does not bring it out (A3)."""
    entry = desk.hold("camphor-rep")
    now = datetime.datetime.utcnow().replace(microsecond=0)
    desk.caveat.load(forum().denial("members", ["post"], now - datetime.timedelta(minutes=5), now + datetime.timedelta(days=9), team="camphor"))
    desk.caveat.call("held", "release", entry["id"])
    desk.becomes(entry, "refused")
    check(any("denied" in line for line in desk.caveat.show(entry)["because"]), "because of the sanction")
    equal(desk.copies(entry), 0, "copies")


def waits_for_its_label(desk):
    """A release cannot say what an unclear label meant: it is refused in words, and the author is not told twice (L3)."""
    sender, before = address("orchid-rep"), len(desk.caveat.posts())
    mailed = desk.sink.who().get(sender, 0)
    post(desk.caveat.lmtp, sender, f"members@{DOMAIN}", letter(sender, f"members@{DOMAIN}", subject="TLP:ORANGE what is it"))
    entry = max(desk.caveat.judged(before + 1), key=lambda p: p["received"])
    equal((entry["verdict"], code(entry["because"])), ("held", "label_held"), "it is held")
    until(lambda: desk.sink.who().get(sender, 0) > mailed, 10, "the author is told")
    letters = desk.sink.who()[sender]
    refused = desk.caveat.call("held", "release", entry["id"], expect=1)
    check("only its author can settle" in refused.err and "Reject it with a reason" in refused.err, f"in words: {refused.err}")
    desk.sink.quiet()
    equal((desk.verdict(entry), desk.sink.who()[sender]), ("held", letters), "nothing was changed, and nobody told again")


def two_moderators(desk):
    for _ in range(5):
        entry = desk.hold()
        command = [desk.caveat.binary, "--config", desk.caveat.config, "held", "release", entry["id"]]
        racing = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(4)]
        codes = sorted(process.wait(20) for process in racing)
        equal(codes, [0, 1, 1, 1], "one of them wins, the others are told so")
        desk.becomes(entry, "distributed")
        desk.caveat.settled(entry)
        equal(desk.copies(entry), len(READERS), "copies")


def moderator_told(desk):
    """What is not urgent is one letter an hour, and none twice (ruling ss)."""
    def letters():
        return [text for text in (raw.decode() for raw in desk.sink.letters()) if f"\r\nTo: <{address(MODERATOR)}>\r\n" in text]
    check(len(letters()) == 1 and "A post to members" in letters()[0] and "moderator" in letters()[0], f"one letter in the first hour: {letters()}")
    desk.caveat.kill()
    desk.caveat.move_clock(3_700)
    desk.caveat.serve()
    until(lambda: len(letters()) == 2, 20, "the rest when the hour is over")
    check(" messages for you" in letters()[1] and "\n1. A post to members" in letters()[1], letters()[1])
    desk.sink.quiet(2)
    desk.caveat.kill()
    desk.caveat.serve()
    desk.sink.quiet(2)
    equal(len(letters()), 2, "none twice")


def an_address_serves(desk):
    """Wherever a person is asked for, an address serves as well as an id: every command that takes one, and those of cases in 16-case."""
    ask, who = desk.caveat.ask, address(MODERATOR).upper()
    for read in (("person", "show"), ("policy", "simulate", "--left", "--person"), ("journal", "show", "--subject")):
        by_id, by_address = ([{**fact, "as_of": None} for fact in ask(*read, name)] for name in (MODERATOR, who))
        check(by_id and by_id == by_address, f"{read}: {by_id} {by_address}")
    person = ("person",)
    for act, names in ((("subscription", "add", "members", who), None),
                       (("subscription", "change", "members", who, "--delivery", "none"), None),
                       (("subscription", "remove", "members", who, "--yes"), None),
                       (("person", "change", who, "--name", "Somebody"), None),
                       (("term", "begin", "owner", who, "--list", "members"), person),
                       (("term", "end", "owner", who, "--list", "members", "--reason", "laid down"), person),
                       (("token", "create", "a script", "--scope", "posts:read", "--person", who), ("holder",)),
                       (("decision", "propose", "hold.place", who, "--question", "Shall we?"), ("subject",)),
                       (("hold", "place", who, "--reason", "account taken over"), person),
                       (("person", "remove", who, "--yes"), None)):
        done = ask(*act)
        for name in names or ():
            equal(done[0][name], MODERATOR, " ".join(act))


def nothing_goes_unasked(desk):
    """A list, a person and a line of a roster go only where somebody said that it is meant: where nobody can be asked, by --yes."""
    for act in (("subscription", "remove", "members", READERS[0]), ("person", "remove", MODERATOR), ("list", "remove", "members")):
        vouched.refused(desk.caveat, "write --yes if it is meant", *act, status=2)


def scenario(scratch):
    desk = Desk(scratch)
    release_reject_discard(desk)
    two_moderators(desk)
    waits_for_its_label(desk)
    judged_again(desk)
    moderator_told(desk)
    nothing_goes_unasked(desk)
    an_address_serves(desk)
    desk.caveat.stop()


run(scenario)
