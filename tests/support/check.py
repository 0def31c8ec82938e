"""Claims, deadlines and cleaning up, used by every scenario.

A scenario is a function handed to `run`. The first claim that does not hold, an exception or the deadline ends it: what failed is
printed with the tail of every log, all processes it started are killed with their whole group, the scratch folder is removed and
the exit code is 1. CAVEAT_KEEP=1 keeps the folder.
"""
import atexit
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Failed(Exception):
    """A claim that does not hold."""


def check(claim, what):
    if not claim:
        raise Failed(what)


def equal(got, expected, what):
    if got != expected:
        raise Failed(f"{what}\n    expected: {_short(expected)}\n    got:      {_short(got)}")


def same_set(got, expected, what):
    """Compares two collections of hashables and names only the difference: rosters are long."""
    missing, extra = sorted(set(expected) - set(got)), sorted(set(got) - set(expected))
    if missing or extra:
        raise Failed(f"{what}\n    missing: {_short(missing)}\n    too many: {_short(extra)}")


def nothing_on_disk(folder, *words):
    """No file below the folder has one of these words; returns how many files there are."""
    files = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(directory, name)
            try:
                if not stat.S_ISREG(os.stat(path).st_mode):
                    continue
                with open(path, "rb") as f:
                    content = f.read()
            except FileNotFoundError:  # GnuPG's folder of a run goes while this looks
                continue
            files += 1
            for word in words:
                check(word.encode() not in content, f"no word of it in {os.path.relpath(path, folder)}")
    return files


def until(predicate, seconds, what, every=0.05):
    """Waits for a true value and returns it. Polling, because what we wait for happens in other processes."""
    end = time.monotonic() + seconds
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(every)


def _short(value):
    text = repr(value)
    return text if len(text) < 1500 else text[:1500] + f"... ({len(text)} characters)"


class Scratch:
    """A scratch folder for one scenario, and everything that has to end with it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="caveat-")
        os.chmod(self.folder, 0o755)  # Postfix runs as a user of its own and must reach its folders inside
        self.owner = os.getpid()
        self._endings = []
        self._logs = []
        atexit.register(self.close)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def make(self, *parts):
        path = self.path(*parts)
        os.makedirs(path, exist_ok=True)
        return path

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def log(self, path):
        self._logs.append(path)
        return path

    def at_end(self, action):
        self._endings.append(action)

    def start(self, command, log, env=None):
        """A process in a session of its own, so that killing its group leaves nothing behind."""
        with open(self.log(log), "ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env, start_new_session=True)
        self.at_end(lambda: end_group(process))
        return process

    def show_logs(self, lines=25):
        for path in self._logs:
            if not os.path.exists(path):
                continue
            with open(path, errors="replace") as f:
                tail = f.read().splitlines()[-lines:]
            if tail:
                print(f"--- {os.path.relpath(path, self.folder)}", *tail, sep="\n", file=sys.stderr)

    def close(self):
        if os.getpid() != self.owner:
            return  # a forked client must not tear down what its parent uses
        while self._endings:
            try:
                self._endings.pop()()
            except Exception as trouble:  # one ending that fails must not keep the others from running
                print(f"cleaning up: {trouble}", file=sys.stderr)
        if os.environ.get("CAVEAT_KEEP"):
            print(f"kept {self.folder}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def end_group(process):
    """SIGKILL to the group, also when its leader is dead already: its children may not be."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


class _OutOfTime(Exception):
    pass


def run(scenario, deadline=180):
    """Runs `scenario(scratch)` and exits."""
    def expired(*_):
        raise _OutOfTime()

    def ended(*_):
        sys.exit(1)

    signal.signal(signal.SIGALRM, expired)
    signal.signal(signal.SIGTERM, ended)
    signal.alarm(int(deadline))
    begun = time.monotonic()
    scratch = Scratch()
    status = 1
    try:
        scenario(scratch)
        print(f"ok, {time.monotonic() - begun:.1f} s")
        status = 0
    except Failed as failure:
        where = [frame for frame in traceback.extract_tb(failure.__traceback__) if frame.name not in ("check", "equal", "same_set", "until")]
        print(f"FAILED at line {where[-1].lineno} of {os.path.basename(where[-1].filename)}: {failure}", file=sys.stderr)
        scratch.show_logs()
    except _OutOfTime:
        print(f"FAILED: deadline of {deadline} s", file=sys.stderr)
        traceback.print_exc()
        scratch.show_logs()
    except Exception:
        traceback.print_exc()
        scratch.show_logs()
    signal.alarm(0)
    scratch.close()
    sys.exit(status)
