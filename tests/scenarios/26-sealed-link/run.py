#!/usr/bin/python3
"""Links to sign in, asked for over HTTP: sealed for who has a key, in clear for who has none, withheld from whose key cannot be used, and
one and the same answer for everybody. What is on disk afterwards holds no link."""
# promise: K1
# promise: K2
# promise: K8
# promise: K10
# promise: K13
# promise: A7
import os
import re
import stat
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, nothing_on_disk, run, until
from community import Community, address
from console import Console
from keyring import Keyring
from sink import Sink

FORMER = "somebody@else.example"  # quokka-rep's, to whom the key on record belongs
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/sign-in/[0-9a-f]{64})")


def forum(scratch, keyring):
    c = Community()
    for team, key in (("orchid", keyring.public_key(address("orchid-rep"))),
                      ("banksia", keyring.public_key(address("banksia-rep"), "1y", made="20200101T000000")),
                      ("quokka", keyring.public_key(FORMER)), ("mugung", None)):
        c.team(team).person(f"{team}-rep", addresses=[FORMER] if team == "quokka" else None, representative=team != "quokka",
                            **({"key": scratch.write(f"{team}.asc", key)} if key else {}))
    return c


def ask(console, whom):
    """How asking was answered, but for its date."""
    return console.client().post("/sign-in", f"address={urllib.parse.quote(whom)}".encode(), headers=FORM).same()


def letters_to(sink, person):
    """Those that an ask brought; whose key somebody else changed is told of that too."""
    return [letter.split(b"\n", 2)[2] for letter in sink.letters()
            if f"To: <{address(person)}>".encode() in letter and b"Your data was changed" not in letter]


def the_letter(sink, person):
    return until(lambda: letters_to(sink, person), 15, f"a letter to {person}")[0]


def opens(console, link):
    console.client().get(link)  # looking at it uses nothing up
    return console.client().post(link, b"", headers=FORM)


def keys_are_looked_at(scratch, console, keyring):
    """Over the API and on the command line alike: a key that could never be used is not taken, one that lapsed is."""
    client = console.client(console.token(["people:read", "people:write"]))
    foreign, lapsed = keyring.public_key("other@else.example"), keyring.public_key(address("mugung-rep"), "1y", made="20200101T000000")
    secret = keyring.gpg("--armor", "--export-secret-keys", address("mugung-rep")).decode()
    broken = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ0AAABYJKwYBBAHaRw8BAQdA\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n"
    for key, why, status, exit_code in ((foreign, "none of its user ids", 403, 1), (secret, "secret key", 422, 2),
                                        (secret.replace("PRIVATE", "PUBLIC"), "secret key", 422, 2), (broken, "not exactly one", 422, 2)):
        refused = client.ask("PUT", "/v1/people/mugung-rep/key", {"key": key}, headers={"If-Match": "*"})
        equal((refused.status, why in refused.json()["detail"]), (status, True), f"{why}: {refused}")
        file = scratch.write("key.asc", key)
        said = console.call("person", "change", "mugung-rep", "--key", file, expect=exit_code).err
        check(why in said, f"{why}: {said}")
    taken = client.ask("PUT", "/v1/people/mugung-rep/key", {"key": lapsed}, headers={"If-Match": "*"})
    equal(taken.status, 200, f"a lapsed key is taken: {taken}")
    equal(client.ask("DELETE", "/v1/people/mugung-rep/key", headers={"If-Match": "*"}).status, 200, "and removed")


def another_key_waits(scratch, console, keyring, cookie):
    """Brought by the operator in the place of one that counts, it waits, and the operator does not confirm it; the person does, on the page,
    signed in by a link that was sealed to the key of before."""
    mine = keyring.fingerprint(address("orchid-rep"))
    file = scratch.write("another.asc", keyring.small_key(address("orchid-rep")))
    brought = console.call("key", "import", file, "--person", "orchid-rep")
    [another] = brought.objects()
    check("waits to be confirmed" in brought.err, f"the operator reads that it waits: {brought.err}")
    equal((another["person"], another["fitness"], another["fingerprint"] != mine), ("orchid-rep", "unconfirmed", True), "and which one")
    kept = {"orchid-rep": (mine, "usable"), "waits": (another["fingerprint"], "unconfirmed")}
    equal([(k["fingerprint"], k["fitness"]) for k in console.ask("key", "list", "--person", "orchid-rep")], list(kept.values()), "both are listed")
    check("whoever changed it does not confirm it" in console.call("person", "confirm", "orchid-rep", expect=1).err, "not by who brought it")
    check("waits to be confirmed" in console.ask("person", "show", "orchid-rep")[0]["unconfirmed"][0], "it is shown with the person")

    console.call("person", "confirm", "orchid-rep", "--refuse")
    equal([k["fingerprint"] for k in console.ask("key", "list", "--person", "orchid-rep")], [mine], "who brought it may take it back")
    console.call("key", "import", file, "--person", "orchid-rep")

    page = console.client().get("/people/orchid-rep", headers={"Cookie": cookie}).body.decode()
    check("To be confirmed" in page and another["fingerprint"] in page, "the page says what waits")
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    form = urllib.parse.urlencode({"csrf": csrf, "next": "/people/orchid-rep", "person": "orchid-rep"}).encode()
    equal(console.client().post("/act/confirmChanges", form, headers={**FORM, "Cookie": cookie}).status, 303, "its person confirms it")
    until(console.once_written(lambda: console.ask("key", "list", "--person", "orchid-rep")[0]["fitness"] == "usable"), 15, "it is looked at")
    equal([k["fingerprint"] for k in console.ask("key", "list", "--person", "orchid-rep")], [another["fingerprint"]], "from then on it counts")
    console.call("person", "confirm", "orchid-rep", expect=1)


def scenario(scratch):
    keyring = Keyring(scratch)
    sink = Sink(scratch, keep="mail")
    console = Console(scratch, sink.port, http="[openpgp]\nhome = \"gnupg\"")
    console.init()
    home = os.path.join(console.folder, "gnupg")
    equal(stat.S_IMODE(os.stat(home).st_mode), 0o700, "init makes a home for GnuPG that is ours alone")
    found = {c["check"]: c for c in console.call("doctor", expect=None).objects()}
    equal(found["openpgp"]["result"], "good", f"and doctor finds it good: {found['openpgp']}")
    console.environment["HOME"] = scratch.make("operator")  # whose ~/.gnupg is none of ours
    console.load(forum(scratch, keyring))
    console.call("person", "change", "quokka-rep", "--address", address("quokka-rep"))
    console.serve()

    whom = [address(f"{team}-rep") for team in ("orchid", "banksia", "quokka", "mugung")] + ["nobody@orchid.example"]
    answers = {str(ask(console, one)) for one in whom}
    equal(len(answers), 1, f"one answer for everybody: {answers}")

    sealed = the_letter(sink, "orchid-rep")
    keyring.gpg("--import", given=console.call("key", "export", "--community").out.encode())
    outside, inside = keyring.opened(sealed)
    equal(outside["subject"], "[...]", "the subject outside says nothing")
    equal(inside["subject"], "[Southern Arc CSIRT Forum] Your link to sign in", "the subject inside is the real one")
    equal(inside.get_param("hp", header="content-type"), "cipher", "and protected as RFC 9788 has it")
    check(not LINK.search(sealed.decode()), "no link outside")
    equal(keyring.signer(sealed), keyring.fingerprint("postmaster@lists.arc.example"), "and the community signed it")
    link = LINK.search(inside.get_content()).group(1)
    opened = opens(console, link)
    equal(opened.status, 303, "the link opens a session")
    equal(opens(console, link).status, 403, "once")

    clear = LINK.search(the_letter(sink, "mugung-rep").decode()).group(1)
    equal(opens(console, clear).status, 303, "who has no key gets it in clear")

    for person, why in (("banksia-rep", "it has expired"), ("quokka-rep", "none of its user ids has an address that is on record")):
        told = the_letter(sink, person).decode()
        check(why in told, f"{person} hears why:\n{told}")
        check("http" not in told and "sign-in" not in told, f"and gets nothing that opens anything:\n{told}")
        ask(console, address(person))
    ask(console, address("orchid-rep"))
    until(lambda: len(letters_to(sink, "orchid-rep")) == 2, 15, "the next ask is heard too")
    for person in ("banksia-rep", "quokka-rep"):
        equal(len(letters_to(sink, person)), 1, f"{person} is told once a day")
    withheld = [(e["subject"], e["detail"]["because"]) for e in console.ask("journal", "show") if e["act"] == "link.withheld"]
    equal(sorted(withheld), [("banksia-rep", "key_expired"), ("quokka-rep", "key_foreign")], "the journal has each with its reason")

    keys_are_looked_at(scratch, console, keyring)
    another_key_waits(scratch, console, keyring, opened.headers["set-cookie"].split(";")[0])
    again = LINK.search(keyring.opened(letters_to(sink, "orchid-rep")[1])[1].get_content()).group(1)
    secrets = [found.rsplit("/", 1)[1] for found in (link, clear, again)]
    check(nothing_on_disk(console.folder, *secrets, "Your link to sign in") >= 4, "database, its log, configuration, key, GnuPG's folder")
    console.kill()
    nothing_on_disk(console.folder, *secrets, "Your link to sign in")
    console.serve()
    console.stop()
    nothing_on_disk(console.folder, *secrets, "Your link to sign in")
    equal(os.listdir(scratch.path("operator")), [], "nothing in the operator's home")

    # Without a GnuPG home nothing goes out to who has a key; the others are served.
    os.rename(home, home + ".away")
    found = {c["check"]: c for c in console.call("doctor", expect=1).objects()}
    equal(found["openpgp"]["result"], "bad", "doctor sees that the home is gone")
    console.serve()
    ask(console, address("orchid-rep"))
    ask(console, address("mugung-rep"))
    until(lambda: len(letters_to(sink, "mugung-rep")) == 2, 15, "who has no key gets a link")
    sink.quiet()
    equal(len(letters_to(sink, "orchid-rep")), 2, "who has one gets none, and none in clear")
    equal([e["detail"]["because"] for e in console.ask("journal", "show") if e["act"] == "link.withheld"][-1], "openpgp_failed", "and why")
    console.stop()


run(scenario, deadline=180)
