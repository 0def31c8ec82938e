"""Letters, and a client that sees every byte of a reply.

smtplib reads one reply after the end of data, LMTP (RFC 2033 §4.2) gives one per recipient; and promise A7 is about bytes. Hence
a small client of our own.
"""
import itertools
import socket
import time

AUTHSERV = "mx.arc.example"
_serial = itertools.count(1)


def letter(sender, to, subject="TLP:GREEN status", body="Nothing new.\n", dmarc=True, headers=(), message_id=None, date=True):
    """The bytes of a post. `dmarc`: an aligned pass as the MTA in front reports it; a text: that authserv-id instead of the trusted one."""
    domain = sender.rsplit("@", 1)[1].rstrip(">")
    lines = []
    if dmarc:
        lines.append(f"Authentication-Results: {AUTHSERV if dmarc is True else dmarc}; dmarc=pass header.from={domain}")
    lines += [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    if date:
        lines.append(time.strftime("Date: %a, %d %b %Y %H:%M:%S +0000", time.gmtime()))
    if message_id is None:
        message_id = f"{next(_serial)}.{time.time_ns()}@{domain}"
    if message_id:
        lines.append(f"Message-ID: <{message_id}>")
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", *headers, "", *body.splitlines()]
    return "".join(line + "\r\n" for line in lines).encode()


def sized(sender, to, size, **more):
    """A letter of about `size` bytes whose text is words of varying length, as text is."""
    words = ("incident", "host", "beacon", "traffic", "to", "from", "the", "sample", "hash", "of", "seen", "port", "query")
    body, n = [], 0
    while n < size - 400:
        line = " ".join(words[(n + i * i) % len(words)] for i in range(11))
        body.append(line)
        n += len(line) + 2
    return letter(sender, to, body="\n".join(body) + "\n", **more)


class Dialogue:
    """One connection. `say` returns the whole reply as bytes."""

    def __init__(self, port, lmtp=False, greet=True, timeout=30, source="127.0.0.1"):
        address = port if isinstance(port, str) else ("127.0.0.1", port)
        if isinstance(port, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(address, timeout, (source, 0))
        self.reader = self.socket.makefile("rb")
        self.lmtp = lmtp
        self.banner = self.read()
        if greet:
            self.hello = self.say("LHLO client.example" if lmtp else "EHLO client.example")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def read(self):
        whole = b""
        while True:
            line = self.reader.readline()
            if not line:
                return whole  # closed: what there was
            whole += line
            if line[3:4] != b"-":
                return whole

    def send(self, data):
        self.socket.sendall(data)

    def say(self, command):
        self.send(command.encode() + b"\r\n")
        return self.read()

    def transaction(self, mail_from, recipients, data):
        """The replies: to MAIL, to each RCPT, to DATA, and the final ones (as many as there are accepted recipients, for LMTP)."""
        replies = [self.say(f"MAIL FROM:<{mail_from}>")]
        taken = 0
        for recipient in recipients:
            replies.append(self.say(f"RCPT TO:<{recipient}>"))
            taken += replies[-1].startswith(b"2")
        replies.append(self.say("DATA"))
        if not replies[-1].startswith(b"354"):
            return replies
        self.send(data.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        replies += [self.read() for _ in range(taken if self.lmtp else 1)]
        return replies

    def close(self):
        try:
            self.socket.sendall(b"QUIT\r\n")
            self.reader.readline()
        except OSError:
            pass
        self.reader.close()
        self.socket.close()


def post(port, mail_from, recipients, data, lmtp=True):
    """One transaction on a connection of its own; the final replies as text, one per recipient for LMTP."""
    if isinstance(recipients, str):
        recipients = [recipients]
    with Dialogue(port, lmtp) as door:
        replies = door.transaction(mail_from, recipients, data)
    return [reply.decode(errors="replace").strip() for reply in replies[len(recipients) + 2:] or replies[-1:]]
