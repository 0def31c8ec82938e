#!/usr/bin/python3
"""The label of a post from lexer to copy: unlabelled, sloppy, conflicting, unknown, quoted, WHITE, replies; what the list makes of
it, and what the outgoing copy says. Examples of rules.md §3.4 and the rulings."""
# promise: L1
# promise: L2
# promise: L3
# promise: L4
# promise: L5
# promise: L7
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat
from mailtools import letter, post
from sink import Sink

# list, subject, body, verdict, label. Lists: teams (default AMBER), open (default GREEN), both up to AMBER+STRICT.
VECTORS = (
    ("teams", "hello", "no label anywhere\n", "distributed", "AMBER"),
    ("teams", "TLP:GREEN phish kit", "TLP:GREEN\n\ntext\n", "distributed", "GREEN"),
    ("teams", "Re: TLP:CLEAR notes", "> TLP:RED\n> quoted\n", "refused", "RED"),
    ("teams", "tlp: green hello", "text\n", "distributed", "AMBER"),
    ("teams", "TLP:AMBER+STRICT case 7", "TLP:AMBER\n\ntext\n", "distributed", "AMBER+STRICT"),
    ("open", "TLP:WHITE advisory", "TLP:CLEAR\n\ntext\n", "distributed", "CLEAR"),
    ("teams", "TLP:ORANGE x", "text\n", "held", None),
    ("teams", "status", "TLP:AMBER+STRICTLY\n", "held", None),
    ("teams", "Re: [TLP:RED] x", "text\n", "refused", "RED"),
    ("teams", "TLP:RED TLP:GREEN", "text\n", "refused", "RED"),
    ("teams", "XTLP:RED", "text\n", "distributed", "AMBER"),
    ("teams", "About TLP:RED handling", "TLP:GREEN\n", "refused", "RED"),
    ("teams", "status", "we saw TLP:RED data\n", "distributed", "AMBER"),
    ("open", "=?utf-8?q?TLP=3AAMBER?=", "text\n", "distributed", "AMBER"),
    ("open", "TLP-AMBER-STRICT", "text\n", "distributed", "AMBER+STRICT"),
    ("open", "status", "TLP:AMBER-STRICT\n", "distributed", "AMBER+STRICT"),
    ("open", "status", "Weekly report TLP:AMBER\n", "distributed", "AMBER"),
    ("open", "TLP: question about the colours", "text\n", "distributed", "GREEN"),
)


def forum():
    c = Community().team("orchid").team("banksia").person("orchid-rep").person("banksia-rep").person("orchid-duty")
    c.list("teams").list("open", "teams", default_tlp="GREEN").list("lax", "teams", authentication="envelope")
    for name in ("teams", "open", "lax"):
        c.subscribe(name, "orchid-duty")
    return c


class Forum:
    def __init__(self, scratch):
        self.sink = Sink(scratch, keep="letters")
        self.caveat = Caveat(scratch, self.sink.port).init()
        self.caveat.load(forum())
        self.caveat.serve()
        self.count = 0

    def send(self, listname, subject, body, person="orchid-rep", **more):
        author = address(person)
        message_id = f"label.{self.count}@orchid.example"
        replies = post(self.caveat.lmtp, author, f"{listname}@{DOMAIN}",
                       letter(author, f"{listname}@{DOMAIN}", subject=subject, body=body, message_id=message_id, **more))
        check(replies[0].startswith("250 "), f"{subject}: taken: {replies}")
        self.count += 1
        return [p for p in self.caveat.judged(self.count) if p["message_id"].strip("<>") == message_id][0]

    def copy(self, entry):
        """The header of the copy that orchid-duty got."""
        self.caveat.settled(entry)
        wanted = f"<{entry['message_id'].strip('<>')}>"
        found = [text for text in (c.decode(errors="replace") for c in self.sink.letters())
                 if f"RCPT TO:<{address('orchid-duty')}>" in text and f"Message-ID: {wanted}" in text]
        equal(len(found), 1, f"copies of {wanted}")
        return found[0]


def replies(forum):
    """L4: never below the parent, unless its own team answers."""
    parent = forum.send("teams", "TLP:AMBER+STRICT case 9", "TLP:AMBER+STRICT\n")
    answer = [f"In-Reply-To: <{parent['message_id'].strip('<>')}>"]
    entry = forum.send("teams", "Re: TLP:GREEN case 9", "TLP:GREEN\n", person="banksia-rep", headers=answer)
    equal((entry["verdict"], entry["label"]), ("distributed", "AMBER+STRICT"), "another team's reply keeps the parent's label")
    check("\r\n\r\nTLP:AMBER+STRICT\r\n\r\nTLP:GREEN\r\n" in forum.copy(entry), "the parent's label stands above the text of the reply")
    entry = forum.send("teams", "Re: TLP:GREEN case 9", "TLP:GREEN\n", headers=answer)
    equal((entry["verdict"], entry["label"]), ("distributed", "GREEN"), "the originator's team may lower its own")


def asked(forum):
    """What a post asks for besides its label goes with it and is shown, never the author's own words; the author of a post without a label
    hears once which one it got."""
    entry = forum.send("teams", "TLP:AMBER PAP:RED kit", "TLP:AMBER - for banks only\n", headers=["Embargo-Until: 2036-12-01"])
    copy = forum.copy(entry)
    check("\r\nPAP: RED\r\nTLP-Restrictions: under embargo until 2036-12-01T00:00:00Z; " in copy and "for banks only" in copy, copy[:900])
    shown = forum.caveat.show(entry)
    equal(shown["caveats"], ["PAP:RED", "under embargo until 2036-12-01T00:00:00Z", "further restrictions stand behind its label"], "post show")
    conflict = forum.copy(forum.send("teams", "TLP:GREEN kit", "hello\n\nTLP:AMBER\n"))
    check("\r\n\r\nTLP:AMBER\r\n\r\nhello\r\n" in conflict, f"the label that counts stands above the text: {conflict[-200:]}")
    plain = forum.send("teams", "no label at all", "text\n")
    forum.caveat.settled(plain)
    check("\r\n\r\ntext\r\n" in forum.copy(plain), "a text without a label stays as it came")

    def letters():
        return [text for text in (c.decode(errors="replace") for c in forum.sink.letters())
                if f"RCPT TO:<{address('orchid-rep')}>" in text and f"In-Reply-To: <{plain['message_id'].strip('<>')}>" in text]
    until(lambda: len(letters()) == 1, 20, "its author hears which label it got")
    check("distributed as TLP:AMBER" in letters()[0] and "the list's default" in letters()[0], letters()[0])


def scenario(scratch):
    forum = Forum(scratch)
    for listname, subject, body, verdict, label in VECTORS:
        entry = forum.send(listname, subject, body)
        equal(entry["verdict"], verdict, f"{subject!r} / {body!r} on {listname}")
        if label:
            equal(entry["label"], label, f"label of {subject!r} / {body!r} on {listname}")
        if verdict == "distributed":
            copy = forum.copy(entry)
            check(re.search(rf"\r\nTLP: (TLP:)?{re.escape(label)}\r\n", copy) and f"\r\nSubject: TLP:{label}" in copy, f"the copy carries TLP:{label}\n{copy[:900]}")
            check("X-TLP-Conflict:" in copy or subject != "TLP:AMBER+STRICT case 7", "the conflict is told")
    weak = forum.send("lax", "TLP:GREEN by envelope only", "TLP:GREEN\n", dmarc=False)
    equal((weak["verdict"], weak["label"]), ("distributed", "AMBER"), "who is not authenticated cannot label below the default")
    header = forum.send("lax", "report", "text\n", dmarc=False, headers=["TLP: AMBER+STRICT"])
    equal(header["label"], "AMBER+STRICT", "but can raise by header")
    replies(forum)
    asked(forum)
    forum.caveat.stop()


run(scenario)
