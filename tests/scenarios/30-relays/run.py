#!/usr/bin/python3
"""What a relay cannot do, and what it says about us. A copy is fitted to what the relay offers, or fails at once with the reason; a
refusal of the sender is no verdict on a reader; and a connection that does not come about says why. Against relays of many
personalities, and a real Postfix that offers neither 8BITMIME nor SMTPUTF8."""
# promise: S4
# promise: D4
# promise: D5
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

import email
import email.policy
import time

from check import check, equal, run, until
from community import Community, address
from daemon import DOMAIN, Caveat, states
from mailtools import letter, post
from postfix import behind
from relay import Relay, certificate
from sink import Sink
from sockets import free_ports

READERS = [f"banksia-r{i}" for i in range(3)]
UTF8 = "菊@banksia.example"  # local part: only SMTPUTF8 can write it
IDN = "rep@bücher.example"  # only the domain: it has an A-label
EVERYBODY = [*READERS, "camphor-kiku", "camphor-idn"]
TEXT = "Grüße aus München: bitte die Systeme prüfen und melden.\n"


def forum():
    c = Community().team("orchid").team("banksia").team("camphor").person("orchid-rep")
    for person in READERS:
        c.person(person)
    c.person("camphor-kiku", addresses=[UTF8]).person("camphor-idn", addresses=[IDN])
    return c.list("teams").subscribe("teams", *EVERYBODY)


def is_ascii(data):
    return all(octet < 0x80 for octet in data)


class Forum:
    def __init__(self, scratch, port, name):
        self.caveat = Caveat(scratch, port, name=name, first_retry="1s", connections=2).init()
        self.log = scratch.path(f"{name}.log")
        self.caveat.load(forum())
        self.caveat.serve()
        self.posts = 0

    def send(self, headers=("Content-Transfer-Encoding: 8bit",), body=TEXT, data=None):
        author = address("orchid-rep")
        data = data or letter(author, f"teams@{DOMAIN}", body=body, headers=headers)
        replies = post(self.caveat.lmtp, author, f"teams@{DOMAIN}", data)
        check(replies[0].startswith("250 "), f"taken: {replies}")
        self.posts += 1
        return self.caveat.judged(self.posts)[-1]

    def because(self, shown, person):
        return next(d["because"] for d in shown["deliveries"] if d["person"] == person)

    def warnings(self, words):
        with open(self.log, errors="replace") as f:
            return sum(words in line for line in f)

    def relay_check(self):
        return [c for c in self.caveat.ask("doctor", expect=None) if c["check"] == "relay"]


def offers_everything(t, relay):
    relay.is_now()
    shown = t.caveat.settled(t.send())
    equal(set(states(shown).values()), {"sent"}, "everybody")
    check(any("SMTPUTF8" in c for c in relay.said("MAIL")), "the one address that needs it is written with SMTPUTF8")
    equal(relay.received(), sorted([UTF8, "rep@xn--bcher-kva.example", *map(address, READERS)]), "a domain goes as its A-label everywhere")
    check(all(TEXT.encode().replace(b"\n", b"\r\n") in data for sender, _, data in relay.letters if sender), "the text goes as it came")


def offers_nothing(t, relay):
    relay.is_now(offer=())
    shown = t.caveat.settled(t.send(), but=("deferred",))
    got = states(shown)
    equal(got.pop("camphor-kiku"), "failed", "an address beyond ASCII cannot be written")
    equal(set(got.values()), {"sent"}, "everybody else")
    check(t.because(shown, "camphor-kiku").startswith("address_not_taken: the relay does not offer SMTPUTF8"), f"and why: {shown}")
    for sender, _, data in relay.letters:
        check(is_ascii(data), "nothing but ASCII was sent")
        if not sender:
            continue  # the report to the author
        message = email.message_from_bytes(data, policy=email.policy.default)
        equal(message.get_content().strip(), TEXT.strip(), "and a reader sees what was written")
    check(not any("8BITMIME" in c for c in relay.said("MAIL")), "nothing was claimed that was not offered")


def signed_in_eight_bits(t, relay):
    relay.is_now(offer=())
    author = address("orchid-rep")
    body = f"--s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{TEXT}--s\nContent-Type: application/pgp-signature\n\nx\n--s--\n"
    data = letter(author, f"teams@{DOMAIN}", body=body).replace(b"Content-Type: text/plain; charset=utf-8\r\n", b'Content-Type: multipart/signed; boundary="s"\r\n', 1)
    shown = t.caveat.settled(t.send(data=data))
    equal(set(states(shown).values()), {"failed"}, "nobody")
    check("8BITMIME" in t.because(shown, READERS[0]) and "signature" in t.because(shown, READERS[0]), f"and why: {t.because(shown, READERS[0])}")
    equal(relay.said("MAIL"), [c for c in relay.said("MAIL") if c.startswith("MAIL FROM:<>")], "the relay heard of no copy")
    equal(t.warnings(f"post {shown['id']}: the relay does not take it"), 1, "the operator is told once")


def too_large(t, relay):
    relay.is_now(offer=("8BITMIME", "SMTPUTF8", "SIZE 4000"))
    shown = t.caveat.settled(t.send(body="many words on a line\n" * 400))
    equal(set(states(shown).values()), {"failed"}, "at once, not after five days")
    check("at most 4000 octets (SIZE)" in t.because(shown, READERS[0]), f"and why: {t.because(shown, READERS[0])}")


def speaks_about_us(t, relay):
    """Nobody fails, the line stops, the operator is warned; once it is put right everybody has the post."""
    for replies in ({"MAIL": "553 5.1.8 sender refused"}, {"MAIL": "535 5.7.8 sign in"}, {"DATA": "554 5.5.0 no"}, {"dot": "554 transaction failed"}):
        relay.is_now(replies=replies)
        sent = t.send()
        until(t.caveat.once_written(lambda: any(t.because(t.caveat.show(sent), p).startswith("relay_refuses: ") for p in EVERYBODY)), 10, f"{replies}: told")
        if "MAIL" in replies:
            time.sleep(0.7)
            check(len(relay.said("MAIL")) <= 2 * 3, f"{replies}: a stopped line does not hammer: {relay.said('MAIL')}")
        equal({s for s in states(t.caveat.show(sent)).values()} & {"failed"}, set(), f"{replies}: nobody fails")
        if "MAIL" in replies:
            found = t.relay_check()
            check(found[0]["result"] == "bad" and replies["MAIL"] in found[0]["detail"], f"doctor says so: {found}")
        relay.is_now()
        equal(set(states(t.caveat.settled(sent, seconds=15)).values()), {"sent"}, f"{replies}: everybody, once it is put right")
    check(t.warnings("the relay refuses copies for a reason that lies with it or with us: 553 5.1.8: refused") == 1, "the operator is warned")
    equal(t.relay_check()[0]["result"], "good", "doctor")


def speaks_about_reader_or_message(t, relay):
    bad = address(READERS[0])
    relay.is_now(replies={f"RCPT {bad}": "550 5.1.1 no such user"})
    got = states(t.caveat.settled(t.send()))
    equal(got.pop(READERS[0]), "failed", "the reader")
    equal(set(got.values()), {"sent"}, "nobody else")
    relay.is_now(replies={"dot": "554 5.7.1 content refused"})
    shown = t.caveat.settled(t.send())
    equal(set(states(shown).values()), {"failed"}, "the message")
    check(t.because(shown, READERS[1]).startswith("message_not_taken: 554 5.7.1"), f"and why: {t.because(shown, READERS[1])}")
    equal(t.warnings(f"post {shown['id']}: the relay does not take it"), 1, "the operator is told once")


def names_what_went_wrong(t, relay, scratch):
    """Before MAIL, as doctor sees it and the courier writes it down."""
    with open(t.caveat.config, encoding="utf-8") as f:
        config = f.read()

    def with_relay(user="", more=""):
        text = config.replace("smtp://127.0.0.1", f"smtp://{user}127.0.0.1").replace("[relay]\n", f"[relay]\n{more}\n")
        with open(t.caveat.config, "w", encoding="utf-8") as f:
            f.write(text)
        return t.relay_check()[0]

    required = "require_tls = true"
    relay.is_now(offer=("SIZE 1000",))
    check("does not offer STARTTLS" in with_relay(more=required)["detail"], f"STARTTLS: {with_relay(more=required)}")
    relay.pem = certificate(scratch, "relay.test")
    relay.is_now(offer=("STARTTLS", "SIZE 1000"))
    check("certificate is not accepted" in with_relay(more=required)["detail"], f"certificate: {with_relay(more=required)}")
    with_ca = with_relay(more=required + f'\nca_file = "{relay.pem}.crt"')
    equal(with_ca["result"], "good", f"the same, vouched for: {with_ca}")
    relay.is_now(offer=("AUTH X-ODD",))
    check("no mechanism of AUTH" in with_relay(user="us:secret@")["detail"], f"AUTH: {with_relay(user='us:secret@')}")
    relay.is_now(offer=("AUTH PLAIN",), replies={"AUTH": "535 5.7.8 wrong password"})
    found = with_relay(user="us:secret@")
    check("refuses AUTH" in found["detail"] and "535 5.7.8" in found["detail"] and "secret" not in found["detail"], f"AUTH: {found}")
    with open(t.caveat.config, "w", encoding="utf-8") as f:
        f.write(config)


def through_postfix(scratch):
    sink = Sink(scratch, keep="at-readers")
    port = free_ports(1)[0]
    behind(scratch, port, sink.port, settings=["smtputf8_enable = no", "smtpd_discard_ehlo_keywords = 8bitmime, smtputf8"])
    t = Forum(scratch, port, "behind-postfix")
    shown = t.caveat.settled(t.send())
    got = states(shown)
    equal(got.pop("camphor-kiku"), "failed", "an address that this Postfix cannot write")
    equal(set(got.values()), {"sent"}, "everybody else")
    copies = lambda: [data for data in sink.letters() if f"@{DOMAIN}".encode() in data.split(b"\n", 1)[0]]
    until(lambda: len(copies()) == len(EVERYBODY) - 1, 15, "the copies are with their readers")
    for data in copies():
        text = data.split(b"\n", 2)[2]
        check(is_ascii(text), "seven bits all the way")
        message = email.message_from_bytes(text.lstrip(b"\r\n"), policy=email.policy.default)
        equal(message.get_content().strip(), TEXT.strip(), "and what readers see")
    t.caveat.stop()


def scenario(scratch):
    relay = Relay()
    t = Forum(scratch, relay.port, "forum")
    offers_everything(t, relay)
    offers_nothing(t, relay)
    signed_in_eight_bits(t, relay)
    too_large(t, relay)
    speaks_about_us(t, relay)
    speaks_about_reader_or_message(t, relay)
    names_what_went_wrong(t, relay, scratch)
    t.caveat.stop()
    through_postfix(scratch)


run(scenario, deadline=120)
