#!/usr/bin/python3
# promise: A2 A8 C5 H1 H2 J1
"""README.md's walk by curl, word for word, and then on from there: two notices, a sanction, the next post withheld, the journal.

The commands of the section "The API by hand" are cut out of README.md and run by a shell as they stand, but for where the daemon listens
and what the relay in front is; what they print is checked. Then the clock moves, and the same functions go on to a sanction in force.
"""
import json
import os
import re
import subprocess
import sys
import time

from check import ROOT, check, equal, run, until
from daemon import DOMAIN, Caveat
from mailtools import Dialogue
from sink import Sink
from sockets import free_ports

DAY = 86_400


def the_walk():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as readme:
        section = readme.read().split("### The API by hand", 1)[1]
    return re.search(r"```\n(.*?)```", section, re.S).group(1)


class Shell:
    """Bash with the walk's functions; each call is a shell of its own that begins with them.

    It keeps the true time (only the daemon's clock moves, and the walk asks no other): libfaketime's semaphore of a shell goes with the
    first of its subshells that ends, so that now and then the next program of the pipeline did not start.
    """

    def __init__(self, scratch, caveat, port, token):
        self.caveat = caveat
        folder = scratch.make("walk")
        scratch.write("walk/token", token)
        # The letter goes to caveat's own SMTP door, as from a Postfix in front.
        self.setting = {"build/demo/token": os.path.join(folder, "token"), "127.0.0.1:12528": f"127.0.0.1:{port}",
                        "127.0.0.1:12525": f"127.0.0.1:{caveat.smtp}"}
        self.functions = ""

    def run(self, text):
        for there, here in self.setting.items():
            text = text.replace(there, here)
        result = subprocess.run(["bash", "-euo", "pipefail", "-c", self.functions + text], capture_output=True, text=True, timeout=120,
                                env={**os.environ, "TZ": "UTC"}, check=False)
        check(result.returncode == 0, f"the walk runs\n{result.stdout}{result.stderr}")
        return result.stdout

    def learn(self, walk):
        """The walk's functions and settings: every line up to the first act."""
        for there, here in self.setting.items():
            walk = walk.replace(there, here)
        self.functions = walk.split("# ----", 1)[0]

    def api(self, path, body=None, *options):
        data = f"-d '{json.dumps(body)}'" if body is not None else ""
        return json.loads(self.run(f'api "$V1{path}" {data} ' + ' '.join(options)) or "null")

    def decide(self, kind, subject):
        return self.run(f"decide {kind} {subject} 'By curl?'").strip()


def post(caveat, subject):
    """By nova's colleague at orchid, through the door behind a trusted MTA."""
    letter = (f"Authentication-Results: mx.arc.example; dmarc=pass header.from=orchid.example\r\nFrom: rep@orchid.example\r\n"
              f"To: phish@{DOMAIN}\r\nSubject: {subject}\r\nMessage-ID: <{abs(hash(subject))}@orchid.example>\r\n\r\n{subject}\r\n")
    with Dialogue(caveat.lmtp, lmtp=True) as door:
        reply = door.transaction("rep@orchid.example", [f"phish@{DOMAIN}"], letter.encode())[-1]
        check(reply.startswith(b"250"), f"taken: {reply}")


def outcome(shell, count, person):
    """Of the newest of `count` posts to phish, the state and the reason of this person's copy."""
    def settled():
        posts = shell.api("/posts?list=phish")["items"]
        if len(posts) < count or posts[0]["verdict"] == "spooled":
            return None
        rows = {row["person"]: row for row in shell.api(f"/posts/{posts[0]['id']}/deliveries")["items"]}
        return rows if rows and all(row["state"] in ("sent", "withheld") for row in rows.values()) else None
    row = until(settled, 20, "the post is settled", every=0.2)[person]
    return row["state"], row["because"]


def main(scratch):
    sink = Sink(scratch)
    port, = free_ports(1)
    caveat = Caveat(scratch, sink.port)
    with open(caveat.config, "a", encoding="utf-8") as config:
        config.write(f'[http]\nlisten = "127.0.0.1:{port}"\nbase_url = "http://127.0.0.1:{port}"\n')
    token = caveat.ask("init")[0]["token_secret"]
    with open(os.path.join(ROOT, "deploy/demo/community.toml"), encoding="utf-8") as community:
        caveat.load(community.read())
    caveat.move_clock(0)
    caveat.serve()

    walk = the_walk()
    shell = Shell(scratch, caveat, port, token)
    said = shell.run(walk)
    shell.learn(walk)
    check("above_ceiling" in said, "the walk reads why a corporate partner did not get it")
    check('"state":"sent"' in said.replace(" ", ""), "the walk reads who got it")
    check('"state":"deferred"' in said and "does not stand at present" in said, "the walk sees the held person's copy wait")
    check('"name":"Nova CSIRT"' in said and shell.api("/teams/nova")["name"] == "Nova-CERT", "the dry run changed nothing")

    team = "nova"
    contents = {part: f"{part}, in words" for part in ("channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules")}
    case = shell.api("/cases", {"team": team, "clause": "3.2", "decision": shell.decide("case.open", team)})["id"]
    days = 0
    for notice in (1, 2):
        shell.api(f"/cases/{case}/notices", {**contents, "decision": shell.decide("case.notice", case)})
        shell.api(f"/cases/{case}/services", {"notice": notice, "channel": "acknowledgement"})
        days += 15
        caveat.move_clock(days * DAY)
        until(lambda: shell.api(f"/cases/{case}")["id"] == case, 10, "the daemon has seen the clock")
        time.sleep(2.5)
        shell.api(f"/cases/{case}/findings", {"finding": "continues", "evidence": "sha256:0", "decision": shell.decide("case.finding", case)})
    preview = shell.api(f"/policy:simulate?team={team}&sanction=phish:receive")
    check(preview, "a sanction is previewed before it is noticed")
    shell.api(f"/cases/{case}/sanction-notice", {"denies": ["phish:receive"], "decision": shell.decide("case.sanction", case)})
    shell.api(f"/cases/{case}/services", {"notice": 3, "channel": "acknowledgement"})
    post(caveat, "TLP:GREEN before the sanction")
    equal(outcome(shell, 3, "nova-rep")[0], "sent", "before the effect the team still receives")
    caveat.move_clock((days + 32) * DAY)
    time.sleep(2.5)
    post(caveat, "TLP:GREEN under the sanction")
    equal(outcome(shell, 4, "nova-rep")[0], "withheld", "under the sanction it does not")
    equal(outcome(shell, 4, "orchid-rep")[0], "sent", "everybody else does")
    newest = shell.api("/posts?list=phish")["items"][0]["id"]
    why = shell.api(f"/policy:explain?post={newest}&person=nova-rep")
    equal(why["denied"]["case"], case, "the explanation names the case")
    acts = {entry["act"] for entry in shell.api(f"/journal?subject={case}")["items"]}
    check({"case.opened", "case.notice_issued", "case.sanction_noticed"} <= acts, f"the journal has the case: {acts}")
    verified = shell.api("/journal/verification")
    check("holds" in json.dumps(verified), f"and it verifies: {verified}")


if __name__ == "__main__":
    sys.exit(run(main, deadline=150))
