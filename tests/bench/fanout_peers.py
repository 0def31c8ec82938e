"""The peers: mlmmj as Debian ships it, Postfix in instances of its own, smtp-source. Each sends what it is given to the sink."""
import os
import subprocess

import postfix
from check import check, until
from mailtools import Dialogue
from sockets import free_ports


class Mlmmj:
    """One list whose relay is the sink; posts go in as an MTA's pipe would put them, and each is sent in the background. It takes only
    posts whose To or Cc names it."""

    address = "plist@lists.test"

    def __init__(self, scratch, port, subscribers):
        spool = scratch.make("mlmmj")
        self.folder = os.path.join(spool, "plist")
        answers = "lists.test\nowner@lists.test\nen\nno\nn\nn\nn\n"
        subprocess.run(["/usr/bin/mlmmj-make-ml", "-s", spool, "-L", "plist"], input=answers, text=True, stdout=subprocess.DEVNULL, check=False)
        for name, value in (("relayhost", "127.0.0.1"), ("smtpport", str(port)), ("noarchive", "")):
            self._write(f"control/{name}", value + "\n" if value else "")
        by_letter = {}
        for address in subscribers:
            by_letter.setdefault(address[0], []).append(address)
        for letter, addresses in by_letter.items():
            self._write(f"subscribers.d/{letter}", "\n".join(addresses) + "\n")

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as f:
            f.write(text)

    def post(self, author, data):
        # Without a Return-Path mlmmj drops the post without a word.
        mail = b"Return-Path: <" + author.encode() + b">\n" + data.replace(b"\r\n", b"\n")
        subprocess.run(["/usr/bin/mlmmj-receive", "-L", self.folder], input=mail, check=True)


class VerpPostfix:
    """A relay that makes one transaction and one return path per recipient (XVERP)."""

    def __init__(self, scratch, onward_port, name="postfix-verp"):
        self.port = free_ports(1)[0]
        self.instance = postfix.behind(scratch, self.port, onward_port, name=name, settings=[
            "smtpd_recipient_limit = 5000", "smtpd_authorized_verp_clients = 127.0.0.0/8"])

    def post(self, author, recipients, data):
        with Dialogue(self.port) as door:
            door.send(f"MAIL FROM:<{author}> XVERP\r\n".encode())
            check(door.read().startswith(b"250"), "XVERP is taken")
            for begin in range(0, len(recipients), 100):
                some = recipients[begin:begin + 100]
                door.send("".join(f"RCPT TO:<{r}>\r\n" for r in some).encode())
                for _ in some:
                    check(door.read().startswith(b"250"), "a recipient is taken")
            door.say("DATA")
            door.send(data + b".\r\n")
            check(door.read().startswith(b"250"), "the message is taken")


def smtp_source(port, sessions, messages, *options):
    """Postfix's load generator: the ceiling of what can be handed to the sink."""
    command = ["smtp-source", "-s", str(sessions), "-m", str(messages), *options, f"127.0.0.1:{port}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def drained(instance, seconds=120):
    until(lambda: instance.queued() == 0, seconds, "an empty Postfix queue")
