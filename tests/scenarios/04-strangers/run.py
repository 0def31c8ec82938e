#!/usr/bin/python3
"""What a stranger learns: nothing. An existing list, a closed one and an address that never was answer with the same bytes, at
every command of the dialogue and on both doors. And nobody becomes a member by writing a member's name into From."""
# promise: A5
# promise: A7
# promise: M4
# promise: S1
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import datetime

from check import check, equal, run
from community import Community, address, days_ago
from daemon import DOMAIN, Caveat, code
from mailtools import Dialogue, letter, post
from sink import Sink


def forum():
    c = Community().team("orchid").team("tin", "applicant")
    c.person("orchid-rep").person("orchid-duty").person("tin-rep")
    c.list("teams").list("sc", max_tlp="RED", encryption="required")
    c.list("proj-old", "proj", expires=datetime.datetime.combine(days_ago(30), datetime.time()))
    return c.subscribe("teams", "orchid-rep", "orchid-duty").subscribe("proj-old", "orchid-rep")


NAMES = ("teams", "sc", "proj-old", "xyzzy", "teams+owner", "teams+request", "xyzzy+owner", "b.aaaaaaaaaaaaaaaaaaaa",
         "probe.aaaaaaaaaaaaaaaaaaaa")


def dialogue(port, lmtp, sender, name):
    """Every byte the server says, with the name we asked for taken out of both."""
    with Dialogue(port, lmtp) as door:
        said = [door.banner, door.hello]
        said += door.transaction(sender, [f"{name}@{DOMAIN}"], letter(sender, f"{name}@{DOMAIN}", dmarc=sender.endswith("tin.example")))
        said += [door.say(f"VRFY {name}"), door.say(f"EXPN {name}")]
    return said


def strangers_see_one_answer(caveat):
    for lmtp in (True, False):
        port = caveat.lmtp if lmtp else caveat.smtp
        for sender in ("eve@stranger.example", address("tin-rep")):
            answers = {name: dialogue(port, lmtp, sender, name) for name in NAMES}
            for name, said in answers.items():
                equal(said, answers["xyzzy"], f"{sender} asks for {name} ({'LMTP' if lmtp else 'SMTP'})")
            check(answers["xyzzy"][-3].startswith(b"550 "), f"the answer is a refusal: {answers['xyzzy'][-3]}")
            for said in answers["xyzzy"]:
                check(b"teams" not in said and b"xyzzy" not in said, f"no list name in {said}")


def nothing_came_of(caveat, sink, count, what):
    distributed = [p for p in caveat.posts() if p["verdict"] == "distributed"]
    equal(len(distributed), count, what)


def forged(caveat):
    """Each of these claims to be orchid-rep; none is authenticated enough for a list that asks for dmarc."""
    member, to = address("orchid-rep"), f"teams@{DOMAIN}"
    cases = {
        "From alone": ("eve@stranger.example", letter(member, to, dmarc=False)),
        "From and envelope": (member, letter(member, to, dmarc=False)),
        "a pass reported by somebody else": (member, letter(member, to, dmarc="mx.stranger.example")),
        "a pass for another domain": (member, letter(member, to, dmarc=False, headers=[
            "Authentication-Results: mx.arc.example; dmarc=pass header.from=stranger.example"])),
        "a fail of the trusted one above an old pass": (member, b"Authentication-Results: mx.arc.example; dmarc=fail header.from=orchid.example\r\n"
                                                        + letter(member, to)),
        "two From": (member, letter(member, to, headers=["From: eve@stranger.example"])),
    }
    for what, (mail_from, data) in cases.items():
        replies = post(caveat.lmtp, mail_from, to, data)
        check(replies[0][:1] in "25", f"{what}: a plain answer, not {replies}")
    return len(cases)


def smuggled(caveat):
    """A bare LF may not end DATA: what follows would be a second message that nobody checked."""
    member, to = address("orchid-rep"), f"teams@{DOMAIN}"
    for ending in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r"):
        with Dialogue(caveat.lmtp, lmtp=True) as door:
            door.say(f"MAIL FROM:<{member}>")
            door.say(f"RCPT TO:<{to}>")
            door.say("DATA")
            inner = b"MAIL FROM:<" + member.encode() + b">\r\nRCPT TO:<" + to.encode() + b">\r\nDATA\r\n" + letter(member, to) + b".\r\n"
            door.send(letter(member, to).rstrip(b"\r\n") + ending + inner)
            reply = door.read()
            check(not reply.startswith(b"2"), f"{ending} is refused: {reply}")
            equal(door.read(), b"", f"after {ending} the connection is closed")


def who_runs_the_server(caveat, sink):
    """postmaster, with the domain or without, and abuse reach the operator: from strangers, applicants and robots, on both doors."""
    sink.reset()
    recipients = ("postmaster", f"PostMaster@{DOMAIN}", f"abuse@{DOMAIN.upper()}")
    senders = ("eve@stranger.example", address("tin-rep"), "")
    for lmtp in (True, False):
        for sender in senders:
            for recipient in recipients:
                with Dialogue(caveat.lmtp if lmtp else caveat.smtp, lmtp) as door:
                    author = sender or "mailer-daemon@mx.stranger.example"
                    said = door.transaction(sender, [recipient], letter(author, f"postmaster@{DOMAIN}", dmarc=False))
                check(said[-1].startswith(b"250 "), f"{recipient} from <{sender}>: {said}")
    count = 2 * len(senders) * len(recipients)
    sink.wait(count)
    equal((sink.quiet(), sink.who()), (count, {"operator@arc.example": count}), "each once, and nobody else hears of it")


def scenario(scratch):
    sink = Sink(scratch)
    caveat = Caveat(scratch, sink.port).init()
    caveat.load(forum())
    caveat.serve()
    strangers_see_one_answer(caveat)
    nothing_came_of(caveat, sink, 0, "nothing of a stranger's is distributed")
    forged(caveat)
    smuggled(caveat)

    member = address("orchid-rep")
    replies = post(caveat.lmtp, member, f"teams@{DOMAIN}", letter(member, f"teams@{DOMAIN}"))
    check(replies[0].startswith("250 "), f"the member himself, with an aligned pass: {replies}")
    sink.wait(2)
    nothing_came_of(caveat, sink, 1, "of all these posts only the authenticated one is distributed")
    for entry in caveat.posts():
        check(entry["verdict"] == "distributed" or code(entry["because"]), f"a reason for {entry}")
    equal(sink.quiet(), 2, "copies: both subscribers, once")
    who_runs_the_server(caveat, sink)
    caveat.stop()


run(scenario)
