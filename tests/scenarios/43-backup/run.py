#!/usr/bin/python3
"""A backup while mail flows, and what it takes to put one back: the key file of now, a whole file, nobody who serves, a word that what came
after may be lost; then nothing that was signed before counts, what was forgotten stays closed, and the committee is told."""
# promise: D1
# promise: K7
# promise: K12
# promise: J4
# promise: O3
import contextlib
import gzip
import os
import shutil
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import ROOT, check, equal, run, until
from clients import sealed
from committee import Committee, a_forum
from community import address
from daemon import DOMAIN, Caveat, code
from edits import past_triggers
from keyring import Keyring
from mailtools import AUTHSERV, letter, post
from sink import Sink

READERS = ("orchid-rep", "takin-rep", "saiga-rep")


def forum(scratch, keyring):
    c = a_forum()
    for person in c.rows["person"]:
        if person["id"] in READERS:
            person["key"] = scratch.write(f"{person['id']}.asc", keyring.small_key(address(person["id"])))
    c.person("orchid-desk").term("secretariat", "orchid-desk")
    c.list("teams").list("poc", encryption="required")
    return c.subscribe("teams", *READERS).subscribe("poc", *READERS)


def a_caveat(scratch, relay_port, name):
    return Caveat(scratch, relay_port, name=name, first_retry="1s", relay_more='max_retry = "2s"\n[openpgp]\nhome = "gnupg"\n[doctor]\nbackup_every = "26h"')


class House:
    def __init__(self, scratch):
        self.scratch, self.keyring = scratch, Keyring(scratch)
        self.sink = Sink(scratch, keep="mail")
        self.caveat = a_caveat(scratch, self.sink.port, "caveat").init()
        self.caveat.load(forum(scratch, self.keyring))
        self.poc_key = self.caveat.call("key", "export", "poc").out
        self.keyring.gpg("--import", given=self.poc_key.encode())
        self.committee = Committee(self.caveat)

    def path(self, name):
        return os.path.join(self.caveat.folder, name)

    def backup_check(self, found):
        return next(c["result"] for c in found if c["check"] == "backup")

    def put(self, name, label="GREEN", to="teams"):
        """A post that DMARC vouches for; returns its row when it is judged."""
        orchid = address("orchid-rep")
        mail = letter(orchid, f"{to}@{DOMAIN}", f"TLP:{label} {name}", f"TLP:{label}\n\n{name}\n", message_id=f"{name}@orchid.example")
        check(post(self.caveat.lmtp, orchid, [f"{to}@{DOMAIN}"], mail)[0].startswith("250 "), f"{name} is taken")
        return self.judged(name)

    def judged(self, name):
        def found():
            return next((p for p in self.caveat.posts() if p["message_id"].strip("<>") == f"{name}@orchid.example" and
                         p.get("verdict") != "spooled"), None)
        return until(found, 20, f"{name} is judged", every=0.1)

    def send_signed(self, name, to, part, proven=False):
        """Carried by somebody else: nothing but the signature says whose it is. `proven`: by its author, as DMARC says."""
        vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=orchid.example\r\n" if proven else ""
        mail = (f"{vouched}From: {address('orchid-rep')}\r\nTo: {to}@{DOMAIN}\r\nMessage-ID: <{name}@orchid.example>\r\n"
                f"Date: Sun, 29 Nov 2026 08:00:00 +0000\r\nSubject: TLP:AMBER {name}\r\nMIME-Version: 1.0\r\n{part}").encode()
        check(post(self.caveat.lmtp, address("orchid-rep") if proven else "eve@stranger.example", f"{to}@{DOMAIN}", mail)[0].startswith("250 "), "the door takes it")

    def letters_with(self, words):
        return letters_with(self.sink, words)


def letters_with(sink, words):
    return [copy for copy in sink.letters() if words in " ".join(copy.decode(errors="replace").replace("=\r\n", "").split())]


def text(*lines):
    return "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "".join(line + "\r\n" for line in lines)


def while_mail_flows(house):
    """Nobody waits for a backup, nothing is lost, and the file is whole."""
    equal(house.backup_check(house.caveat.ask("doctor")), "warning", "none was made yet")
    caveat, orchid, count = house.caveat, address("orchid-rep"), 60
    caveat.serve()
    replies = []

    def flow():
        for n in range(count):
            mail = letter(orchid, f"teams@{DOMAIN}", f"TLP:GREEN {n}", f"TLP:GREEN\n\n{n}\n", message_id=f"flow{n}@orchid.example")
            replies.extend(post(caveat.lmtp, orchid, [f"teams@{DOMAIN}"], mail))

    thread = threading.Thread(target=flow)
    thread.start()
    made = [caveat.ask("backup", house.path(f"flow-{n}.backup"))[0] for n in range(3)]
    thread.join()
    check(all(reply.startswith("250 ") for reply in replies), "every post was taken")
    equal(len(replies), count, "all of them")
    house.sink.wait(count * len(READERS))
    equal(sum(p["verdict"] == "distributed" for p in caveat.judged(count)), count, "all are distributed")
    equal(set(house.sink.who()[address(p)] for p in READERS), {count}, "nothing is lost or doubled")
    for one in made:
        equal(os.stat(one["backup"]).st_mode & 0o777, 0o600, "for nobody else to read")
        caveat.call("journal", "verify", "--head", one["head"])
    equal(len(caveat.ask("journal", "show", "--act", "backup.made")), 3, "the journal says that they were made")
    equal(house.backup_check(caveat.ask("doctor")), "good", "and the doctor hears of it")
    caveat.call("backup", made[0]["backup"], expect=1)
    caveat.call("backup", house.path("no/such/folder/x"), expect=2)
    check(not [name for name in os.listdir(caveat.folder) if ".part" in name], "nothing half made stays")
    equal(caveat.call("posts", expect=0).status, 0, "the daemon goes on")


def after_the_backup(house):
    """What an older database does not know: a signed post, a signed command, a revoked token, a hold, a post that was forgotten."""
    caveat = house.caveat
    old = house.put("to-forget", "AMBER")
    caveat.settled(old)
    token = caveat.ask("token", "create", "a program", "--scope", "teams:read")[0]
    house.sink.quiet()
    made = caveat.ask("backup", house.path("good.backup"))[0]
    signed = house.keyring.signed_part(text("TLP:AMBER", "", "signed"), "orchid-rep")
    command = house.keyring.signed_part(text("unsubscribe teams", "subscribe teams"), "orchid-rep")
    house.send_signed("signed", "teams", signed)
    equal(house.judged("signed")["verdict"], "distributed", "its signature counts")
    house.send_signed("command", "teams+request", command)
    until(lambda: house.letters_with("you are on teams now"), 15, "the command is done")
    caveat.call("hold", "place", "saiga-rep", "--reason", "mailbox taken over")
    decision = house.committee.decide("archive.forget", old["id"])
    caveat.call("archive", "forget", old["id"], "--decision", decision)
    house.sink.quiet()
    return made, token, signed, command, old


def changed(house, name, change):
    """A copy of the good backup that somebody edited."""
    path = shutil.copy(house.path("good.backup"), house.path(name))
    with past_triggers(path) as database:
        database.execute(change)
    return path


def refused(house):
    """Each for its reason; the database stays as it is."""
    caveat, good = house.caveat, house.path("good.backup")
    check("stop it first" in caveat.call("restore", good, "--replace", "--yes", expect=75).err, "somebody serves it")
    caveat.stop()
    before = {name: open(house.path(name), "rb").read() for name in ("caveat.db", "vault.key")}
    last = caveat.ask("journal", "witness")[0]["head"]
    check("--replace" in caveat.call("restore", good, "--yes", expect=1).err, "there is a database")
    check("entered again" in caveat.call("restore", good, "--replace", expect=2).err, "what is lost is said first")
    check("is missing" in caveat.call("restore", good, "--replace", "--yes", "--head", last, expect=1).err, "not the head that was noted")
    check("no backup" in caveat.call("restore", house.path("caveat.db"), "--replace", "--yes", expect=2).err, "a database is no backup")
    caveat.call("restore", house.path("nothing"), "--replace", "--yes", expect=2)
    for name, change, why in (("row.backup", "UPDATE person SET name = 'Eve' WHERE id = 'orchid-rep'", "person"),
                              ("body.backup", "UPDATE body SET bytes = zeroblob(length(bytes))", "does not open"),
                              ("entry.backup", "DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)", "entry"),
                              ("key.backup", "DELETE FROM backup_part WHERE name LIKE '%.key'", "is missing in the backup"),
                              ("facts.backup", "UPDATE backup_part SET bytes = zeroblob(length(bytes))", "was changed")):
        answer = caveat.call("restore", changed(house, name, change), "--replace", "--yes", expect=1)
        check(name in answer.err and why in answer.err, f"{name} was edited: {answer.err}")
    with open(good, "rb") as f, open(house.path("cut.backup"), "wb") as cut:
        cut.write(f.read()[:-8192])
    caveat.call("restore", house.path("cut.backup"), "--replace", "--yes", expect=1)
    other = a_caveat(house.scratch, house.sink.port, "other").init()
    shutil.copy(os.path.join(other.folder, "vault.key"), house.path("vault.key"))
    check("another key" in caveat.call("restore", good, "--replace", "--yes", expect=2).err, "the key file of another site")
    os.unlink(house.path("vault.key"))
    caveat.call("restore", good, "--replace", "--yes", expect=2)
    with open(house.path("vault.key"), "wb") as f:
        f.write(before["vault.key"])
    os.chmod(house.path("vault.key"), 0o600)
    check(not [name for name in os.listdir(caveat.folder) if "restoring" in name], "nothing half made stays")
    equal(caveat.ask("journal", "witness")[0]["head"], last, "the database is what it was")


def put_back(house, made, token, signed, command, old):
    """The state of the backup, made safe."""
    caveat = house.caveat
    time.sleep(1)  # a signature says in which second it was made
    done = caveat.ask("restore", house.path("good.backup"), "--replace", "--yes", "--head", made["head"])[0]
    equal((done["state_of"], done["head"], done["waiting"]), (made["made"], made["head"], 0), "of which state it is")
    check(os.path.exists(done["before_it"]) and not os.path.exists(done["before_it"] + "-wal"), "the one before is kept")
    with contextlib.closing(sqlite3.connect(done["before_it"])) as before:
        check(before.execute("SELECT count(*) FROM entry WHERE act LIKE 'hold.%'").fetchone()[0] > 0, "with what came after the backup")
    again = [caveat.ask("restore", house.path("good.backup"), "--replace", "--yes")[0]["before_it"] for _ in range(3)]
    equal(len({done["before_it"], *again}), 4, "also when another follows at once")
    caveat.call("journal", "verify", "--head", made["head"])
    equal(caveat.ask("hold", "list"), [], "a hold of after it is gone, as is said")
    equal({t["state"] for t in caveat.ask("token", "list")}, {"revoked"}, "tokens have ended")
    equal([c for c in caveat.ask("doctor") if c["result"] == "bad"], [], "the doctor finds nothing amiss")
    time.sleep(1)
    house.sink.reset()
    caveat.serve()
    # Four seats without a key, and the secretariat, in clear to a relay on this machine; to the others sealed.
    until(lambda: len(house.letters_with("The register was put back to an earlier state")) == 5, 20, "committee and secretariat are told")
    check(house.letters_with("posts that were labelled anew"), "also of labels")

    for proven, verdict, why in ((True, "refused", "unsure"), (False, "held", "authentication")):
        name = f"replayed-{proven}"
        house.send_signed(name, "teams", signed, proven)
        replayed = house.judged(name)
        equal((replayed["verdict"], code(replayed["because"])), (verdict, why), f"{replayed}")
    until(lambda: house.letters_with("signed before the database here was put back"), 15, "and its sender is told why")
    house.send_signed("commanded", "teams+request", command)
    until(lambda: house.letters_with("before the database here was put back from a copy"), 15, "its sender is told why")
    house.send_signed("fresh", "teams", house.keyring.signed_part(text("TLP:AMBER", "", "new"), "orchid-rep"))
    equal(house.judged("fresh")["verdict"], "distributed", "what is signed now counts")
    check(not any(e["subject"] == old["id"] for e in caveat.ask("journal", "show", "--act", "archive.forgotten")), "of the forgetting it knows nothing")
    equal(caveat.ask("archive", "search", '"to-forget"', "--as", "orchid-rep"), [], "and opens nothing of what was forgotten")
    caveat.kill()
    caveat.serve()
    house.send_signed("again", "teams", signed)
    equal(house.judged("again")["verdict"], "held", "nor after another start")


def elsewhere(house):
    """On another machine with nothing but the key file; copies that waited are the operator's to decide."""
    caveat = house.caveat
    caveat.stop()
    house.sink.stop()
    caveat.serve()
    waiting = house.put("waiting", "GREEN")
    until(caveat.once_written(lambda: all(d["state"] == "deferred" for d in caveat.show(waiting)["deliveries"])), 15, "the relay is away")
    made = caveat.ask("backup", house.path("waiting.backup"))[0]
    caveat.stop()
    sink = Sink(house.scratch, keep="mail-elsewhere", name="sink-elsewhere")
    for choice, state in (("end", "cancelled"), ("send", "sent")):
        there = a_caveat(house.scratch, sink.port, f"there-{choice}")
        check("vault.key" in there.call("restore", made["backup"], "--yes", expect=2).err, "the key file is kept apart")
        shutil.copy(house.path("vault.key"), os.path.join(there.folder, "vault.key"))
        check("--waiting" in there.call("restore", made["backup"], "--yes", expect=2).err, "it asks what is to become of them")
        there.call("restore", made["backup"], "--yes", "--waiting", "maybe", expect=2)
        done = there.ask("restore", made["backup"], "--yes", "--waiting", choice, "--head", made["head"])[0]
        check(done["waiting"] >= len(READERS) and done["before_it"] == "" and done["list_keys_put_back"] >= 2, f"{done}")
        there.call("journal", "verify", "--head", made["head"])
        there.serve()
        shown = there.settled(next(p for p in there.posts() if p["id"] == waiting["id"]))
        equal({d["state"] for d in shown["deliveries"]}, {state}, f"--waiting {choice}")
        if choice == "end":
            until(lambda: letters_with(sink, "3 may not have it"), 15, "its author hears how many may not have it")
            check("waiting@orchid.example" in letters_with(sink, "3 may not have it")[0].decode(), "and of which post")
        equal(there.call("key", "export", "poc").out, house.poc_key, "lists have the keys they had")
        if choice == "send":
            house.caveat = there
            [key] = [k["fingerprint"] for k in there.ask("key", "list") if k.get("list") == "poc"]
            time.sleep(1)  # a signature of the second of the restore may be from before it
            house.send_signed("sealed", "poc", sealed(house.keyring.sealed(text("TLP:AMBER", "", "to the list"), key, "orchid-rep")))
            one = house.judged("sealed")
            equal(one["verdict"], "distributed", f"what is sealed to the list opens: {one}")
            there.settled(one)
        there.call("journal", "verify")
        there.stop()
    for_another_user(house, made)


def for_another_user(house, made):
    """Root puts it back for the daemon's user: nothing that it leaves is root's, also where it was refused."""
    if os.geteuid() != 0:
        return
    nobody = 65534
    there = a_caveat(house.scratch, house.sink.port, "there-owned")
    shutil.copy(house.path("vault.key"), os.path.join(there.folder, "vault.key"))
    for path in (there.folder, os.path.join(there.folder, "vault.key"), there.config):
        os.chown(path, nobody, nobody)

    def all_is_theirs(what):
        found = [os.path.join(folder, name) for folder, folders, files in os.walk(there.folder) for name in (*folders, *files)]
        equal([path for path in found if os.lstat(path).st_uid != nobody], [], what)
        return len(found)

    there.call("restore", made["backup"], "--yes", expect=2)
    all_is_theirs("what a restore that was refused leaves behind")
    there.call("restore", made["backup"], "--yes", "--waiting", "end")
    check(all_is_theirs("what is put back") > 6, "with the keys of lists")


def of_an_earlier_program(house):
    """A backup that an earlier program made is put back in the form of today."""
    there = a_caveat(house.scratch, house.sink.port, "there-earlier")
    database = os.path.join(there.folder, "caveat.db")
    corpus = os.path.join(ROOT, "tests/corpus/upgrade/schema-38")
    shutil.copy(os.path.join(corpus, "vault.key"), os.path.join(there.folder, "vault.key"))
    os.chmod(os.path.join(there.folder, "vault.key"), 0o600)
    with gzip.open(os.path.join(corpus, "caveat.db.gz")) as packed, open(database, "wb") as f:
        f.write(packed.read())
    os.chmod(database, 0o600)
    earlier = os.path.join(there.folder, "earlier.backup")
    shutil.copy(database, earlier)
    made = there.ask("backup", os.path.join(there.folder, "now.backup"))[0]  # its sealed parts are of the same head: 39 entered nothing
    with contextlib.closing(sqlite3.connect(earlier)) as db:
        equal(db.execute("PRAGMA user_version").fetchone()[0], 38, "the form of before")
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("ATTACH ? AS now", (made["backup"],))
        db.execute("CREATE TABLE backup_part (name TEXT PRIMARY KEY, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID")
        db.execute("INSERT INTO backup_part SELECT * FROM now.backup_part")
        db.execute(f"PRAGMA main.application_id={int.from_bytes(b'cavk', 'big')}")
        db.commit()
    teams = there.ask("team", "list")
    done = there.ask("restore", earlier, "--yes", "--waiting", "end", "--replace", "--head", made["head"])[0]
    check(done["head"] == made["head"] and done["posts"] == made["posts"], f"{done}")
    equal(there.ask("team", "list"), teams, "with everybody")
    there.call("journal", "verify", "--head", made["head"])
    check(all(c["result"] != "bad" for c in there.call("doctor", expect=None).objects() if c["check"] in ("database", "journal", "sealed")), "sound")


def without_openpgp(house):
    """What only DMARC proves and is of before: nobody knows whether it came, so it takes its author's own hand, after another start as well."""
    there = Caveat(house.scratch, house.sink.port, name="there-plain").init()
    there.load(a_forum().list("teams").subscribe("teams", *READERS))
    made = there.ask("backup", os.path.join(there.folder, "plain.backup"))[0]
    there.call("restore", made["backup"], "--yes", "--replace")
    lists = f"teams@{DOMAIN}"
    for by, verdict in (("eve@stranger.example", "held"), (address("orchid-rep"), "distributed")):
        there.serve()
        lines = letter(address("orchid-rep"), lists, date=False, message_id=f"{verdict}@orchid.example").decode().split("\r\n", 1)
        mail = f"{lines[0]}\r\nDate: Sun, 01 Nov 2026 12:00:00 +0000\r\n{lines[1]}"
        post(there.lmtp, by, [lists], mail.encode())
        until(lambda: any(p["message_id"] == f"{verdict}@orchid.example" and p["verdict"] == verdict for p in there.posts()), 15, f"handed in by {by}")
        there.stop()


def scenario(scratch):
    house = House(scratch)
    while_mail_flows(house)
    made, *rest = after_the_backup(house)
    refused(house)
    put_back(house, made, *rest)
    elsewhere(house)
    of_an_earlier_program(house)
    without_openpgp(house)


run(scenario, deadline=240)
