"""The real caveat: its folder, its configuration, the daemon and the command line."""
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time

from check import ROOT, Failed, check, until
from sink import build_folder
from sockets import free_ports, port_open

DOMAIN = "lists.arc.example"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

_CONFIG = """[community]
name   = "Southern Arc CSIRT Forum"
domain = "{domain}"
policy = "{root}/policies/apcert.toml"
templates = "{root}/templates"
operator = "operator@arc.example"
[storage]
path = "caveat.db"
{storage}
[vault]
key_file = "vault.key"
[smtp]
lmtp = "127.0.0.1:{lmtp}"
smtp = "127.0.0.1:{smtp}"
{smtp_more}
[relay]
url = "smtp://127.0.0.1:{relay}"
connections = {connections}
first_retry = "{first_retry}"
{relay_more}
[authentication]
trusted_authserv_ids = ["mx.arc.example"]
"""


class Answer:
    """What a command of the command line gave back."""

    def __init__(self, result):
        self.status, self.out, self.err = result.returncode, result.stdout, result.stderr

    def objects(self):
        """One JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]


class Caveat:
    def __init__(self, scratch, relay_port, name="caveat", program="caveat", connections=10, first_retry="60s", storage="", smtp_more="",
                 relay_more="", policy=None, http="", mark=None, front=None):
        self.scratch, self.folder, self.relay_port = scratch, scratch.make(name), relay_port
        self.binary = os.path.join(build_folder(), program)
        self.lmtp, self.smtp = free_ports(2)
        self.environment = dict(os.environ)
        self.process = None
        self.config = os.path.join(self.folder, "caveat.toml")
        text = _CONFIG.format(domain=DOMAIN, root=ROOT, lmtp=self.lmtp, smtp=self.smtp, relay=relay_port, connections=connections,
                              first_retry=first_retry, storage=storage, smtp_more=smtp_more, relay_more=relay_more)
        if mark:  # the field by which the MTA in front marks what it hands over, and its value
            os.chmod(self._write("front.secret", mark[1] + "\n"), 0o600)
            text += f'secret_field = "{mark[0]}"\nsecret_file = "front.secret"\n'
        text += f"[http]\n{http}\n" if http else ""
        text += f'[doctor]\nfront = "127.0.0.1:{front}"\n' if front else ""
        if policy:
            text = text.replace(f"{ROOT}/policies/apcert.toml", policy)
        self._write("caveat.toml", text)
        self.starts = 0
        self.frozen = None

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    # ---- the command line ----

    def call(self, *arguments, expect=0, timeout=60):
        result = subprocess.run([self.binary, "--config", self.config, "--json", *arguments], capture_output=True, text=True,
                                env=self.surroundings(), timeout=timeout, cwd=self.folder)
        if expect is not None and result.returncode != expect:
            raise Failed(f"caveat {' '.join(arguments)}: exit {result.returncode} instead of {expect}\n{result.stdout}{result.stderr}")
        return Answer(result)

    def ask(self, *arguments, **more):
        return self.call(*arguments, **more).objects()

    def init(self):
        self.call("init")
        return self

    def load(self, community, *options, expect=0):
        text = community if isinstance(community, str) else community.text()
        path = self._write("community.toml", text)
        return self.call("load", path, *options, expect=expect, timeout=300)

    # ---- the daemon ----

    def serve(self):
        self.starts += 1
        command = [self.binary, "--config", self.config, "serve"]
        self.process = self.scratch.start(command, self.scratch.path(f"{os.path.basename(self.folder)}.log"), self.environment)
        self.scratch.at_end(lambda pid=self.process.pid: _forget_faketime(pid))
        until(self._ready, 20, "the daemon's doors open", every=0.02)
        return self

    def _ready(self):
        check(self.process.poll() is None, f"the daemon ended with {self.process.returncode} at its start")
        return port_open(self.lmtp) and port_open(self.smtp)

    def alive(self):
        return self.process.poll() is None

    def stop(self, seconds=20):
        """SIGTERM, and the exit code is 0."""
        self.process.terminate()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"the daemon did not end within {seconds} s of SIGTERM") from None
        check(status == 0, f"the daemon ended with {status} after SIGTERM")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    # ---- what became of posts ----

    def rows(self, sql, *values):
        """What stands in the database, past the program: that costs a hundredth of a command."""
        path = os.path.join(self.folder, "caveat.db")
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(sql, values).fetchall()

    def once_written(self, question, is_time=lambda: True):
        """For `until`: asks only when the database has been written since the last time and it is time, or once a second: each asking is a
        start of the program."""
        seen, at = None, time.monotonic()

        def ask():
            nonlocal seen, at
            now, written = time.monotonic(), []
            for name in ("caveat.db", "caveat.db-wal"):
                try:
                    status = os.stat(os.path.join(self.folder, name))
                    written.append((status.st_mtime_ns, status.st_size))
                except FileNotFoundError:
                    written.append(None)
            if now - at < 1:
                if written == seen:
                    return None
                seen = written
                if not is_time():
                    return None
            seen, at = written, now
            return question()
        return ask

    def _finds_none(self, sql, *values):
        """Also where the file cannot be read: then the program says what there is."""
        try:
            return not self.rows(sql, *values)
        except sqlite3.Error:
            return True

    def posts(self, *options):
        return self.ask("posts", *options)

    def show(self, post):
        return self.ask("post", "show", post["id"])[0]

    def judged(self, count, seconds=30):
        """Waits until `count` posts have their verdict and returns all."""
        def enough():
            posts = self.posts()
            return posts if sum(p.get("verdict") in ("distributed", "held", "refused", "dropped") for p in posts) >= count else None
        is_time = lambda: self._finds_none("SELECT 1 FROM (SELECT count(*) AS judged FROM post WHERE state <> 0) WHERE judged < ?", count)
        return until(self.once_written(enough, is_time), seconds, f"{count} posts judged", every=0.02)

    def settled(self, post, seconds=30, but=()):
        """Waits until every delivery of a post has a final state (or one in `but`), and returns `post show`."""
        def done():
            shown = self.show(post)
            return shown if all(d["state"] not in {"queued", "leased", "deferred"} - set(but) for d in shown["deliveries"]) else None
        waits = "0" if "deferred" in but else "0, 2"
        is_time = lambda: self._finds_none("SELECT 1 FROM post p JOIN delivery d ON d.key BETWEEN p.key << 32 AND (p.key + 1) << 32 "
                                           f"WHERE p.id = ? AND d.state IN ({waits}) LIMIT 1", post["id"])
        return until(self.once_written(done, is_time), seconds, f"post {post['id']} settled", every=0.02)

    # ---- time ----

    def freeze_clock(self, instant):
        """From now on the command line, and only it, stands still at this instant, to the second and without waiting; None: it follows
        the daemon's clock again."""
        self.frozen = instant

    def surroundings(self):
        """The environment of the command line."""
        if self.frozen is None:
            return self.environment
        own = {name: value for name, value in self.environment.items() if not name.startswith("FAKETIME")}
        return {**own, "LD_PRELOAD": FAKETIME, "FAKETIME": f"{self.frozen:%Y-%m-%d %H:%M:%S}", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}

    def move_clock(self, seconds):
        """Moves the wall clock of the daemon and of the command line so many seconds from the true time, also while they run (the daemon
        sees it within a second). Only the wall clock: monotonic time, by which sockets and threads wait, stays true."""
        path = os.path.join(self.folder, "faketime")
        with open(path + ".new", "w", encoding="ascii") as f:
            f.write(f"{seconds:+d}\n")
        os.replace(path + ".new", path)
        self.environment.update({"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": path, "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                                 "FAKETIME_CACHE_DURATION": "1"})


def _forget_faketime(pid):
    """libfaketime leaves its shared memory behind when its process is killed."""
    for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        try:
            os.unlink(os.path.join("/dev/shm", name))
        except FileNotFoundError:
            pass


def states(shown, key="person"):
    """person -> state, of a `post show`."""
    return {d[key]: d["state"] for d in shown["deliveries"]}


def reasons(shown):
    """person -> code of the reason, the words left out."""
    return {d["person"]: code(d.get("because")) for d in shown["deliveries"]}


def code(because):
    """The code of a reason: "above_ceiling: AMBER is above ..." -> "above_ceiling". Takes a text or a list of them."""
    if isinstance(because, list):
        because = because[0] if because else ""
    return (because or "").split(":")[0]
