#!/usr/bin/python3
"""Lists that encrypt: each reader gets a copy that only they can open, whatever kind of key they have; whoever has no usable one gets nothing
but word of it; and keys change, those of people, of lists and of the community's own mail."""
# promise: K1
# promise: K2
# promise: K6
# promise: K9
# promise: K10
# promise: K11
# promise: K12
# promise: K13
import datetime
import email
import email.policy
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, nothing_on_disk, run, until
from clients import sealed
from community import Community, address
from daemon import DOMAIN, Caveat, reasons, states
from keyring import Keyring
from mailtools import letter, post
from sink import Sink

CANARY = "the canary sings at noon"
READERS = ("orchid-rep", "quokka-rep", "mugung-rep")  # RSA, cv25519, NIST P-256
WITHOUT = ("banksia-rep", "kowhai-rep", "nimbus-rep")  # expired, revoked, none
EVERYBODY = READERS + WITHOUT


def forum(scratch, keyring):
    c = Community()
    keys = {"orchid-rep": keyring.public_key(address("orchid-rep")),
            "quokka-rep": keyring.small_key(address("quokka-rep")),
            "mugung-rep": keyring.small_key(address("mugung-rep"), "nistp256", "20d"),
            "banksia-rep": keyring.small_key(address("banksia-rep"), "cv25519", "1y", made="20200101T000000"),
            "kowhai-rep": keyring.revoked(keyring.small_key(address("kowhai-rep")), address("kowhai-rep"))}
    for person in EVERYBODY:
        c.team(person.split("-")[0]).person(person, representative=True,
                                            **({"key": scratch.write(f"{person}.asc", keys[person])} if person in keys else {}))
    c.term("owner", "quokka-rep", list="teams").term("owner", "quokka-rep", list="poc")
    c.list("teams", encryption="required", max_tlp="AMBER+STRICT").subscribe("teams", *EVERYBODY)
    c.list("poc", encryption="required", max_tlp="RED", autocrypt=True).subscribe("poc", *EVERYBODY)
    c.list("open", klass="teams", encryption="preferred", hide_key_ids=True, outer_subject="full").subscribe("open", *EVERYBODY)
    return c


def send(caveat, to, subject, named=()):
    author = address("orchid-rep")
    field = ", ".join([f"{to}@{DOMAIN}", *(address(person) for person in named)])
    replies = post(caveat.lmtp, author, f"{to}@{DOMAIN}", letter(author, field, subject=subject, body=f"{subject.split(' ')[0]}\n\n{CANARY}\n"))
    check(replies[0].startswith("250 "), f"taken: {replies}")


def copies(sink, person, of):
    """The copies that a person got of posts to a list."""
    mine = [copy for copy in sink.letters() if f"<{address(person)}>".encode() in copy.split(b"\n", 2)[1]]
    return [copy.split(b"\n", 2)[2] for copy in mine if b"List-Id: " in copy and f"<{of}.{DOMAIN}>".encode() in copy]


def letters_to(sink, person, subject):
    return [copy for copy in sink.letters() if f"To: <{address(person)}>".encode() in copy and subject.encode() in copy]


def opened(keyring, copy, list_key, subject, outside_subject):
    outside, inside = keyring.opened(copy)
    check(re.fullmatch(outside_subject, outside["subject"]), f"outside stands {outside['subject']}")
    equal(inside["subject"], subject, "the subject inside is the real one")
    equal(inside.get_param("hp", header="content-type"), "cipher", "and protected as RFC 9788 has it")
    check(CANARY in inside.get_content(), f"the text is there: {inside}")
    check(CANARY.encode() not in copy, "and nowhere else")
    equal(keyring.signer(copy), list_key, "the list signed it")


def to_those_who_can_open_it(caveat, sink, keyring, keys):
    send(caveat, "teams", f"TLP:AMBER about {CANARY}")
    shown = caveat.settled(caveat.judged(1)[0])
    equal(states(shown), {**dict.fromkeys(READERS, "sent"), **dict.fromkeys(WITHOUT, "withheld")}, "who can open it gets it")
    equal({p: reasons(shown)[p] for p in WITHOUT}, dict.fromkeys(WITHOUT, "no_key"), "the others do not, and the reason says so")
    ids = set()
    for person in READERS:
        [copy] = copies(sink, person, "teams")
        opened(keyring, copy, keys["teams"], f"TLP:AMBER about {CANARY}", r"TLP:AMBER Message \d+")
        ids |= keyring.named_in(copy)
    equal(len(ids), len(READERS), f"each copy names a key of its own: {ids}")
    for person in WITHOUT:
        equal(copies(sink, person, "teams"), [], f"{person} gets no copy")
        until(lambda whom=person: letters_to(sink, whom, "did not reach you"), 15, f"{person} is told")
    until(lambda: letters_to(sink, "quokka-rep", "Readers of teams without a usable key"), 15, "the owner is told")
    [report] = until(lambda: letters_to(sink, "orchid-rep", "Who your post to teams reached"), 15, "the author is told")
    check(b"3 have no key or no way that is safe enough" in report, f"how many, not who: {report}")
    why = caveat.ask("policy", "explain", "--post", shown["id"], "--person", "mugung-rep")[0]
    check(any(line.startswith("sealed: ") for line in why["rules_now"]), f"explained: {why}")


def a_copy_inspected(scratch, caveat, sink, keyring, keys):
    file = scratch.write("copy.eml", copies(sink, "mugung-rep", "teams")[0].decode())
    [seen] = caveat.ask("inspect", "pgp", "--home", keyring.home, file)
    equal((seen["encrypted"], seen["signed"], seen["signer"], seen["subject"]), (True, "valid", keys["teams"], f"TLP:AMBER about {CANARY}"),
          f"what a reader's program sees: {seen}")
    check(CANARY in seen["text"] and not seen["error"], f"and the text: {seen}")


def other_programs(scratch, sink, keyring, keys):
    """Sequoia and RNP open what was sealed to each kind of key, and find the list's signature good (K11)."""
    signer = scratch.write("teams.asc", keyring.gpg("--armor", "--export", keys["teams"]).decode())
    for person in READERS:
        secret = scratch.write(f"{person}.secret", keyring.gpg("--armor", "--export-secret-keys", address(person)).decode())
        home = scratch.make(f"rnp-{person}")
        subprocess.run(["rnpkeys", "--homedir", home, "--notty", "--import", secret], capture_output=True, check=True)
        subprocess.run(["rnpkeys", "--homedir", home, "--notty", "--import", signer], capture_output=True, check=True)
        [copy] = copies(sink, person, "teams")
        file = scratch.write(f"{person}.pgp", keyring.ciphertext(copy))
        for program in (["sq", "decrypt", "--recipient-key", secret, "--signer-cert", signer, "--signatures", "1", file],
                        ["rnp", "--homedir", home, "--notty", "--password", "", "--output", "-", "--decrypt", file]):
            done = subprocess.run(program, capture_output=True, check=False)
            check(done.returncode == 0 and CANARY.encode() in done.stdout, f"{program[0]} opens {person}'s: {done}")
            check(b"Good signature" in done.stderr, f"{program[0]} verifies {person}'s: {done.stderr}")


def what_others_make(scratch, caveat, keyring):
    """`inspect pgp` opens and verifies what the same two seal and sign."""
    author = address("quokka-rep")
    secret, home = scratch.write("quokka.secret", keyring.gpg("--armor", "--export-secret-keys", author).decode()), scratch.make("rnp-author")
    subprocess.run(["rnpkeys", "--homedir", home, "--notty", "--import", secret], capture_output=True, check=True)
    for person in READERS:
        to = scratch.write(f"{person}.public", keyring.gpg("--armor", "--export", address(person)).decode())
        subprocess.run(["rnpkeys", "--homedir", home, "--notty", "--import", to], capture_output=True, check=True)
        for program in (["sq", "encrypt", "--recipient-cert", to, "--signer-key", secret],
                        ["rnp", "--homedir", home, "--notty", "--password", "", "--armor", "--output", "-", "-u", author, "-r", address(person),
                         "--sign", "--encrypt", "-"]):
            sealed = subprocess.run(program, input=b"Content-Type: text/plain\r\n\r\nby another program\r\n", capture_output=True, check=True)
            mail = (f"From: <{author}>\nTo: <{address(person)}>\nSubject: ...\nMIME-Version: 1.0\n"
                    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\n\n'
                    "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b\nContent-Type: application/octet-stream\n\n"
                    f"{sealed.stdout.decode()}\n--b--\n")
            [seen] = caveat.ask("inspect", "pgp", "--home", keyring.home, scratch.write("other.eml", mail))
            equal((seen["encrypted"], seen["signed"], seen["signer"], seen["text"].strip()),
                  (True, "valid", keyring.fingerprint(author), "by another program"), f"what {program[0]} made for {person}")


def red_to_named(caveat, sink, keyring, keys):
    send(caveat, "poc", f"TLP:RED about {CANARY}", named=("mugung-rep", "nimbus-rep"))
    shown = caveat.settled(caveat.judged(2)[-1])
    equal(states(shown)["mugung-rep"], "sent", "RED reaches who is named")
    equal([p for p, state in states(shown).items() if state == "sent"], ["mugung-rep"], "and nobody else")
    [copy] = copies(sink, "mugung-rep", "poc")
    opened(keyring, copy, keys["poc"], f"TLP:RED about {CANARY}", r"TLP:RED Message \d+")
    brought = email.message_from_bytes(copy)["autocrypt"]
    check(brought.startswith(f"addr=poc@{DOMAIN}; "), f"the list's key comes along: {brought}")
    sink.quiet()
    equal(len(letters_to(sink, "nimbus-rep", "did not reach you")), 1, "once a day")


def where_it_is_preferred(caveat, sink, keyring, keys):
    send(caveat, "open", "TLP:GREEN about the weather")
    shown = caveat.settled(caveat.judged(3)[-1])
    equal(set(states(shown).values()), {"sent"}, f"everybody gets it: {shown['deliveries']}")
    for person in READERS:
        [copy] = copies(sink, person, "open")
        opened(keyring, copy, keys["open"], "TLP:GREEN about the weather", "TLP:GREEN about the weather")
        equal(keyring.named_in(copy), {"0" * 16}, "no key is named")
    for person in WITHOUT:
        check(CANARY.encode() in copies(sink, person, "open")[0], f"{person} in clear, over a relay that is verified")


def commands(scratch, caveat, keyring):
    listed = caveat.ask("key", "list")
    keys = {key["list"]: key["fingerprint"] for key in listed if "list" in key}
    equal(sorted(keys), ["open", "poc", "teams"], "each list that encrypts got its key with the load")
    known = {key["person"]: key["fitness"] for key in listed if "person" in key}
    equal(known, {**dict.fromkeys(READERS, "usable"), "banksia-rep": "expired", "kowhai-rep": "revoked"}, "keys were looked at")
    equal(caveat.call("key", "make", "teams", expect=1).out, "", "a second first key is refused")
    for name in keys:
        keyring.gpg("--import", given=caveat.call("key", "export", name).out.encode())
    home = os.path.join(caveat.folder, "gnupg", "lists")
    equal(stat.S_IMODE(os.stat(home).st_mode), 0o700, "the secret half is ours alone")
    other = scratch.write("other.asc", keyring.small_key("somebody@else.example"))
    caveat.call("key", "import", other, "--person", "nimbus-rep", expect=1)
    caveat.call("key", "import", scratch.write("none.asc", "no key"), "--person", "nimbus-rep", expect=2)
    equal([w["person"] for w in caveat.ask("key", "warnings")], ["banksia-rep", "kowhai-rep", "mugung-rep"], "who is to be warned")
    return keys


def ends_are_told_of(sink):
    """Whose key ends in twenty days hears so in clear, and so does who owns the lists; once (K9)."""
    [told] = until(lambda: letters_to(sink, "mugung-rep", "Your OpenPGP key ends on"), 15, "the person is warned")
    check(b"- poc" in told and b"- teams" in told and b"- open" not in told, f"of what will not reach them: {told}")
    until(lambda: letters_to(sink, "quokka-rep", "whose key ends soon"), 15, "and the owner")


def mail_to_owners(caveat, sink, keyring, keys):
    """It is opened as a post is, and reaches them sealed."""
    author, to = address("mugung-rep"), f"teams+owner@{DOMAIN}"
    whole = letter(author, to, subject="TLP:GREEN about the owners", body="")
    head = whole[:whole.index(b"MIME-Version")].decode()
    inside = keyring.sealed(f"Content-Type: text/plain; charset=utf-8\r\n\r\nTLP:GREEN\r\n\r\n{CANARY}\r\n", keys["teams"], "mugung-rep")
    post(caveat.lmtp, author, to, f"{head}MIME-Version: 1.0\r\n{sealed(inside)}".encode())
    shown = caveat.settled(caveat.judged(6)[-1])
    equal(states(shown), {"quokka-rep": "sent"}, "the owner gets it")
    opened(keyring, copies(sink, "quokka-rep", "teams")[-1], keys["teams"], "TLP:GREEN about the owners", r"TLP:GREEN Message \d+")


def a_list_gets_another_key(caveat, scratch, sink, keyring, keys):
    [made] = caveat.ask("key", "rollover", "teams")
    check(made["fingerprint"] != keys["teams"], "it is another one")
    equal([former["fingerprint"] for former in made["former"]], [keys["teams"]], "and the one before still opens")
    [listed] = [key for key in caveat.ask("key", "list") if key.get("list") == "teams"]
    equal(listed, made, "as the list of keys says")
    [told] = until(lambda: letters_to(sink, "orchid-rep", "teams has a new key"), 15, "who reads the list is told")
    _, key, signature = email.message_from_bytes(told.split(b"\n", 2)[2], policy=email.policy.default).iter_parts()
    equal((key.get_filename(), key.get_content().split()), ("teams-key.asc", caveat.call("key", "export", "teams").out.split()), "with the key")
    signed = scratch.write("teams-key.asc.sig", signature.get_content())
    status = keyring.gpg("--status-fd", "1", "--verify", signed, "-", given=key.get_content().encode()).decode()
    check(f"VALIDSIG {keys['teams']}" in status, f"signed by the one before: {status}")
    keyring.gpg("--import", given=key.get_content().encode())
    send(caveat, "teams", "TLP:AMBER by the new key")
    caveat.settled(caveat.judged(7)[-1])
    opened(keyring, copies(sink, "orchid-rep", "teams")[-1], made["fingerprint"], "TLP:AMBER by the new key", r"TLP:AMBER Message \d+")
    return made


def the_community_gets_another_key(caveat, scratch, sink, keyring):
    """Its letters are signed with it; whoever has a key is sent it, signed by the one before."""
    before = caveat.call("key", "export", "--community").out
    [shown] = subprocess.run(["gpg", "--batch", "--with-colons", "--show-keys"], input=before.encode(), capture_output=True,
                             check=True).stdout.decode().split("fpr:")[1:2]
    [made] = caveat.ask("key", "rollover", "--community")
    equal(made["before"], shown.strip(":").split(":")[0], "it takes the place of that one")
    check(made["usable_until"] > f"{datetime.date.today() + datetime.timedelta(days=700)}", f"and has an end: {made}")
    [told] = until(lambda: letters_to(sink, "orchid-rep", "are signed with a new key"), 15, "who has a key is told")
    _, key, signature = email.message_from_bytes(told.split(b"\n", 2)[2], policy=email.policy.default).iter_parts()
    equal(key.get_content().split(), caveat.call("key", "export", "--community").out.split(), "with the key")
    keyring.gpg("--import", given=before.encode())
    file = scratch.write("community-key.asc.sig", signature.get_content())
    status = keyring.gpg("--status-fd", "1", "--verify", file, "-", given=key.get_content().encode()).decode()
    check(f"VALIDSIG {made['before']}" in status, f"signed by the one before: {status}")
    caveat.call("key", "rollover", expect=2)
    caveat.call("key", "rollover", "teams", "--community", expect=2)


def the_end_of_a_lists_key(caveat, made):
    """In two years: doctor and `key warnings` say so."""
    equal([key for key in caveat.ask("key", "warnings") if "list" in key], [], "not yet")
    said = [c["detail"] for c in caveat.call("doctor", expect=None).objects() if c["check"] == "lists"]
    check(not any("nobody receives" in line for line in said), f"whose lists encrypt, and can, is told of no harm by that: {said}")
    end = datetime.datetime.fromisoformat(made["usable_until"].removesuffix("Z"))
    for days, result in ((20, "warning"), (0, "bad")):
        caveat.freeze_clock(end - datetime.timedelta(days=days))
        [listed] = [key for key in caveat.ask("key", "warnings") if key.get("list") == "teams"]
        equal((listed["fingerprint"], listed["days"]), (made["fingerprint"], days), "it is among those that end")
        found = [c for c in caveat.call("doctor", expect=None).objects() if c["check"] == "list keys" and "list teams" in c["detail"]]
        equal([c["result"] for c in found], [result], f"{days} days ahead: {found}")
    caveat.freeze_clock(None)
    caveat.call("journal", "verify")


def keys_change(caveat, scratch, keyring):
    """A new key makes somebody a reader; without it they are none."""
    mine = scratch.write("nimbus.asc", keyring.small_key(address("nimbus-rep")))
    [taken] = caveat.ask("key", "import", mine, "--person", "nimbus-rep")
    equal((taken["person"], taken["fitness"]), ("nimbus-rep", "usable"), "a key is taken and looked at")
    send(caveat, "teams", "TLP:AMBER for the new key")
    equal(states(caveat.settled(caveat.judged(4)[-1]))["nimbus-rep"], "sent", "and what comes then reaches them")
    caveat.call("key", "remove", "--person", "nimbus-rep", taken["fingerprint"][-16:], expect=2)
    caveat.call("key", "remove", "--person", "nimbus-rep", taken["fingerprint"])
    send(caveat, "teams", "TLP:AMBER without the new key")
    equal(states(caveat.settled(caveat.judged(5)[-1]))["nimbus-rep"], "withheld", "without it, it does not")


def scenario(scratch):
    keyring = Keyring(scratch)
    sink = Sink(scratch, keep="mail")
    caveat = Caveat(scratch, sink.port, first_retry="1s", relay_more='max_retry = "2s"\n[openpgp]\nhome = "gnupg"').init()
    said = caveat.load(forum(scratch, keyring)).err
    check("the key of banksia-rep: it has expired" in said and "the key of kowhai-rep: it has been revoked" in said, f"warned of: {said}")
    keys = commands(scratch, caveat, keyring)
    caveat.serve()
    to_those_who_can_open_it(caveat, sink, keyring, keys)
    a_copy_inspected(scratch, caveat, sink, keyring, keys)
    ends_are_told_of(sink)
    other_programs(scratch, sink, keyring, keys)
    what_others_make(scratch, caveat, keyring)
    red_to_named(caveat, sink, keyring, keys)
    where_it_is_preferred(caveat, sink, keyring, keys)
    keys_change(caveat, scratch, keyring)
    mail_to_owners(caveat, sink, keyring, keys)
    made = a_list_gets_another_key(caveat, scratch, sink, keyring, keys)
    the_community_gets_another_key(caveat, scratch, sink, keyring)
    the_end_of_a_lists_key(caveat, made)
    nothing_on_disk(caveat.folder, CANARY)
    caveat.kill()
    nothing_on_disk(caveat.folder, CANARY)
    caveat.serve()
    caveat.stop()


run(scenario, deadline=180)
