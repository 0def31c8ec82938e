#!/usr/bin/python3
"""Posts that come encrypted or signed, as people's programs send them, to lists that encrypt, that ask for a signature and that do
neither; and what becomes of them while GnuPG cannot do its work."""
# promise: A5
# promise: D2
# promise: K1
# promise: K3
# promise: K4
# promise: K5
# promise: K6
# promise: K10
# promise: K13
import contextlib
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, nothing_on_disk, run, until
from clients import as_exchange_has_it, as_mutt_has_it, as_thunderbird_has_it, sealed
from community import Community, address
from daemon import DOMAIN, Caveat, code, states
from keyring import Keyring
from mailtools import AUTHSERV, post
from sink import Sink

CANARY = "the canary sings at noon"
READERS = ("orchid-rep", "quokka-rep", "mugung-rep")
INSIDE = f"Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:AMBER\r\n\r\n{CANARY}\r\n"
SEEN_THERE = "looked at by a mail server on its way"


def forum(scratch, keyring):
    c = Community()
    for person in READERS:
        key = scratch.write(f"{person}.asc", keyring.small_key(address(person)))
        c.team(person.split("-")[0]).person(person, representative=True, key=key)
    for name, more in {"teams": {"encryption": "required"}, "poc": {"encryption": "required", "authentication": "signature"},
                       "open": {"klass": "teams"}}.items():
        c.list(name, **more).subscribe(name, *READERS)
    return c


def inside_of(program):
    """Of each another text: one signature by the same key, in the same second, over the same text would be one that came before."""
    return INSIDE + f"from {program}\r\n"


class Desk:
    def __init__(self, scratch):
        self.scratch, self.keyring = scratch, Keyring(scratch)
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Caveat(scratch, self.sink.port, first_retry="1s", relay_more='max_retry = "2s"\n[openpgp]\nhome = "gnupg"\nagain = "1s"').init()
        self.home = os.path.join(self.caveat.folder, "gnupg")
        self.caveat.load(forum(scratch, self.keyring))
        self.count = 0
        for name in ("teams", "poc"):
            self.keyring.gpg("--import", given=self.caveat.call("key", "export", name).out.encode())
        self.keys = {key["list"]: key["fingerprint"] for key in self.caveat.ask("key", "list") if "list" in key}

    def mail(self, author, to, subject, entity, proven=True):
        self.count += 1
        domain = address(author).split("@")[1]
        vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n" if proven else ""
        return (f"{vouched}From: {address(author)}\r\nTo: {to}@{DOMAIN}\r\n{subject}Message-ID: <{self.count}@{domain}>\r\n"
                f"Date: Sun, 29 Nov 2026 08:00:00 +0000\r\nX-Note: {SEEN_THERE}\r\nMIME-Version: 1.0\r\n{entity}").encode()

    def send(self, author, to, subject, entity, proven=True):
        sender = address(author) if proven else "eve@stranger.example"
        replies = post(self.caveat.lmtp, sender, f"{to}@{DOMAIN}", self.mail(author, to, subject, entity, proven))
        check(replies[0].startswith("250 "), f"the door takes it, whatever it is: {replies}")

    def judged(self, author, to, subject, entity, verdict, why, proven=True):
        before = len(self.caveat.posts())
        self.send(author, to, subject, entity, proven)
        [one] = self.caveat.judged(before + 1)[before:]
        equal((one["verdict"], code(one["because"][0])), (verdict, why), f"{one['because']}")
        return one

    def copy(self, person, to, of):
        mine = [c.split(b"\n", 2)[2] for c in self.sink.letters() if f"<{address(person)}>".encode() in c.split(b"\n", 2)[1]]
        [copy] = [c for c in mine if f"<{to}.{DOMAIN}>".encode() in c and of["message_id"].encode() in c]
        return copy


def from_three_programs(desk):
    for shape, subject in ((as_thunderbird_has_it, f"TLP:AMBER about {CANARY}"), (as_mutt_has_it, "TLP:AMBER seen"),
                           (as_exchange_has_it, "TLP:AMBER seen")):
        subject, entity = shape(desk.keyring, "orchid-rep", desk.keys["teams"], inside_of(shape.__name__), subject)
        one = desk.judged("orchid-rep", "teams", subject, entity, "distributed", "granted")
        codes = [code(because) for because in one["because"]]
        check({"author_signed", "came_sealed"} <= set(codes), f"how it came is said: {one['because']}")
        shown = desk.caveat.settled(one)
        equal((shown["label"], shown["strength"], states(shown)), ("AMBER", "signature", dict.fromkeys(READERS, "sent")), "read and sent")
        for person in READERS:
            copy = desk.copy(person, "teams", one)
            _, inside = desk.keyring.opened(copy)
            equal(desk.keyring.signer(copy), desk.keys["teams"], "the list signed it")
            check(CANARY in str(inside) and inside["subject"].startswith("TLP:AMBER "), f"the words and the subject: {inside}")
            check(CANARY.encode() not in copy and b"BEGIN PGP" not in bytes(inside), "and the author's layers are off")
    check(CANARY in str(desk.keyring.opened(desk.copy("mugung-rep", "teams", desk.caveat.posts()[0]))[1]["subject"]), "the one that was inside")


def tried(desk):
    subject, entity = as_mutt_has_it(desk.keyring, "orchid-rep", desk.keys["poc"], INSIDE, "TLP:AMBER seen")
    file = desk.scratch.write("try.eml", desk.mail("orchid-rep", "poc", subject, entity).decode())
    said = desk.caveat.call("policy", "try", file, "--list", "poc").out
    check("author_signed" in said and "came_sealed" in said, f"a trial opens it, too: {said}")


def who_signs(desk):
    """A list that asks for a signature: the author's, over all of it, once."""
    part = desk.keyring.signed_part(INSIDE, "orchid-rep")
    once = desk.judged("orchid-rep", "poc", "Subject: TLP:AMBER one\r\n", part, "distributed", "granted", proven=False)
    desk.caveat.settled(once)
    desk.judged("orchid-rep", "poc", "Subject: TLP:AMBER two\r\n", INSIDE, "held", "authentication")


def from_nobody(desk):
    """Who is not proven to be the author is taken for them by the signature alone."""
    captured = sealed(desk.keyring.sealed(inside_of("the captured one"), desk.keys["teams"], "orchid-rep"))
    other_list = sealed(desk.keyring.sealed(INSIDE, desk.keys["poc"], "orchid-rep"))
    desk.judged("orchid-rep", "teams", "Subject: TLP:AMBER x\r\n", captured, "distributed", "granted", proven=False)
    desk.judged("orchid-rep", "teams", "Subject: TLP:AMBER x\r\n", other_list, "held", "authentication", proven=False)


def in_clear_it_stays_as_it_was(desk):
    part = desk.keyring.signed_part(INSIDE.replace(CANARY, "the weather"), "orchid-rep")
    one = desk.judged("orchid-rep", "open", "Subject: TLP:AMBER the weather\r\n", part, "distributed", "granted")
    desk.caveat.settled(one)
    copy = desk.copy("mugung-rep", "open", one)
    check(part.split("\r\n\r\n", 1)[1].replace("\r\n", "\n") in copy.decode().replace("\r\n", "\n"), "what is under a signature is untouched")


@contextlib.contextmanager
def without_the_secret_keys(desk):
    secret = os.path.join(desk.home, "lists", "private-keys-v1.d")
    os.rename(secret, secret + ".away")
    yield
    os.rename(secret + ".away", secret)


@contextlib.contextmanager
def with_a_home_that_cannot_be_written(desk):
    """Where nothing can be mounted, there is a file in the place of it."""
    mounted = all(subprocess.run(["mount", *how, desk.home], capture_output=True, check=False).returncode == 0
                  for how in (["--bind", desk.home], ["-o", "remount,bind,ro"]))
    if mounted:
        desk.scratch.at_end(lambda: subprocess.run(["umount", "--lazy", desk.home], capture_output=True, check=False))
        yield
        subprocess.run(["umount", "--lazy", desk.home], check=True)
        return
    os.rename(desk.home, desk.home + ".away")
    desk.scratch.write(desk.home, "")
    yield
    os.unlink(desk.home)
    os.rename(desk.home + ".away", desk.home)


def gnupg_of(home):
    """The processes of GnuPG that work there."""
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has gone meanwhile
        if os.path.basename(words[0]).startswith(b"gpg") and any(word.startswith(home.encode()) for word in words):
            yield int(process)


def kill_gnupg(home):
    """Agent and gpg go as after a crash; returns how many."""
    killed = 0
    for process in list(gnupg_of(home)):
        try:
            os.kill(process, signal.SIGKILL)
            killed += 1
        except ProcessLookupError:
            continue  # it has gone meanwhile
    return killed


def while_gnupg_cannot_work(desk, trouble):
    """Nothing is lost and nothing leaves in clear: what has to be opened or sealed waits, and goes on when it is over."""
    check(kill_gnupg(desk.home) > 0, "there was something to kill")
    before = len(desk.caveat.posts())
    text = inside_of(trouble.__name__)
    with trouble(desk):
        desk.send("orchid-rep", "teams", "Subject: TLP:AMBER w\r\n", sealed(desk.keyring.sealed(text, desk.keys["teams"], "orchid-rep")))
        desk.send("quokka-rep", "teams", "Subject: TLP:AMBER w\r\n", text)
        desk.send("quokka-rep", "open", "Subject: TLP:AMBER meanwhile\r\n", "Content-Type: text/plain\r\n\r\nTLP:AMBER\r\n")
        until(desk.caveat.once_written(lambda: [p.get("verdict") for p in desk.caveat.posts()[before:]] == ["spooled", "distributed", "distributed"]), 15, "one waits")
        _, to_seal, other = desk.caveat.posts()[before:]
        equal(set(states(desk.caveat.settled(other)).values()), {"sent"}, "others go on")
        shown = desk.caveat.settled(to_seal, but=("deferred",))
        equal({(d["state"], code(d["because"])) for d in shown["deliveries"]}, {("deferred", "openpgp_failed")}, f"{shown}")
    all_of_it_arrives(desk, before, 3)


def while_gnupg_is_killed(desk):
    """Again and again, at whatever it is doing."""
    before = len(desk.caveat.posts())
    for i in range(3):
        text = inside_of(f"killed {i}")
        desk.send("orchid-rep", "teams", "Subject: TLP:AMBER k\r\n", sealed(desk.keyring.sealed(text, desk.keys["teams"], "orchid-rep")))
        desk.send("quokka-rep", "teams", "Subject: TLP:AMBER k\r\n", text)
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            kill_gnupg(desk.home)
            time.sleep(0.01)
    all_of_it_arrives(desk, before, 6)


def all_of_it_arrives(desk, before, count):
    posts = desk.caveat.judged(before + count)[before:]
    equal({p["verdict"] for p in posts}, {"distributed"}, f"{posts}")
    for one in posts:
        equal(set(states(desk.caveat.settled(one, seconds=60)).values()), {"sent"}, f"{one}")
        copies = [c.split(b"\n", 2)[2] for c in desk.sink.letters() if one["message_id"].encode() in c]
        equal(len(copies), len(READERS), "one for each")
        check(not any(CANARY.encode() in copy for copy in copies), "none in clear")
        check(one["list"] == "open" or CANARY in str(desk.keyring.opened(copies[-1])[1]), "whole")


def scenario(scratch):
    desk = Desk(scratch)
    tried(desk)
    desk.caveat.serve()
    from_three_programs(desk)
    who_signs(desk)
    from_nobody(desk)
    in_clear_it_stays_as_it_was(desk)
    while_gnupg_cannot_work(desk, without_the_secret_keys)
    while_gnupg_cannot_work(desk, with_a_home_that_cannot_be_written)
    while_gnupg_is_killed(desk)
    nothing_on_disk(desk.caveat.folder, CANARY)
    desk.caveat.kill()
    nothing_on_disk(desk.caveat.folder, CANARY)


run(scenario, deadline=120)
