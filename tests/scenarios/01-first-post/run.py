#!/usr/bin/python3
"""A post by a member, through a real Postfix in front and a real Postfix behind, reaches exactly those who may have it, and
`post show` says for everybody else why not. Through the before-queue door a stranger is refused while he waits: no backscatter.
Both ways in carry a mark that only the Postfix and caveat know; `doctor` finds out what the Postfix lets through."""
# promise: A5
# promise: D1
# promise: D2
# promise: A8
# promise: L7
# promise: M1
# promise: M4
# promise: O3
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import postfix
from check import check, equal, run, same_set, until
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from mailtools import letter, post
from sink import Sink
from sockets import free_ports


def forum():
    c = Community()
    c.team("orchid").team("banksia", economy="AU")
    c.team("fjord", "liaison", economy="NO").team("basalt", "corporate").team("beacon", "strategic", subtype="lea")
    for person in ("orchid-rep", "orchid-duty", "orchid-quiet", "banksia-rep", "fjord-rep", "basalt-rep", "beacon-rep", "banksia-elsewhere"):
        c.person(person)
    c.list("teams")
    c.subscribe("teams", "orchid-rep", "orchid-duty", "banksia-rep", "fjord-rep", "basalt-rep")
    c.subscribe("teams", "orchid-quiet", delivery="none")
    return c


def refused_at_smtp_time(caveat, front, sink, before):
    """A stranger's post through the before-queue door: a 5xx while he waits, nothing queued, nothing bounced."""
    data = letter("eve@stranger.example", f"teams@{DOMAIN}")
    reply = post(front.port, "eve@stranger.example", f"teams@{DOMAIN}", data, lmtp=False)[0]
    check(reply.startswith("550 "), f"a stranger is refused at SMTP time: {reply}")
    equal(front.queued(), 0, "nothing of it stays in front")
    equal(front.bounces(), 0, "and no bounce is written")
    equal({who for who, _ in sink.ids()}, before, "nothing of it goes out")


MARK = ("X-Arc-Border", "7b2c6f0e9d4a41c8")
MARKED = f"/^{MARK[0]}:/ IGNORE\n/^From:/ PREPEND {MARK[0]}: {MARK[1]}\n"


def what_the_border_lets_through(caveat, front, scratch):
    """A real Postfix that hands on what comes in under its own name, and one that removes it."""
    def said():
        return [(c["result"], c["detail"]) for c in caveat.ask("doctor", expect=None) if c["check"] == "front"]

    (marked, _), (grade, words) = said()
    equal((marked, grade), ("good", "bad"), "the mark arrives, and so does the forged field")
    check("mx.arc.example" in words and "anybody can claim to be anybody" in words, words)
    scratch.write("to_caveat", MARKED + r"/^Authentication-Results:[[:space:]]*mx\.arc\.example;/ IGNORE" + "\n")
    front.reload()
    (marked, _), (grade, words) = said()
    equal((marked, grade), ("good", "good"), f"nothing forged arrives: {words}")


def past_the_border(caveat, author, count):
    """A member's post that did not come through the Postfix proves nothing, whatever it says; and the mark is kept nowhere."""
    post(caveat.lmtp, author, f"teams@{DOMAIN}", letter(author, f"teams@{DOMAIN}", headers=[f"{MARK[0]}: {MARK[1][::-1]}"]))
    equal(caveat.judged(count)[-1]["verdict"], "held", "without the mark a pass is not believed")
    for entry in caveat.ask("journal", "show"):
        check(MARK[1] not in str(entry), f"the mark in the journal: {entry}")


def scenario(scratch):
    relay_port, front_port, proxy_port = free_ports(3)
    sink = Sink(scratch, keep="letters")
    caveat = Caveat(scratch, relay_port, mark=MARK, front=front_port).init()
    caveat.load(forum())
    relay = postfix.behind(scratch, relay_port, sink.port)
    to_caveat = scratch.write("to_caveat", MARKED)
    front = postfix.in_front(scratch, front_port, DOMAIN, caveat.lmtp, settings=[f"lmtp_header_checks = regexp:{to_caveat}"])
    mark = scratch.write("mark", f"/^/ PREPEND {MARK[0]}: {MARK[1]}\n")
    proxy = postfix.as_proxy(scratch, proxy_port, DOMAIN, caveat.smtp, smtpd=[f"smtpd_data_restrictions=check_client_access,regexp:{mark}"])
    caveat.serve()

    author = address("orchid-rep")
    data = letter(author, f"teams@{DOMAIN}", subject="TLP:AMBER new campaign", body="TLP:AMBER\n\nSeen at three sites.\n")
    reply = post(front_port, author, f"teams@{DOMAIN}", data, lmtp=False)[0]
    check(reply.startswith("250 "), f"the MTA takes it: {reply}")

    cleared = ["orchid-rep", "orchid-duty", "banksia-rep", "fjord-rep"]
    shown = caveat.settled(caveat.judged(1)[0])
    equal(shown["verdict"], "distributed", "the verdict")
    equal(shown["label"], "AMBER", "the label")
    same_set([p for p, s in states(shown).items() if s == "sent"], cleared, "sent to exactly the cleared")
    equal({p: r for p, r in reasons(shown).items() if p not in cleared}, {"basalt-rep": "above_ceiling", "orchid-quiet": "wants_none"},
          "everybody else has a reason")
    until(lambda: sink.stat()["recipients"] == 5, 20, "all copies beyond the relay, and the report to the author")
    equal(sink.who(), {address(p): 1 + (address(p) == author) for p in cleared}, "each of them once, nobody else")
    equal(relay.bounces() + front.bounces(), 0, "no bounce anywhere")

    copy = [text for text in map(bytes.decode, sink.letters()) if "List-Id:" in text][-1]
    for header in ("List-Id:", "List-Post:", "List-Help:", "List-Owner:", "List-Unsubscribe:", "\r\nTLP: ", "Subject: TLP:AMBER new campaign"):
        check(header in copy, f"the copy carries {header}\n{copy[:1200]}")

    refused_at_smtp_time(caveat, proxy, sink, {address(p) for p in cleared})
    data = letter(author, f"teams@{DOMAIN}", subject="TLP:GREEN more")
    reply = post(proxy_port, author, f"teams@{DOMAIN}", data, lmtp=False)[0]
    check(reply.startswith("250 "), f"a member gets through the same door: {reply}")
    caveat.settled(caveat.judged(2)[-1])
    until(lambda: sink.who().get(address("basalt-rep")) == 1, 20, "GREEN reaches the corporate partner too")
    what_the_border_lets_through(caveat, front, scratch)
    past_the_border(caveat, author, 3)
    check(all(MARK[1].encode() not in text for text in sink.letters()), "nobody is sent the mark")
    caveat.stop()


run(scenario)
