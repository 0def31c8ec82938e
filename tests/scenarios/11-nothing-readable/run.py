#!/usr/bin/python3
"""Nothing confidential rests in clear. Posts full of canaries are distributed, queued, held, refused and killed in the middle; then
every byte of every file the daemon has is searched, and its memory's leftovers on disk (core dumps) as well."""
# promise: K13
# promise: O5
# promise: J2
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import base64
import re

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, states
from mailtools import letter, post
from sink import Sink

CANARY = "kookaburra-7f3a91"


def forum():
    c = Community().team("orchid").person("orchid-rep").person("orchid-duty")
    c.list("teams").list("members", posting="moderated")
    return c.subscribe("teams", "orchid-rep", "orchid-duty").subscribe("members", "orchid-duty")


def multipart(to, subject):
    """The canary in every place where content can be: subject, text, base64, file name, a header of the sender's own."""
    secret = base64.b64encode(f"an attachment about {CANARY}".encode()).decode()
    body = "\n".join(["--b", "Content-Type: text/plain; charset=utf-8", "", f"the {CANARY} host is compromised", "--b",
                      f'Content-Type: text/csv; name="{CANARY}.csv"', "Content-Transfer-Encoding: base64",
                      f'Content-Disposition: attachment; filename="{CANARY}.csv"', "", secret, "--b--"]) + "\n"
    data = letter(address("orchid-rep"), to, subject=f"{subject} {CANARY}", body=body, headers=[f"X-Case: {CANARY}"])
    return data.replace(b"Content-Type: text/plain; charset=utf-8\r\n", b'Content-Type: multipart/mixed; boundary="b"\r\n', 1)


def spellings():
    """The canary as it may lie on a disk: UTF-8, UTF-16, hex, and base64 at each of its three phases (the edges cut off)."""
    raw = CANARY.encode()
    yield raw
    yield CANARY.encode("utf-16-le")
    yield raw.hex().encode()
    for phase in range(3):
        text = base64.b64encode(b"\0" * phase + raw).decode().rstrip("=")
        yield text[4 if phase else 0:len(text) - 2].encode()


def search(folder, what):
    files = 0
    patterns = [re.compile(re.escape(p), re.IGNORECASE) for p in spellings()]
    for directory, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                content = f.read()
            files += 1
            for pattern in patterns:
                check(not pattern.search(content), f"{what}: {pattern.pattern} in {os.path.relpath(path, folder)}")
    return files


def scenario(scratch):
    temporary = scratch.make("tmp")
    sink = Sink(scratch, faults=[f"rcpt:duty@*:450 4.2.1 {CANARY} comes later"])
    caveat = Caveat(scratch, sink.port, first_retry="300s")
    caveat.environment["TMPDIR"] = temporary
    caveat.init()
    caveat.load(forum())
    caveat.serve()
    author = address("orchid-rep")
    for name, subject in (("teams", "TLP:AMBER"), ("members", "TLP:AMBER"), ("teams", "TLP:RED"), ("teams", f"TLP:operation-{CANARY}")):
        replies = post(caveat.lmtp, author, f"{name}@{DOMAIN}", multipart(f"{name}@{DOMAIN}", subject))
        check(replies[0].startswith("250 "), f"taken: {replies}")
    posts = caveat.judged(4)
    equal([p["verdict"] for p in posts], ["distributed", "held", "refused", "held"], "one of each kind")
    until(caveat.once_written(lambda: states(caveat.show(posts[0]))["orchid-duty"] == "deferred"), 15, "one copy waits in the queue")

    reply = next(d["reply"] for d in caveat.show(posts[0])["deliveries"] if d["person"] == "orchid-duty")
    check(reply.startswith("450 4.2.1: not now"), f"of the relay's answer the codes are kept: {reply}")
    check(search(caveat.folder, "while it runs") >= 4, "database, log of the database, configuration, key")
    post(caveat.lmtp, author, f"teams@{DOMAIN}", multipart(f"teams@{DOMAIN}", "TLP:AMBER"))
    caveat.kill()
    search(caveat.folder, "after SIGKILL")
    caveat.serve()
    caveat.call("post", "show", posts[0]["id"])
    caveat.call("journal", "show")
    caveat.stop()
    search(caveat.folder, "after a clean stop")
    search(temporary, "in the temporary folder")
    with open(scratch.path("caveat.log"), "rb") as log:
        check(CANARY.encode() not in log.read(), "nothing of it in the daemon's log")
    for out in (caveat.call("journal", "show").out, caveat.call("posts").out, caveat.call("held", "list").out):
        check(CANARY not in out, "nothing of it in what the command line lists")


run(scenario)
