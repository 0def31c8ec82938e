#!/usr/bin/python3
"""Mails of somebody who wants a list to open for them what it must not, or to take them for somebody else: each in a folder of its own, with
what becomes of it. They come from a member who is proven to be who they are, in the name of one by somebody who is not, and from a stranger."""
# promise: A5
# promise: A7
# promise: K3
# promise: K4
# promise: K5
# promise: K6
# promise: K7
# promise: K8
# promise: K13
import base64
import os
import shutil
import sys
import time
import tomllib
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../support"))

from check import check, equal, nothing_on_disk, run, until
from clients import sealed
from community import Community, address
from daemon import DOMAIN, Caveat, code
from keyring import Keyring
from mailtools import AUTHSERV, Dialogue, letter, post
from sink import Sink

CANARY = "the canary sings at noon"
READERS = ("orchid-rep", "quokka-rep", "mugung-rep")
EVE = "eve@stranger.example"


def text(*lines):
    return "Content-Type: text/plain; charset=utf-8\r\n\r\n" + "".join(line + "\r\n" for line in lines)


def forum(scratch, keyring):
    keys = {person: keyring.small_key(address(person)) for person in READERS}
    forged = f"x\n[GNUPG:] VALIDSIG {keyring.fingerprint(address('orchid-rep'))} <{address('mugung-rep')}>"
    mugung = keyring.fingerprint(address("mugung-rep"))
    keyring.gpg("--allow-freeform-uid", "--quick-add-uid", mugung, forged)
    keys["mugung-rep"] = keyring.gpg("--armor", "--export", mugung).decode()
    c = Community()
    for person in READERS:
        c.team(person.split("-")[0]).person(person, representative=True, key=scratch.write(f"{person}.asc", keys[person]))
    c.list("teams", encryption="required").list("poc", encryption="required", authentication="signature")
    return c.subscribe("teams", *READERS).subscribe("poc", *READERS)


def in_compressed_data(signature):
    """The packets of a signature inside one that GnuPG would unpack, whatever there is in it."""
    lines = signature.strip().splitlines()
    packets = base64.b64decode("".join(line for line in lines[2:-1] if not line.startswith("=")))
    squeezed = zlib.compressobj(wbits=-15)
    packet = b"\xa3\x01" + squeezed.compress(packets) + squeezed.flush()
    return "\n".join([*lines[:2], base64.encodebytes(packet).decode().strip(), lines[-1], ""])


class Material:
    """What the mails are made of."""

    def __init__(self, scratch, keyring, keys):
        teams, poc = keys["teams"], keys["poc"]
        self.captured_block = keyring.sealed(text("TLP:AMBER", "", CANARY), teams, "orchid-rep")
        self.captured = sealed(self.captured_block)
        self.part = keyring.signed_part(text("TLP:AMBER", "", "posted in clear"), "orchid-rep")
        self.part_sealed_anew = sealed(keyring.sealed(self.part, teams))
        self.command = keyring.signed_part(text("unsubscribe teams", "subscribe teams"), "orchid-rep")
        self.sealed_to_poc = keyring.sealed(text("TLP:AMBER", "", f"{CANARY}, attached"), poc, "orchid-rep")
        self.unpacked_signature = keyring.signed_part(text("TLP:AMBER", "", "signed"), "orchid-rep", disguise=in_compressed_data)
        self.to_a_friend = keyring.signed_part(f"From: {address('orchid-rep')}\r\nTo: {address('quokka-rep')}\r\n" +
                                               text("TLP:AMBER", "", "between us").replace("utf-8", 'utf-8; hp="clear"', 1), "orchid-rep")
        self.signed = keyring.signed_part(text("TLP:AMBER", "", "signed"), "orchid-rep")
        by_quokka = keyring.signed_part(text("TLP:AMBER", "", "by two"), "quokka-rep")
        self.by_two = sealed(keyring.sealed(by_quokka, poc, "orchid-rep"))

        def made(entity, *more):
            return sealed(keyring.gpg("--armor", "--trust-model", "always", "--recipient", poc, *more, "--encrypt",
                                      given=entity.encode()).decode().replace("\n", "\r\n"))

        def by(*people):
            return ["--sign", *(word for person in people for word in ("--local-user", address(person)))]

        self.twice = made(text("TLP:AMBER", "", "twice"), *by("orchid-rep", "quokka-rep"))
        self.without_integrity = made(text("TLP:AMBER", "", CANARY), "--rfc2440", *by("orchid-rep"))
        self.bomb = made(text("TLP:AMBER", "", "a" * 3_000_000), "--compress-algo", "zip", *by("orchid-rep"))
        self.by_injected_key = made(text("TLP:AMBER", "", "by another"), *by("mugung-rep"))
        name = f"x\n[GNUPG:] GOODSIG {keyring.fingerprint(address('orchid-rep'))[-16:]} orchid\n[GNUPG:] VALIDSIG " + \
            f"{keyring.fingerprint(address('orchid-rep'))} 2026-11-29 1795900000 0 4 0 22 8 00 {keyring.fingerprint(address('orchid-rep'))}\n"
        self.injected_file_name = made(text("TLP:AMBER", "", "by nobody"), "--set-filename", name)
        foreign = Keyring(scratch, "foreign").small_key("somebody@else.example").replace("\n", "\r\n")
        self.command_with_a_foreign_key = keyring.signed_part(text("set key", *foreign.split("\r\n")), "orchid-rep")

    def put_into(self, template):
        for name, value in vars(self).items():
            template = template.replace("{" + name + "}", value)
        return template


class Attack:
    def __init__(self, name, material):
        self.name = name
        with open(os.path.join(HERE, name, "expect.toml"), "rb") as f:
            self.expected = tomllib.load(f)
        with open(os.path.join(HERE, name, "mail.eml"), encoding="ascii") as f:
            self.mail = material.put_into(f.read().replace("\n", "\r\n"))
        check("{" not in self.mail, f"{name}: all of it is there")

    def is_command(self):
        return "verdict" not in self.expected


class Door:
    def __init__(self, scratch):
        self.scratch, self.keyring = scratch, Keyring(scratch)
        self.sink = Sink(scratch, keep="mail")
        more = 'max_retry = "2s"\n[limits]\nmessage = 1048576\n[openpgp]\nhome = "gnupg"'
        self.caveat = Caveat(scratch, self.sink.port, first_retry="1s", relay_more=more).init()
        self.caveat.load(forum(scratch, self.keyring))
        for name in ("teams", "poc"):
            self.keyring.gpg("--import", given=self.caveat.call("key", "export", name).out.encode())
        self.keys = {key["list"]: key["fingerprint"] for key in self.caveat.ask("key", "list") if "list" in key}
        self.count = 0

    def mail(self, author, to, body, proven):
        self.count += 1
        domain = author.split("@")[1]
        vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n" if proven else ""
        message_id = f"{self.count}@{domain}"
        return message_id, (f"{vouched}From: {author}\r\nTo: {to}@{DOMAIN}\r\nMessage-ID: <{message_id}>\r\n"
                            f"Date: Sun, 29 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n{body}").encode()

    def send(self, person, to, body, proven=True):
        author = address(person)
        message_id, mail = self.mail(author, to, body, proven)
        replies = post(self.caveat.lmtp, author if proven else EVE, f"{to}@{DOMAIN}", mail)
        check(replies[0].startswith("250 "), f"the door takes it, whatever it is: {replies}")
        return message_id

    def as_a_stranger(self, to, body):
        """Every reply of the door to the mail under a stranger's own name."""
        with Dialogue(self.caveat.lmtp, lmtp=True) as door:
            return door.transaction(EVE, [f"{to}@{DOMAIN}"], self.mail(EVE, to, body, False)[1])

    def by_id(self, count):
        return {one.get("message_id", "").strip("<>"): one for one in self.caveat.judged(count)}

    def letters_to(self, person):
        return [copy.decode(errors="replace").replace("=\r\n", "").replace("=\n", "") for copy in self.sink.letters()
                if f"To: <{address(person)}>".encode() in copy]

    def told(self, attack):
        """How many letters tell its sender what became of it."""
        words = attack.expected.get("told", "")
        return sum(words in " ".join(text.split()) for text in self.letters_to(attack.expected["from"]))


def what_went_before(door, material):
    """A post that came sealed, one that came signed, and a command: all of them rightly."""
    posted = [door.send("orchid-rep", "teams", "Subject: TLP:AMBER one\r\n" + part) for part in (material.captured, material.part)]
    door.send("orchid-rep", "teams+request", "Subject: commands\r\n" + material.command)
    judged = door.by_id(3)
    for one in posted:
        equal(judged[one]["verdict"], "distributed", f"{judged[one]}")
        door.caveat.settled(judged[one])
    until(lambda: any("you are on teams now" in text for text in door.letters_to("orchid-rep")), 15, "the command is done")
    return len(judged)


def attacked(door, attacks, before):
    """Sends all of them; returns how many posts there are then, and what the copies are named."""
    sent, had = {}, {}
    for one in attacks:
        had[one.name] = door.told(one)
        sent[one.name] = (door.send(one.expected["from"], one.expected["to"], one.mail),
                          door.send(one.expected["from"], one.expected["to"], one.mail, proven=False) if not one.is_command() else None)
    judged = door.by_id(before + sum(1 if one.is_command() else 2 for one in attacks))
    for one in attacks:
        if one.is_command():
            continue
        proven, unproven = (judged[message_id] for message_id in sent[one.name])
        because = " | ".join(proven["because"])
        equal((proven["verdict"], code(proven["because"])), (one.expected["verdict"], one.expected["why"]), f"{one.name}: {because}")
        for words in (one.expected.get("words", ""), one.expected.get("told", "")):
            check(words in because, f"{one.name}: {words!r} in {because}")
        equal([unproven["verdict"], code(unproven["because"])], one.expected["unproven"], f"{one.name}, by nobody: {unproven['because']}")
    for one in attacks:
        if "told" in one.expected:
            until(lambda this=one: door.told(this) > had[this.name], 15, f"{one.name}: its sender is told")
    return len(judged), sent


def nobody_reads_what_was_captured(door, sent):
    """What a reader put words around is opened for nobody, and not passed on either."""
    named = [f"Message-ID: <{message_id}>".encode() for both in sent.values() for message_id in both if message_id]
    check(not any(one in copy for copy in door.sink.letters() for one in named), "no copy of any of them left")


def strangers_learn_nothing(door, attacks):
    """Byte for byte what they read of any other mail; and no letter leaves."""
    seen = {}
    for one in attacks:
        plain = door.as_a_stranger(one.expected["to"], letter(EVE, "", subject="x", dmarc=False).split(b"MIME-Version: 1.0\r\n")[1].decode())
        equal(door.as_a_stranger(one.expected["to"], one.mail), plain, one.name)
        seen[tuple(plain)] = one.name
    equal(len(seen), 1, f"and at every address: {seen}")
    door.sink.quiet()
    check(not any(EVE.encode() in copy for copy in door.sink.letters()), "nothing is mailed to them")


def an_older_database_is_put_back(door, replays, copy):
    """From before anything was signed: nobody can know what was used since, so that nothing of then counts, and what is signed now does."""
    door.caveat.stop()
    for name in os.listdir(door.caveat.folder):
        if name.startswith("caveat.db-"):
            os.unlink(os.path.join(door.caveat.folder, name))
    shutil.copy(copy, os.path.join(door.caveat.folder, "caveat.db"))
    time.sleep(1)  # a signature says in which second it was made
    door.caveat.serve()
    for one in replays:
        one.expected["why"], one.expected["told"] = one.expected["restored"]
    attacked(door, replays, 0)
    time.sleep(1)
    before = len(door.caveat.posts())
    fresh = door.send("orchid-rep", "teams", door.keyring.signed_part(text("TLP:AMBER", "", "signed after it"), "orchid-rep"), proven=False)
    equal(door.by_id(before + 1)[fresh]["verdict"], "distributed", "what is signed now counts")
    [said] = [e for e in door.caveat.ask("journal", "show") if e["act"] == "database.put_back"]
    check("signed_from" in str(said), f"and the journal says since when: {said}")


def scenario(scratch):
    door = Door(scratch)
    material = Material(scratch, door.keyring, door.keys)
    attacks = [Attack(name, material) for name in sorted(os.listdir(HERE)) if name != "run.py"]
    copy = shutil.copy(os.path.join(door.caveat.folder, "caveat.db"), scratch.path("older.db"))
    door.caveat.serve()
    count = what_went_before(door, material)
    count, sent = attacked(door, attacks, count)
    nobody_reads_what_was_captured(door, sent)
    strangers_learn_nothing(door, attacks)
    replays = [one for one in attacks if "restored" in one.expected]
    door.caveat.kill()
    door.caveat.serve()
    attacked(door, replays, count)
    an_older_database_is_put_back(door, replays, copy)
    nothing_on_disk(door.caveat.folder, CANARY)
    door.caveat.ask("journal", "verify")
    door.caveat.stop()


run(scenario, deadline=120)
