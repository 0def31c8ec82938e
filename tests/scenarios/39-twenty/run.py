#!/usr/bin/python3
"""A list that encrypts and its twenty readers, each with a GnuPG of their own: keys of three kinds, one that has expired, one revoked, one
that was never there. Three of them post, each with another program, sealed and signed; the daemon crashes in between."""
# promise: D1
# promise: K1
# promise: K2
# promise: K3
# promise: K4
# promise: K11
# promise: K13
import base64
import email
import email.policy
import os
import re
import resource
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, nothing_on_disk, run, until
from clients import as_exchange_has_it, as_mutt_has_it, as_thunderbird_has_it
from community import Community, address
from daemon import DOMAIN, Caveat, code, reasons, states
from keyring import Keyring
from mailtools import AUTHSERV, post
from sink import Sink

CANARY = "the canary sings at noon"
# What a program may make of it on the way.
FORMS = [CANARY, CANARY.replace(" ", "=20"), CANARY.replace(" ", "_"),
         *(base64.b64encode(b" " * shift + CANARY.encode()).decode()[4 if shift else 0:-4] for shift in range(3))]
CURVE = [f"{team}-rep" for team in ("orchid", "alder", "banyan", "cedar", "dahlia", "elder", "fuchsia", "ginkgo")]
NIST = [f"{team}-rep" for team in ("mugung", "hazel", "iris", "juniper", "kapok", "linden")]
RSA = [f"{team}-rep" for team in ("quokka", "maple", "nettle")]
READERS = (*CURVE, *NIST, *RSA)
EXPIRED, REVOKED, MISSING = WITHOUT = ("banksia-rep", "kowhai-rep", "nimbus-rep")
OWNER = "cedar-rep"
POSTS = ((as_thunderbird_has_it, "orchid-rep"), (as_mutt_has_it, "quokka-rep"), (as_exchange_has_it, "mugung-rep"))


def homes_and_forum(scratch):
    homes = {person: Keyring(scratch, f"home-{person}") for person in (*READERS, EXPIRED, REVOKED)}
    keys = {person: homes[person].small_key(address(person)) for person in (*CURVE, REVOKED)}
    keys.update({person: homes[person].small_key(address(person), "nistp256") for person in NIST})
    keys.update({person: homes[person].public_key(address(person)) for person in RSA})
    keys[EXPIRED] = homes[EXPIRED].small_key(address(EXPIRED), expires="1y", made="20200101T000000")
    keys[REVOKED] = homes[REVOKED].revoked(keys[REVOKED], address(REVOKED))
    c = Community()
    for person in (*READERS, *WITHOUT):
        key = {"key": scratch.write(f"{person}.asc", keys[person])} if person in keys else {}
        c.team(person.split("-")[0]).person(person, representative=True, **key)
    c.term("owner", OWNER, list="teams").list("teams", encryption="required", authentication="signature")
    return homes, c.subscribe("teams", *READERS, *WITHOUT)


class Conversation:
    def __init__(self, scratch):
        self.homes, forum = homes_and_forum(scratch)
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Caveat(scratch, self.sink.port, first_retry="1s", relay_more='max_retry = "2s"\n[openpgp]\nhome = "gnupg"')
        self.caveat.environment["TMPDIR"] = scratch.make("caveat", "tmp")
        self.log = scratch.path("caveat.log")
        self.caveat.init().load(forum)
        self.list_key = self.caveat.ask("key", "list")[0]["fingerprint"]
        lists = self.caveat.call("key", "export", "teams").out.encode()
        for person in READERS:
            self.homes[person].gpg("--import", given=lists)

    def send(self, program, author):
        entity = f"Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:AMBER\r\n\r\n{CANARY}, says {author}\r\n"
        subject, body = program(self.homes[author], author, self.list_key, entity, subject_of(program, author))
        domain = address(author).split("@")[1]
        mail = (f"Authentication-Results: {AUTHSERV}; dmarc=none\r\nFrom: {address(author)}\r\nTo: teams@{DOMAIN}\r\n{subject}"
                f"Message-ID: <{program.__name__}@{domain}>\r\nDate: Sun, 29 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n{body}")
        replies = post(self.caveat.lmtp, address(author), f"teams@{DOMAIN}", mail.encode())
        check(replies[0].startswith("250 "), f"taken: {replies}")

    def no_word_on_disk(self):
        nothing_on_disk(self.caveat.folder, *FORMS)
        with open(self.log, errors="replace", encoding="utf-8") as f:
            check(CANARY not in f.read(), "nor in the log")

    def judged(self, count):
        one = self.caveat.judged(count)[-1]
        codes = [code(because) for because in one["because"]]
        check({"author_signed", "came_sealed"} <= set(codes), f"opened, and its author's: {one}")
        return one

    def copies(self, person):
        return [copy.split(b"\n", 2)[2] for copy in self.sink.letters()
                if f"<{address(person)}>".encode() in copy.split(b"\n", 2)[1] and b"\nList-Id: " in copy]

    def letters_to(self, person, subject):
        return [copy for copy in self.sink.letters() if f"To: <{address(person)}>".encode() in copy and subject.encode() in copy]


def subject_of(program, author):
    """Outside stands only what anybody may read."""
    return f"TLP:AMBER {CANARY} ({author})" if program is as_thunderbird_has_it else f"TLP:AMBER by {author}"


def reached_those_with_a_key(conversation, one):
    shown = conversation.caveat.settled(one)
    equal((shown["label"], shown["strength"]), ("AMBER", "signature"), "what it is")
    equal(states(shown), {**dict.fromkeys(READERS, "sent"), **dict.fromkeys(WITHOUT, "withheld")}, "17 of 20")
    equal({p: reasons(shown)[p] for p in WITHOUT}, dict.fromkeys(WITHOUT, "no_key"), "and why not the others")


def a_crash(conversation):
    """While copies wait for the relay; and the daemon may write as big a core file as it likes."""
    daemon = conversation.caveat.process
    os.kill(daemon.pid, signal.SIGSEGV)
    _, status = os.waitpid(daemon.pid, 0)
    equal((os.WTERMSIG(status), os.WCOREDUMP(status)), (signal.SIGSEGV, False), "it crashed, and dumped nothing")
    daemon.returncode = -signal.SIGSEGV
    check(not os.path.exists("core"), "no core file")
    conversation.no_word_on_disk()
    conversation.caveat.serve()


def each_opens_their_own(scratch, conversation):
    named = set()
    for person in READERS:
        copies = conversation.copies(person)
        equal(len(copies), len(POSTS), f"{person} has one copy of each")
        home, folder = conversation.homes[person], scratch.make(f"opened-{person}")
        files = [scratch.write(f"opened-{person}/{i}.pgp", home.ciphertext(copy)) for i, copy in enumerate(copies)]
        status = home.gpg("--status-fd", "1", "--multifile", "--decrypt", *files).decode()
        ids = set()
        for i, seen in enumerate(status.split("FILE_START")[1:]):
            ids |= set(re.findall(r"ENC_TO (\w+)", seen))
            equal(seen.count("ENC_TO"), 1, f"it names one key: {seen}")
            check("GOODMDC" in seen and f"VALIDSIG {conversation.list_key} " in seen, f"whole, and the list signed it: {seen}")
            with open(os.path.join(folder, str(i)), "rb") as f:
                inside = email.message_from_bytes(f.read(), policy=email.policy.default)
            program, author = POSTS[i]
            equal(inside["subject"], subject_of(program, author), "its subject")
            check(f"{CANARY}, says {author}" in inside.get_body().get_content(), f"its text: {inside}")
        equal(len(ids), 1, f"always the same one: {ids}")
        named |= ids
    equal(len(named), len(READERS), "and everybody another one")


def all_are_told(conversation):
    for person in WITHOUT:
        equal(conversation.copies(person), [], f"{person} gets no copy")
        until(lambda whom=person: conversation.letters_to(whom, "did not reach you"), 15, f"{person} is told")
    [report] = until(lambda: conversation.letters_to(OWNER, "Readers of teams without a usable key"), 15, "the owner is told")
    check(all(person.encode() in report for person in WITHOUT), f"of whom: {report}")
    for _, author in POSTS:
        [count] = until(lambda whom=author: conversation.letters_to(whom, "Who your post to teams reached"), 15, "and each author")
        check(b"3 have no key or no way that is safe enough" in count, f"how many, not who: {count}")
        check(not any(person.split("-")[0].encode() in count for person in WITHOUT), f"how many, not who: {count}")
    conversation.sink.quiet()
    for person in WITHOUT:
        [told] = conversation.letters_to(person, "did not reach you")
        check(not any(form.encode() in told for form in FORMS), f"once a day, and not a word of it: {told}")


def scenario(scratch):
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    conversation = Conversation(scratch)
    conversation.caveat.serve()
    for number, (program, author) in enumerate(POSTS, 1):
        last = number == len(POSTS)
        if last:
            conversation.sink.fault("rcpt:*:451 4.3.0 later")
        conversation.send(program, author)
        one = conversation.judged(number)
        if last:
            conversation.caveat.settled(one, but=("deferred",))
            conversation.no_word_on_disk()
            a_crash(conversation)
            conversation.sink.no_faults()
        reached_those_with_a_key(conversation, one)
    each_opens_their_own(scratch, conversation)
    all_are_told(conversation)
    conversation.no_word_on_disk()
    conversation.caveat.ask("journal", "verify")
    conversation.caveat.stop()


run(scenario, deadline=120)
