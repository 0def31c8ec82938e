"""A relay whose personality changes while it runs: what it offers in its reply to EHLO, what it says at each step, whether it has a
certificate. It remembers what it was told."""
import os
import socket
import ssl
import subprocess
import threading

USUAL = {"MAIL": "250 2.1.0 Ok", "RCPT": "250 2.1.5 Ok", "DATA": "354 Go ahead", "dot": "250 2.0.0 Queued", "RSET": "250 2.0.0 Ok", "QUIT": "221 2.0.0 Bye"}


def certificate(scratch, name):
    """A certificate that nobody vouches for, and its key, in one file."""
    both = scratch.path("relay.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=IP:127.0.0.1", "-keyout", both, "-out", both + ".crt"], check=True, capture_output=True)
    with open(both, "ab") as f, open(both + ".crt", "rb") as crt:
        f.write(crt.read())
    os.chmod(both, 0o600)
    return both


class Relay:
    """`offer` are the lines behind the first of the reply to EHLO; `replies` what is not as usual, by step."""

    def __init__(self, offer=("8BITMIME", "SMTPUTF8"), replies=(), pem=None):
        self.pem = pem
        self.is_now(offer, replies)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def is_now(self, offer=("8BITMIME", "SMTPUTF8"), replies=()):
        """Another personality, for connections that are open too: they are asked to come again."""
        self.offer, self.replies = list(offer), dict(replies)
        self.commands, self.letters = [], []  # letters: (sender, recipient, bytes)
        self.generation = getattr(self, "generation", 0) + 1

    def received(self):
        """The readers of copies; caveat's own letters have no sender."""
        return sorted({to for sender, to, _ in self.letters if sender})

    def said(self, verb):
        return [c for c in self.commands if c.upper().startswith(verb)]

    def _accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self._converse(connection, connection.makefile("rwb"))
        except OSError:
            pass
        finally:
            connection.close()

    def _converse(self, connection, stream):
        generation = self.generation
        self._say(stream, self.replies.get("greeting", "220 relay.test ESMTP"))
        sender = recipient = ""
        while line := stream.readline():
            command = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            verb = command[:4].upper()
            if generation != self.generation and verb == "MAIL":
                return self._say(stream, "421 4.3.2 Come again")
            self.commands.append(command)
            if verb in ("EHLO", "HELO"):
                self._say(stream, *(f"250{'-' if left else ' '}{text}" for text, left in self._greeting()))
            elif verb == "STAR" and self.pem:
                self._say(stream, "220 2.0.0 Ready")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.pem)
                connection = context.wrap_socket(connection, server_side=True)
                stream = connection.makefile("rwb")
            else:
                if verb in ("MAIL", "RCPT"):
                    path = command[command.index("<") + 1:command.rindex(">")]
                    sender, recipient = (path, "") if verb == "MAIL" else (sender, path)
                reply = self._reply(verb, recipient)
                self._say(stream, reply)
                if verb == "QUIT":
                    return None
                if verb == "DATA" and reply.startswith("354"):
                    self._take(stream, sender, recipient)
        return None

    def _greeting(self):
        lines = ["relay.test", *self.offer]
        return [(text, i + 1 < len(lines)) for i, text in enumerate(lines)]

    def _reply(self, step, recipient):
        """`replies` of a step may be for one recipient: "RCPT someone@host"."""
        return self.replies.get(f"{step} {recipient}", self.replies.get(step, USUAL.get(step, "500 5.5.2 What?")))

    def _take(self, stream, sender, recipient):
        letter = b""
        while (line := stream.readline()) not in (b".\r\n", b""):
            letter += line[1:] if line.startswith(b".") else line
        reply = self._reply("dot", recipient)
        if reply.startswith("2"):
            self.letters.append((sender, recipient, letter))
        self._say(stream, reply)

    @staticmethod
    def _say(stream, *lines):
        stream.write("".join(line + "\r\n" for line in lines).encode())
        stream.flush()
