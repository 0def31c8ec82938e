"""A real Chromium, in the build without windows (which costs two thirds of the other), driven by playwright-core (npm), which is fetched into
the build folder once. Where there is no Chromium or npm cannot be reached, the scenario says so and is skipped (77): it never passes without a browser."""
import base64
import hashlib
import hmac
import html
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from check import ROOT, Failed, check, until
from console import mailed_links
from sink import build_folder

PLAYWRIGHT = "playwright-core@1.60.0"  # later ones want Node 20; Debian 12 has 18
SKIPPED = 77


def skip(why):
    print(f"SKIPPED, NOTHING WAS TESTED: {why}", file=sys.stderr)
    sys.exit(SKIPPED)


def fetched():
    """The folder whose node_modules has playwright-core."""
    folder = os.path.join(build_folder(), "browser")
    if os.path.isdir(os.path.join(folder, "node_modules", "playwright-core")):
        return folder
    if not shutil.which("npm"):
        skip("npm is not installed (deploy/packages build test)")
    fresh = tempfile.mkdtemp(prefix="browser-", dir=build_folder())  # two scenarios may fetch at once
    try:
        done = subprocess.run(["npm", "install", "--prefix", fresh, "--no-audit", "--no-fund", "--ignore-scripts", PLAYWRIGHT],
                              capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            skip(f"npm cannot fetch {PLAYWRIGHT}: {done.stderr.strip()[-300:]}")
        os.rename(fresh, folder)
    except subprocess.TimeoutExpired:
        skip("npm does not answer")
    except OSError:
        check(os.path.isdir(folder), f"{folder} is there: the other one was faster")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


def totp(secret, at=None):
    """RFC 6238, six digits, of a base32 secret."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at or time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


class Browser:
    """`shots`: the folder for pictures. CAVEAT_SHOTS=1 takes one of every page that is looked at, which is a third of what the browser costs;
    without it there is one of a page at which something is wrong."""

    def __init__(self, scratch, base):
        chromium = shutil.which("chromium-headless-shell")
        if not chromium or not shutil.which("node"):
            skip("chromium-headless-shell or nodejs is not installed (deploy/packages build test)")
        folder = fetched()
        self.base, self.secrets, self.shown = base, {}, {}
        self.ahead = 0  # seconds by which the daemon's clock is before ours
        self.shots = os.path.join(build_folder(), "screenshots")
        os.makedirs(self.shots, exist_ok=True)
        log = open(scratch.log(scratch.path("browser.log")), "wb")
        self.process = subprocess.Popen(["node", os.path.join(ROOT, "tests/support/browser.mjs"), folder, chromium], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        scratch.at_end(self.close)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()

    def do(self, act, **more):
        self.process.stdin.write(json.dumps({"act": act, **more}).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        check(line, "the browser has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(f"{act} {more} at {answer.get('where')}: {answer['error']}")
        return answer["value"]

    def goto(self, path):
        return self.do("goto", url=path if path.startswith("http") else self.base + path)

    def text(self, at="main"):
        return self.do("text", at=at)

    def fill(self, **fields):
        """By the names of a page's inputs."""
        for name, text in fields.items():
            self.do("fill", at=f'main [name="{name}"]:visible', text=text)

    def form(self, act, button, **fields):
        """Fills in the form of an operation and sends it by its button; returns the status of what comes."""
        return self.do("form", action=f"/act/{act}", button=button, fields=fields)

    def act(self, act, **fields):
        """An operation by a form that need not be on any page, with the token of the page we are on; returns status and words of what comes."""
        status, page = self.do("post", url=f"{self.base}/act/{act}", fields=fields)
        main = re.search(r"<main.*?>(.*)</main>", page, re.DOTALL)
        return status, " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main.group(1) if main else page)).split())

    def press(self, words):
        """Presses the button with this text; returns the status of what comes."""
        return self.do("click", at=f'button:visible:has-text("{words}")')

    def follow(self, words):
        return self.do("click", at=f'a:visible:has-text("{words}")')

    def shot(self, name):
        if os.environ.get("CAVEAT_SHOTS"):
            self._picture(name)

    def _picture(self, name):
        self.do("shot", path=os.path.join(self.shots, name + ".png"))

    def sound(self, what):
        """Checks the current page: no errors, nothing loaded from elsewhere, usable with a screen reader."""
        found = self.do("troubles") + self.do("faults")
        if found:
            self._picture("wrong")
        check(not found, f"{what}: {found[:8]}")

    def sign_in(self, address, letters, scheme="light"):
        """Signs in by the link in the mail, with the second factor if the role has one. `letters` returns all letters so far."""
        self.do("person", scheme=scheme)
        self.goto("/sign-in")
        self.sound("the page to sign in")
        before = len(mailed_links(letters(), address))
        self.fill(address=address)
        self.press("Mail me a link")
        link = until(lambda: mailed_links(letters(), address)[before:], 15, f"a link for {address}")[-1]
        check(self.goto(link) == 200, f"the link opens: {link}")
        self.press("Sign in")
        if "/code" in self.do("where"):
            check(address in self.secrets, "a code is asked for only where a factor was enrolled")
            self.fill(code=self.code(address))
            self.press("Go on")
        if "/second-factor" in self.do("where"):
            self.press("Make a new secret")
            self.secrets[address] = self.text("#secret").strip()
            self.shot("second-factor")
            self.fill(code=self.code(address))
            self.press("Turn it on")
        check("Signed in" in self.text(), f"{address} is in: {self.text()[:200]}")

    def code(self, address):
        """A code of the second factor; waits for the next one, because no code is good twice."""
        while int(time.time() + self.ahead) // 30 == self.shown.get(address):
            time.sleep(0.5)
        now = time.time() + self.ahead
        self.shown[address] = int(now) // 30
        return totp(self.secrets[address], now)
