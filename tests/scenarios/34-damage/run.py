#!/usr/bin/python3
"""A disk that returns something else than was written: whichever page of the database it hits, and however, `doctor` or `journal verify`
says so, and neither of them says so of a database that is sound. A body that was changed is named with its post. A daemon that meets a
damaged page says so over HTTP, to whoever watches it, and once in its log. One whose file is replaced under it takes nothing more, ends, and
the next one says so."""
# promise: A4
# promise: O6
import os
import random
import shutil
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from community import Community, address
from console import Console
from daemon import DOMAIN
from mailtools import post, sized
from sink import Sink

PAGE, SECTOR = 4096, 512
OF_TREES = (2, 5, 10, 13)


def filled(scratch):
    """A house that has worked: posts that went out, and posts that are held, with their bodies."""
    sink = Sink(scratch)
    caveat = Console(scratch, sink.port, first_retry="2s")
    caveat.init()
    community = Community().team("orchid").person("orchid-rep")
    for n in range(20):
        community.person(f"orchid-r{n}")
    readers = [f"orchid-r{n}" for n in range(20)]
    community.list("teams").subscribe("teams", "orchid-rep", *readers)
    community.list("members", posting="moderated").subscribe("members", *readers)
    caveat.load(community)
    caveat.serve()
    author = address("orchid-rep")
    for n in range(3):
        for to in ("teams", "members"):
            data = sized(author, f"{to}@{DOMAIN}", 6000, message_id=f"damage.{to}.{n}@orchid.example")
            replies = post(caveat.lmtp, author, f"{to}@{DOMAIN}", data)
            check(replies[0].startswith("250 "), f"taken: {replies}")
    for shown in caveat.judged(6):
        caveat.settled(shown)
    caveat.stop()
    return caveat


def database(caveat):
    return os.path.join(caveat.folder, "caveat.db")


def whole(caveat):
    """The file alone, without a log beside it."""
    with sqlite3.connect(database(caveat)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def names(caveat, what):
    """What doctor finds bad in the file, and what the journal says; nothing if both find it sound."""
    doctor = caveat.call("doctor", expect=None)
    bad = [c["detail"] for c in doctor.objects() if c["result"] == "bad"] if doctor.out else [doctor.err]
    verified = caveat.call("journal", "verify", expect=None)
    return bad + ([] if verified.status == 0 else [verified.err])


def free_pages(data):
    """SQLite's file format, section 1.5: trunks, each with the number of the next and of its leaves."""
    number = lambda at: int.from_bytes(data[at:at + 4], "big")
    free, trunk = set(), number(32)
    while trunk:
        begin = (trunk - 1) * PAGE
        free |= {trunk} | {number(begin + 8 + 4 * n) for n in range(number(begin + 4))}
        trunk = number(begin)
    return free


def used_pages(database):
    """Number and first damaged octet: the content of a page of cells is at its end, that of one that continues a row at its beginning."""
    with open(database, "rb") as f:
        data = f.read()
    free = free_pages(data)
    for number in range(1, len(data) // PAGE + 1):
        header = (number - 1) * PAGE + (100 if number == 1 else 0)
        kind = data[header]
        cells = data[header + 3:header + 5]
        if number not in free and not (kind in OF_TREES and cells == b"\0\0"):  # nothing lies on a page without cells
            yield number, PAGE - SECTOR if kind in OF_TREES else 0


def a_daemon_meets_one(caveat):
    """The first page of the posts is empty when it starts."""
    client = caveat.client(caveat.token(["posts:read", "teams:read"]))
    whole(caveat)
    with sqlite3.connect(database(caveat)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'post'").fetchone()[0]
    db.close()
    with open(database(caveat), "r+b") as f:
        f.seek((root - 1) * PAGE)
        f.write(bytes(PAGE))
    caveat.serve()
    for _ in range(2):
        answer = client.get("/v1/posts")
        equal((answer.status, answer.json()["title"]), (503, "The database is damaged"), "whoever asks")
    equal(client.get("/v1/teams").status, 200, "what lies elsewhere is there")
    ready = client.get("/readyz")
    equal((ready.status, ready.json()["detail"]), (503, "the database is damaged; run: caveat doctor"), "whoever watches")
    author = address("orchid-rep")
    replies = post(caveat.lmtp, author, f"teams@{DOMAIN}", sized(author, f"teams@{DOMAIN}", 600))
    check(replies[0].startswith("451 "), f"no mail is lost: {replies}")
    said = "the database is damaged, and what needs those pages fails"

    def told():
        with open(f"{caveat.folder}.log", encoding="utf-8") as log:
            return log.read().count(said)

    until(told, 5, "it is in the log")
    equal(told(), 1, "once")
    caveat.kill()


def without_log(caveat):
    for tail in ("-wal", "-shm"):
        if os.path.exists(database(caveat) + tail):
            os.unlink(database(caveat) + tail)


def ends_under_load(caveat, displace, what):
    """Every thread meets it at once, and none keeps the daemon from its end."""
    author = address("orchid-rep")
    over = threading.Event()

    def client(number):
        count = 0
        while not over.is_set():
            count += 1
            data = sized(author, f"teams@{DOMAIN}", 600, message_id=f"{what}.{number}.{count}@orchid.example")
            try:
                post(caveat.lmtp, author, f"teams@{DOMAIN}", data)
            except (OSError, EOFError, IndexError):
                pass

    caveat.serve()
    clients = [threading.Thread(target=client, args=(number,)) for number in range(6)]
    for one in clients:
        one.start()
    try:
        time.sleep(0.5)
        displace()
        equal(caveat.process.wait(8), 75, f"{what}: it ends, to be tried again")
    finally:
        over.set()
        for one in clients:
            one.join()


def replaced_while_it_runs(caveat, sound):
    """As one puts back a copy of a SQLite database by hand."""
    author = address("orchid-rep")

    def taken(number):
        data = sized(author, f"teams@{DOMAIN}", 600, message_id=f"replaced.{number}@orchid.example")
        return post(caveat.lmtp, author, f"teams@{DOMAIN}", data)[0]

    def said():
        with open(f"{caveat.folder}.log", encoding="utf-8") as log:
            return log.read().count("while it was served, at entry ")

    caveat.serve()
    reply = taken(0)
    check(reply.startswith("250 "), f"taken before: {reply}")
    shutil.copy(sound, database(caveat) + ".copy")
    os.rename(database(caveat) + ".copy", database(caveat))
    without_log(caveat)
    try:
        reply = taken(1)
    except (OSError, EOFError, IndexError):
        reply = "no connection"
    check(not reply.startswith("250 "), f"not taken into a file that nobody finds: {reply}")
    equal(caveat.process.wait(10), 75, "it ends, to be tried again")
    equal(said(), 1, "it is in the log")
    caveat.serve()
    equal(said(), 2, "the next one says so")
    caveat.stop()
    caveat.serve()
    equal(said(), 2, "once")
    reply = taken(2)
    check(reply.startswith("250 "), f"what lies there is served: {reply}")
    caveat.stop()


def scenario(scratch):
    caveat = filled(scratch)
    whole(caveat)
    equal(names(caveat, "sound"), [], "a sound database is found sound")
    whole(caveat)
    sound = scratch.path("sound.db")
    shutil.copy(database(caveat), sound)

    replaced_while_it_runs(caveat, sound)

    def replace():
        shutil.copy(sound, database(caveat) + ".copy")
        os.rename(database(caveat) + ".copy", database(caveat))
        without_log(caveat)

    ends_under_load(caveat, replace, "replaced")
    ends_under_load(caveat, lambda: os.unlink(database(caveat) + "-wal"), "no-log")
    without_log(caveat)
    shutil.copy(sound, database(caveat))

    with sqlite3.connect(database(caveat)) as db:
        held = db.execute("SELECT id FROM post WHERE state = 2 AND body IS NOT NULL ORDER BY key").fetchall()
        equal(len(held), 3, "three posts are held")
        db.execute("UPDATE body SET bytes = CAST(substr(bytes, 2) || x'00' AS BLOB) WHERE post = (SELECT body FROM post WHERE id = ?)",
                   held[1])
    db.close()
    found = names(caveat, "a changed body")
    equal(found, [f"the body of post {held[1][0]} does not open: it was changed"], "a changed body is named with its post")

    without_log(caveat)
    shutil.copy(sound, database(caveat))
    a_daemon_meets_one(caveat)

    noise, unseen, pages = random.Random(7), [], 0
    for number, at in used_pages(sound):
        without_log(caveat)
        shutil.copy(sound, database(caveat))
        with open(database(caveat), "r+b") as f:
            f.seek((number - 1) * PAGE + at)
            f.write(noise.randbytes(SECTOR))
        pages += 1
        if not names(caveat, number):
            unseen.append(number)
    print(f"pages damaged: {pages}, unseen: {unseen}")
    equal(unseen, [], f"of {pages} damaged pages none goes unseen")


run(scenario, deadline=300)
