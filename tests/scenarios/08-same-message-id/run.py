#!/usr/bin/python3
"""Two posts with the same Message-ID are two posts, each with its own deliveries; a post without one gets one, the same for all."""
# promise: D8
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run
from community import address, crowd
from daemon import DOMAIN, Caveat
from mailtools import letter, post
from sink import Sink


def scenario(scratch):
    sink = Sink(scratch, keep="letters")
    caveat = Caveat(scratch, sink.port).init()
    caveat.load(crowd(3))
    caveat.serve()
    author, to = address("crowd-author"), f"teams@{DOMAIN}"

    for body in ("first text\n", "second text\n"):
        replies = post(caveat.lmtp, author, to, letter(author, to, body=body, message_id="same@crowd.example"))
        check(replies[0].startswith("250 "), f"taken: {replies}")
    sink.wait(6)
    posts = caveat.judged(2)
    equal([p["message_id"].strip("<>") for p in posts], ["same@crowd.example"] * 2, "both are on record")
    check(posts[0]["id"] != posts[1]["id"], "under ids of their own")
    for entry in posts:
        equal(len(caveat.settled(entry)["deliveries"]), 3, "deliveries of each")
    for text in (b"first text", b"second text"):
        equal(sum(text in copy for copy in sink.letters()), 3, f"copies with {text}")

    sink.reset()
    replies = post(caveat.lmtp, author, to, letter(author, to, message_id="", date=False))
    check(replies[0].startswith("250 "), f"without a Message-ID: {replies}")
    sink.wait(3)
    ids = {message_id for _, message_id in sink.ids()}
    equal(len(ids), 1, f"all copies carry the same new Message-ID: {ids}")
    check(ids.pop().strip("<>").endswith(f"@{DOMAIN}"), "it is one of ours")
    check(b"\r\nDate: " in sink.letters()[-1], "and a Date was added")
    caveat.stop()


run(scenario)
