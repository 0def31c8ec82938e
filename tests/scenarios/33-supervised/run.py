#!/usr/bin/python3
"""The daemon under a supervisor that speaks as systemd does: it hears when the doors are open and that the desk gets round to its work, and
nothing while the process stands still. No command that may open mail can leave a core file, and a lock that is not ours is told of. What
`cmake --install` puts down fits together under any prefix: unit, sample and program. The unit gives the daemon a user of its own and of the
system no more than it uses."""
# promise: O4
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import ROOT, check, equal, run, until
from daemon import Caveat
from sink import Sink, build_folder

WAIT = 1.0  # what the watchdog waits for, in seconds


def heard(notify, seconds):
    """What comes within so many seconds."""
    words, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        notify.settimeout(max(0.01, end - time.monotonic()))
        try:
            words.append(notify.recv(64).decode())
        except TimeoutError:
            pass
    return words


def watched(scratch, caveat):
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(scratch.path("notify"))
    caveat.environment.update({"NOTIFY_SOCKET": scratch.path("notify"), "WATCHDOG_USEC": str(int(WAIT * 1e6))})
    caveat.serve()
    notify.settimeout(10)
    until(lambda: notify.recv(64) == b"READY=1", 10, "the supervisor hears that the doors are open")
    words = heard(notify, 4 * WAIT)
    check(4 <= len(words) <= 9, f"two signs of life for each wait: {words}")
    equal(set(words), {"WATCHDOG=1"}, "and nothing else")
    os.kill(caveat.process.pid, signal.SIGSTOP)
    heard(notify, 0.3)
    equal(heard(notify, 2 * WAIT), [], "a process that stands still gives none")
    os.kill(caveat.process.pid, signal.SIGCONT)
    check("WATCHDOG=1" in heard(notify, 3 * WAIT), "one that goes on does")
    caveat.stop()
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC"):
        del caveat.environment[name]


def without_cores(scratch, caveat):
    """A command that waits for its input, while its limits are looked at."""
    pipe = scratch.path("community.toml")
    os.mkfifo(pipe)

    def allow_cores():
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    command = subprocess.Popen([caveat.binary, "--config", caveat.config, "load", pipe], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, preexec_fn=allow_cores)
    try:
        def limit():
            with open(f"/proc/{command.pid}/limits", encoding="ascii") as f:
                return [line.split()[-3:-1] for line in f if line.startswith("Max core file size")]
        until(lambda: limit() == [["0", "0"]], 10, "a command writes no core file")
    finally:
        command.kill()
        command.wait()


def installed(scratch, prefix, **more):
    subprocess.run(["cmake", "--install", build_folder(), "--prefix", prefix], check=True, stdout=subprocess.DEVNULL, timeout=60,
                   env=dict(os.environ, **more))


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def as_it_is_installed(scratch, relay):
    """A package's image has the paths of the prefix /usr; anywhere else they are those of that prefix, and the sample as it stands is one
    that doctor passes: only the folder of the state and the port of the relay are this test's own."""
    image, prefix = scratch.make("image"), scratch.make("usr-local")
    installed(scratch, "/usr", DESTDIR=image)
    equal(read(image, "usr/lib/systemd/system/caveat.service"), read(ROOT, "deploy/caveat.service"), "the unit")
    equal(read(image, "usr/share/doc/caveat/example.toml"), read(ROOT, "deploy/example.toml"), "the sample")
    check(os.access(os.path.join(image, "usr/bin/caveat"), os.X_OK), "the program")
    page = read(image, "usr/share/man/man1/caveat.1")
    check("\n.SS caveat subscription add LIST PERSON\n" in page and "\n.SS caveat case sanction\\-notice ID\n" in page, "the page for man")
    words = os.path.join(image, "usr/share/bash-completion/completions/caveat")
    for typed, offered in (("pers", ["person"]), ("--config x person cha", ["change"]), ("person change orchid-rep --addr", ["--address"])):
        script = f'source {words}; COMP_WORDS=(caveat {typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _caveat; echo "${{COMPREPLY[@]}}"'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20)
        equal(done.stdout.split(), offered, f"behind 'caveat {typed}' bash offers: {done.stderr}")
    installed(scratch, prefix)
    unit = read(prefix, "lib/systemd/system/caveat.service")
    program = os.path.join(prefix, "bin/caveat")
    check(f"\nExecStart={program} --config /etc/caveat/caveat.toml serve\n" in unit and "/usr/bin/caveat" not in unit, unit)
    sample = read(prefix, "share/doc/caveat/example.toml")
    check(f'"{prefix}/share/caveat/templates"' in sample and '"/usr/share' not in sample, sample)
    equal([line for line in sample.splitlines() if line.startswith(("path ", "key_file ", "home ")) and "/var/lib/caveat/" not in line], [],
          "what the daemon writes lies in the one place where the unit lets it")
    config = os.path.join(scratch.make("etc"), "caveat.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(sample.replace("/var/lib/caveat", scratch.make("state")).replace("127.0.0.1:25\"", f"127.0.0.1:{relay}\""))
    call = [program, "--config", config]
    subprocess.run([*call, "init"], check=True, stdout=subprocess.DEVNULL, timeout=60)
    done = subprocess.run([*call, "--json", "doctor"], capture_output=True, text=True, timeout=60)
    equal(done.returncode, 0, f"doctor: {done.stdout}{done.stderr}")


SANDBOX = {  # what the unit must say, and what it may not say in its place
    "User": "caveat", "Group": "caveat", "UMask": "0077", "LimitCORE": "0", "MemorySwapMax": "0", "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "", "AmbientCapabilities": "", "PrivateUsers": "yes", "PrivateDevices": "yes", "PrivateTmp": "yes",
    "ProtectSystem": "strict", "ProtectHome": "yes", "ProtectProc": "invisible", "ProcSubset": "pid", "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes", "ProtectClock": "yes",
    "ProtectHostname": "yes", "RestrictSUIDSGID": "yes", "RestrictNamespaces": "yes", "RestrictRealtime": "yes",
    "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "SystemCallArchitectures": "native", "SystemCallFilter": "@system-service ~@privileged @resources", "IPAddressDeny": "any",
    "IPAddressAllow": "localhost", "StateDirectoryMode": "0700"}
MOST_EXPOSED = 1.5  # of ten, as systemd counts


def sandboxed(unit):
    """By what the unit says; and where systemd is, by what it makes of that."""
    said = {}
    for line in read(unit).splitlines():
        if line and line[0] not in "#[":
            name, value = line.split("=", 1)
            said[name] = f"{said[name]} {value}" if name in said else value
    equal({name: said.get(name) for name in SANDBOX}, SANDBOX, "the sandbox")
    equal([name for name in said if name in ("ReadWritePaths", "PermissionsStartOnly", "RootDirectoryStartOnly")], [], "no way round it")
    if shutil.which("systemd-analyze") is None:
        return
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], capture_output=True, text=True, timeout=60)
    exposed = re.search(r"exposure level for caveat.service: ([\d.]+)", done.stdout)
    check(exposed and float(exposed[1]) <= MOST_EXPOSED, f"exposed little: {done.stdout[-400:]}{done.stderr}")


def lock_of_another(caveat):
    lock = os.path.join(caveat.folder, "caveat.db.lock")
    os.unlink(lock)
    os.symlink("elsewhere", lock)
    done = subprocess.run([caveat.binary, "--config", caveat.config, "serve"], capture_output=True, text=True, timeout=20)
    equal(done.returncode, 2, "wrong, not to be tried again")
    check(f"the lock {lock} cannot be opened" in done.stderr and "remove it" in done.stderr, f"which, and what mends it: {done.stderr}")
    check("another caveat" not in done.stderr, "nobody serves")


def scenario(scratch):
    caveat = Caveat(scratch, Sink(scratch).port)
    caveat.init()
    watched(scratch, caveat)
    without_cores(scratch, caveat)
    lock_of_another(caveat)
    as_it_is_installed(scratch, caveat.relay_port)
    sandboxed(os.path.join(ROOT, "deploy/caveat.service"))


run(scenario, deadline=60)
