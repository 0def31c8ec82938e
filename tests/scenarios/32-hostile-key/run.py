#!/usr/bin/python3
"""One small key does not stop the server. Keys that GnuPG would compute with for minutes are refused before it sees them, over the API, in a
dry run, on the command line, and where one is on record already. A GnuPG that hangs is ended at its deadline with its children and its
folder; meanwhile posts are accepted and holds are placed as ever."""
# promise: K8
# promise: S5
# promise: D4
# promise: A7
# promise: K13
import os
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from community import Community, address
from console import Console
from daemon import DOMAIN
from keyring import Keyring
from mailtools import letter, post
from sink import Sink

from keys import hanging_gnupg, hostile

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PROMPT = 2.0  # seconds within which the server does anything that is not about this key


def forum(scratch, stored):
    c = Community().list("teams")
    for team in ("orchid", "banksia", "mugung"):
        c.team(team).person(f"{team}-rep", representative=True, **({"key": scratch.write("stored.asc", stored)} if team == "mugung" else {}))
        c.subscribe("teams", f"{team}-rep")
    for i in range(8):
        c.person(f"orchid-p{i}")
    return c


def timed(what, act, most=PROMPT):
    began = time.monotonic()
    result = act()
    took = time.monotonic() - began
    check(took < most, f"{what}: {took:.2f} s; at most {most} s")
    return result


def work_goes_on(console, person):
    """A member posts and the operator places a hold, each within two seconds."""
    sender = address("banksia-rep")
    replies = timed("a post", lambda: post(console.lmtp, sender, [f"teams@{DOMAIN}"], letter(sender, f"teams@{DOMAIN}")))
    check(replies[-1].startswith("250"), f"the post is taken: {replies[-1]}")
    timed("a hold", lambda: console.call("hold", "place", person, "--reason", "telephone lost"))


def put(client, key, dry=False, **more):
    query = "?dry_run=true" if dry else ""
    return client.ask("PUT", f"/v1/people/orchid-rep/key{query}", {"key": key}, headers={"If-Match": "*"}, **more)


def hostile_keys_are_refused(scratch, console, client):
    for what, key, words in hostile(address("orchid-rep")):
        for dry in (True, False):
            refused = timed(what, lambda key=key, dry=dry: put(client, key, dry))
            equal((refused.status, words in str(refused.json())), (403, True), f"{what}, {'dry' if dry else 'put'}: {refused}")
        said = timed(what, lambda: console.call("person", "change", "orchid-rep", "--key", scratch.write("key.asc", key), expect=1)).err
        check(words in said, f"{what}, on the command line: {said}")


def many_at_once_stop_nothing(console, client, key):
    over = threading.Event()

    def again_and_again():
        mine = console.client(client.token)
        while not over.is_set():
            put(mine, key)

    threads = [threading.Thread(target=again_and_again) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for i in range(2):
            work_goes_on(console, f"orchid-p{i}")
    finally:
        over.set()
        for thread in threads:
            thread.join()


def ask_link(console, whom):
    return console.client().post("/sign-in", f"address={urllib.parse.quote(whom)}".encode(), headers=FORM).same()


def one_on_record_costs_nothing(console, sink):
    answers = {str(timed("asking for a link", lambda whom=whom: ask_link(console, whom)))
               for whom in (address("mugung-rep"), "nobody@mugung.example", address("mugung-rep"))}
    equal(len(answers), 1, "one answer for everybody")
    told = until(lambda: [one for one in sink.letters() if f"To: <{address('mugung-rep')}>".encode() in one and b"key" in one], PROMPT,
                 "who has such a key hears of it at once")
    check(b"an RSA exponent of 4095 bits" in b" ".join(told[0].split()), f"and what is wrong: {told[0]}")
    work_goes_on(console, "orchid-p2")


def pids(notes):
    if not os.path.exists(notes):
        return []
    with open(notes, encoding="utf-8") as f:
        return [int(word) for word in f.read().split()]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def nothing_is_left(notes, home):
    """Of a GnuPG that hung: no process, no folder."""
    return not any(alive(pid) for pid in pids(notes)) and not [name for name in os.listdir(home) if name.startswith("run-")]


def a_hanging_gnupg_stops_nothing(console, client, good, notes, home):
    replies = {}

    def in_vain():
        replies["first"] = timed("a key that GnuPG hangs over", lambda: put(console.client(client.token), good), 9)

    thread = threading.Thread(target=in_vain)
    thread.start()
    until(lambda: len(pids(notes)) == 2, 4, "GnuPG hangs")
    busy = timed("a second key of the party", lambda: put(client, good, dry=True))
    equal((busy.status, busy.json()["title"]), (429, "One key at a time"), f"one of a party at a time: {busy}")
    for i in (3, 4):
        work_goes_on(console, f"orchid-p{i}")
    check(any(alive(pid) for pid in pids(notes)), "and GnuPG hung all the while")
    thread.join()
    late = replies["first"]
    equal((late.status, late.json()["detail"]), (503, "GnuPG cannot be asked now; try again"), f"at the deadline: {late}")
    with open(f"{console.folder}.log", encoding="utf-8") as log:
        check("GnuPG: not done after 5000 ms, and stopped" in log.read(), "the log says what it was")
    until(lambda: nothing_is_left(notes, home), 1, "processes and folder are gone with the answer")
    equal(len(pids(notes)), 2, "and nothing was run again")


def killed_while_gnupg_hangs(console, client, good, notes, home):
    def in_vain():
        try:
            put(console.client(client.token), good)
        except OSError:
            pass

    before = len(pids(notes))
    thread = threading.Thread(target=in_vain)
    thread.start()
    until(lambda: len(pids(notes)) == before + 2, 5, "GnuPG hangs again")
    console.kill()
    until(lambda: nothing_is_left(notes, home), 5, "with the daemon everything ends that it ran")
    thread.join()


def scenario(scratch):
    keyring = Keyring(scratch)
    sink = Sink(scratch, keep="mail")
    console = Console(scratch, sink.port, http="[openpgp]\nhome = \"gnupg\"\ndeadline = \"5s\"")
    console.init()
    home = os.path.join(console.folder, "gnupg")
    on_record = dict((what, key) for what, key, _ in hostile(address("mugung-rep")))["an allowed modulus and a huge exponent"]
    console.load(forum(scratch, on_record))
    console.serve()
    client = console.client(console.token(["people:read", "people:write"], person="orchid-rep"))

    hostile_keys_are_refused(scratch, console, client)
    many_at_once_stop_nothing(console, client, hostile(address("orchid-rep"))[1][1])
    one_on_record_costs_nothing(console, sink)
    good = keyring.public_key(address("orchid-rep"))
    equal(put(client, good, dry=True).status, 200, "a key like any other is taken")
    console.stop()
    equal(os.listdir(home), ["lists"], "and nothing of all that is left but what lists have")

    folder = scratch.make("hanging")
    notes = hanging_gnupg(folder)
    console.environment["PATH"] = folder + ":" + os.environ["PATH"]
    console.serve()
    a_hanging_gnupg_stops_nothing(console, client, good, notes, home)
    killed_while_gnupg_hangs(console, client, good, notes, home)

    # What a keeper that was killed itself left behind, some day.
    os.makedirs(os.path.join(home, "run-killed", "deep"))
    console.environment["PATH"] = os.environ["PATH"]
    console.serve()
    until(lambda: nothing_is_left(notes, home), 5, "swept at the start")
    equal(put(client, good).status, 200, "and GnuPG is run again")
    console.stop()


run(scenario, deadline=180)
