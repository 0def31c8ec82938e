#!/usr/bin/python3
"""Commands by mail: what somebody asks for is done when they have replied to a letter, or at once when their key on record has signed it;
once, also after the daemon was killed; and who may not know a list learns nothing of its addresses."""
# promise: A5
# promise: A7
# promise: K4
# promise: K7
# promise: K8
# promise: M2
# promise: H1
import datetime
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import check, equal, run, until
from committee import Case, Committee, a_forum
from community import address
from daemon import DOMAIN, Caveat
from keyring import Keyring
from mailtools import Dialogue, letter, post
from sink import Sink

SIGNERS = ("orchid-rep", "alder-rep")


def ago(**time):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**time)).strftime("%Y%m%dT%H%M%S")


def forum(scratch, keyring):
    c = a_forum("alder")
    for row in c.rows["person"]:
        if row["id"] in SIGNERS:
            row["key"] = scratch.write(f"{row['id']}.asc", keyring.small_key(address(row["id"]), made=ago(days=1)))
    c.list("teams", encryption="preferred").list("members").list("reps", max_tlp="AMBER").list("sec", max_tlp="RED").list("wg-inner", "wg")
    return c.subscribe("teams", "orchid-rep", "alder-rep", "kowhai-rep").subscribe("wg-inner", "kowhai-rep")


class Correspondence:
    """What people write to the addresses of a list, and what they read in return."""

    def __init__(self, scratch):
        self.keyring = Keyring(scratch)
        self.sink = Sink(scratch, keep="mail")
        self.caveat = Caveat(scratch, self.sink.port, first_retry="1s", relay_more='[openpgp]\nhome = "gnupg"').init()
        self.caveat.load(forum(scratch, self.keyring))
        self.caveat.serve()
        self.read = 0

    def letters(self):
        """Without those that a ballot brings: they come ten seconds after it, among whatever is replied then."""
        return [text for text in self.sink.letters() if b"Auto-Submitted: auto-replied" in text and b"] Please vote: " not in text]

    def write(self, person, to, data, expect="250 "):
        replies = post(self.caveat.lmtp, address(person), to if "@" in to else f"{to}@{DOMAIN}", data)
        check(replies[0].startswith(expect), f"{person} to {to}: {replies}")

    def reply(self, person, what):
        """The next letter of ours, which is to them."""
        text = until(lambda: self.letters()[self.read:], 15, f"a reply to {person}, {what}")[0].decode()
        self.read += 1
        check(f"To: <{address(person)}>" in text, f"to {person}: {text}")
        return text

    def ask(self, person, body, to="teams+request", says=None, **more):
        self.write(person, to, letter(address(person), f"{to}@{DOMAIN}", subject="commands", body=body, **more))
        text = self.reply(person, body.split("\n")[0])
        check(says is None or re.search(says, " ".join(text.split())), f"{body!r}: {text}")
        return text

    def mail_of(self, person, entity):
        whole = letter(address(person), f"teams+request@{DOMAIN}", subject="commands", body="", dmarc=False)
        return whole.replace(b"Content-Type: text/plain; charset=utf-8\r\n\r\n", entity.encode())

    def signed(self, person, body, by=None, attached=None, made=None, to=None):
        """Signed as a whole by them, or by somebody else; `to`: whom the header under the signature names."""
        inner = f"Content-Type: text/plain; charset=utf-8\n\n{body}"
        if to:
            inner = f"To: {to}\n" + inner.replace("utf-8", 'utf-8; hp="clear"', 1)
        if attached:
            inner = (f'Content-Type: multipart/mixed; boundary="in"\n\n--in\n{inner}\n--in\nContent-Type: application/pgp-keys\n'
                     f"Content-Disposition: attachment; filename=new.asc\n\n{attached}\n--in--\n")
        return self.mail_of(person, self.keyring.signed_part(inner.replace("\n", "\r\n"), by or person, made))

    def sealed(self, person, body):
        """Encrypted to the list, and signed inside."""
        self.keyring.gpg("--import", given=self.caveat.call("key", "export", "teams").out.encode())
        inner = self.keyring.sealed(f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}", f"teams@{DOMAIN}", person)
        return self.mail_of(person, 'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="sealed"\r\n\r\n'
                            "--sealed\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
                            f"--sealed\r\nContent-Type: application/octet-stream\r\n\r\n{inner}\r\n--sealed--\r\n")

    def send_signed(self, person, data, says, to="teams+request"):
        self.write(person, to, data)
        text = self.reply(person, says)
        check(re.search(says, " ".join(text.split())), f"{says}: {text}")

    def is_on(self, person, listname="teams"):
        return any(line["person"] == person for line in self.caveat.ask("subscription", "list", listname))


def to_strangers_there_is_nothing(mail):
    """Byte for byte, at both doors."""
    for lmtp in (True, False):
        seen = set()
        for local in ("teams", "teams+request", "teams+sendkey", "teams+confirm.abcdef", "none", "none+request", "none+confirm.abcdef"):
            with Dialogue(mail.caveat.lmtp if lmtp else mail.caveat.smtp, lmtp) as door:
                data = letter("somebody@else.example", f"{local}@{DOMAIN}", body="help\n", message_id="one@else.example")
                replies = door.transaction("somebody@else.example", [f"{local}@{DOMAIN}"], data)
                seen.add(b"".join(replies))
        equal(len(seen), 1, f"one answer for all of them: {seen}")
    mail.write("orchid-rep", "wg-inner+request", letter(address("orchid-rep"), f"wg-inner+request@{DOMAIN}", body="help\n"), expect="550 ")


def what_needs_no_proof(mail):
    mail.ask("orchid-rep", "help\n-- \nMei Tan\n", says="vote DECISION yes")
    mail.ask("orchid-rep", "get key\n", says="BEGIN PGP PUBLIC KEY BLOCK")
    mail.ask("orchid-rep", "", to="teams+sendkey", says="BEGIN PGP PUBLIC KEY BLOCK")
    mail.ask("orchid-rep", "Please put me on every list.\n", says="line 1 is no command")
    robot = letter(address("orchid-rep"), f"teams+request@{DOMAIN}", body="help\n", headers=["Auto-Submitted: auto-replied"])
    mail.write("orchid-rep", "teams+request", robot)


def a_reply_confirms(mail):
    """What was asked for outlives the daemon, and is done once."""
    asked = mail.ask("kowhai-rep", "unsubscribe\nlists\n", says="To confirm it, reply")
    token = re.search(r"<(teams\+confirm\.[a-z0-9]+@[^>]+)>", asked).group(1)
    check(mail.is_on("kowhai-rep"), "nothing is done yet")
    mail.caveat.kill()
    mail.caveat.serve()
    mail.ask("kowhai-rep", "请不要退订！\n", to=token.split("@")[0], says="nothing was confirmed")
    check(mail.is_on("kowhai-rep"), "a refusal in another language confirms nothing")
    done = mail.ask("kowhai-rep", "confirm\n", to=token.split("@")[0], says="you have left teams")
    check("wg-inner: " in done and "teams: " not in done, f"and what is left is shown: {done}")
    mail.ask("kowhai-rep", "confirm\n", to=token.split("@")[0], says="there is nothing to confirm")
    asked = mail.ask("kowhai-rep", "subscribe teams\n", says="To confirm it, reply")
    token = re.search(r"<(teams\+confirm\.[a-z0-9]+@[^>]+)>", asked).group(1)
    mail.ask("kowhai-rep", "confirm\n", to=token.split("@")[0], says="you are on teams now")
    check(mail.is_on("kowhai-rep"), "on the roster again")


def a_signature_acts_once(mail):
    leaves = mail.signed("orchid-rep", "unsubscribe teams\n")
    mail.send_signed("orchid-rep", leaves, "you have left teams")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", "subscribe teams\n"), "you are on teams now")
    mail.caveat.kill()
    mail.caveat.serve()
    again = re.sub(rb"Message-ID: <[^>]+>", b"Message-ID: <another@else.example>", leaves)
    mail.send_signed("orchid-rep", again, "acts once")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", "unsubscribe teams\n", by="alder-rep"), "one valid signature by your key")
    partly = mail.signed("orchid-rep", "unsubscribe teams\n").replace(b"unsubscribe teams", b"unsubscribe members")
    mail.send_signed("orchid-rep", partly, "one valid signature by your key")
    check(mail.is_on("orchid-rep"), "still on the roster")
    mail.send_signed("orchid-rep", mail.sealed("orchid-rep", "lists\n"), "teams: information exchange")


def votes_and_notices(mail):
    committee = Committee(mail.caveat)
    ballot = committee.propose("case.open", "alder")
    mail.ask("orchid-rep", f"vote {ballot} yes\n", says="and by no other")
    # Of another community, in which the numbers are the same.
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", f"vote {ballot} yes\n", made=ago(hours=1)), f"signed before {ballot} opened")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", f"vote {ballot} yes\n", to="teams+request@lists.other.example"),
                     "a mail to others")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", f"vote {ballot} no\n"), "orchid votes no")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", f"vote {ballot} yes\n"), "orchid votes yes")
    mail.send_signed("alder-rep", mail.signed("alder-rep", f"vote {ballot} no\n"), "no decision .* that you may know of")
    votes = mail.caveat.ask("decision", "show", ballot)[0]
    equal(votes["tally"]["yes"], 1, f"one vote a team, the last one: {votes}")
    case = Case(committee, "alder")
    case.comply_or_else()
    until(lambda: [text for text in mail.letters() if b"alder.example" in text.split(b"\n", 3)[1]][-1:], 15, "the notice is mailed")
    mail.sink.quiet()
    mail.read = len(mail.letters())
    equal(case.notice(1)["served"], None, "no receipt is proven yet")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", f"acknowledge {case.id} 1\n"), "only a representative of alder")
    mail.send_signed("alder-rep", mail.signed("alder-rep", f"acknowledge {case.id} 1\n", made=ago(hours=1)), "signed before notice 1 of")
    mail.send_signed("alder-rep", mail.signed("alder-rep", f"acknowledge {case.id} 1\n", to=f"teams+request@{DOMAIN}"), "counts as served")
    check(case.notice(1)["served"], f"served by it: {case.notice(1)}")


def the_old_key_lets_in_the_new(mail):
    fresh = Keyring(mail.sink.scratch, "fresh")
    new = fresh.small_key(address("orchid-rep"))
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", "set key\n", attached=new), "your key on record is the new one")
    told = mail.reply("orchid-rep", "that another key is theirs, whoever set it")
    check("Your data was changed" in told, told)
    until(lambda: {"person": "orchid-rep", "fingerprint": fresh.fingerprint(address("orchid-rep")), "fitness": "usable"}.items() <=
          next(key for key in mail.caveat.ask("key", "list") if key.get("person") == "orchid-rep").items(), 15, "the new one is on record")
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", "unsubscribe teams\n"), "one valid signature by your key")
    mail.keyring = fresh
    mail.send_signed("orchid-rep", mail.signed("orchid-rep", "unsubscribe teams\n"), "you have left teams")


def scenario(scratch):
    mail = Correspondence(scratch)
    to_strangers_there_is_nothing(mail)
    what_needs_no_proof(mail)
    a_reply_confirms(mail)
    a_signature_acts_once(mail)
    votes_and_notices(mail)
    the_old_key_lets_in_the_new(mail)
    mail.caveat.ask("journal", "verify")
    mail.caveat.stop()


run(scenario, deadline=120)
