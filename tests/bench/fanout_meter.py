"""CPU and memory of whole process trees, from /proc. Nothing a peer starts escapes: orphans become children of the bench, and what has
ended is still counted (the bench reaps nobody while it measures)."""
import ctypes
import os
import time

_TICKS = os.sysconf("SC_CLK_TCK")


def adopt_orphans():
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _stat(pid):
    """(parent, CPU seconds of the process and of the children it waited for), or None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            fields = f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(fields[1]), sum(map(int, fields[11:15])) / _TICKS


def _descendants(exclude):
    stats = {int(name): _stat(name) for name in os.listdir("/proc") if name.isdigit()}
    children = {}
    for pid, stat in stats.items():
        if stat:
            children.setdefault(stat[0], []).append(pid)
    found, todo = {}, [os.getpid()]
    while todo:
        for child in children.get(todo.pop(), []):
            if child not in exclude and child not in found:
                found[child] = stats[child][1]
                todo.append(child)
    return found


def cpu_seconds(exclude):
    """Of all descendants, alive, finished or already waited for; `exclude`: pids of the sinks."""
    waited = os.times()
    return sum(_descendants(exclude).values()) + waited.children_user + waited.children_system


def peak_memory(pid):
    """VmHWM in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        for line in f:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


class Meter:
    """with Meter(exclude) as m: ...; m.cpu"""

    def __init__(self, *sinks):
        self.exclude = {sink.process.pid for sink in sinks}

    def __enter__(self):
        self.cpu_before, self.begun = cpu_seconds(self.exclude), time.monotonic()
        return self

    def __exit__(self, *_):
        self.cpu = cpu_seconds(self.exclude) - self.cpu_before
