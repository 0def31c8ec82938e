"""Many stories on one timeline: the clock moves forward once for all of them.

A story is a generator. `yield "2026-03-02T09:15:00Z"` goes on at that instant with the command line's clock standing still there, which
costs nothing; `yield mail(instant)` goes on once the daemon has reached it, too; `yield crossing(instant)` after posts were sent all the
way across it. Stories are taken in the order of their instants.
"""
import datetime
import heapq
import itertools
import time

from check import check, equal, until
from community import address
from daemon import DOMAIN, states
from mailtools import letter, post

# At one instant the command line comes first: what the daemon then lives through may rest on it.
_LINE, _CROSSING, _MAIL = range(3)
SEEN = 2.5    # libfaketime looks at its file again after more than a whole second, counted in whole ones
BEFORE = 2.5  # of posts before the instant that is crossed, and one second of them behind it


def mail(instant):
    return instant, _MAIL


def crossing(instant):
    return instant, _CROSSING


def instant(text):
    return datetime.datetime.strptime(text.rstrip("Z").partition(".")[0], "%Y-%m-%dT%H:%M:%S")


class Timeline:
    def __init__(self, caveat, author, listname, begins):
        self.caveat, self.author, self.listname = caveat, author, listname
        self.now = instant(begins)
        self.offset = None
        self.received = {}  # at this station: list -> states of a post there
        self.crossed = []   # of the last crossing: (received, states, instants)
        self.tick(0)

    def tick(self, seconds):
        """The command line stands so many seconds off the present."""
        self.caveat.freeze_clock(self.now + datetime.timedelta(seconds=seconds))

    def live(self, *stories):
        """Takes the stories through their time, to the end of each."""
        serial = itertools.count()
        waiting = [(self.now, _LINE, next(serial), story) for story in stories]
        reached = None
        while waiting:
            at, how, _, story = heapq.heappop(waiting)
            check(at >= self.now, f"a story goes back to {at}")
            self.now = at
            self.tick(0)
            if how != _LINE and reached != (at, how):
                reached = at, how
                self.received = {}
                self._reach(at) if how == _MAIL else self._cross(at)
            following = next(story, None)
            if following is not None:
                then, how = following if isinstance(following, tuple) else (following, _LINE)
                heapq.heappush(waiting, (instant(then), how, next(serial), story))

    # ---- the daemon's clock ----

    def _move(self, at):
        self.offset = int((at - datetime.datetime.utcnow()).total_seconds())
        self.caveat.move_clock(self.offset)

    def _daemon_now(self):
        return datetime.datetime.utcnow() + datetime.timedelta(seconds=self.offset)

    def _reach(self, at):
        self._move(at + datetime.timedelta(seconds=1))
        if self.caveat.process is None:
            self.caveat.serve()
        else:
            time.sleep(SEEN)

    def _cross(self, at):
        """A post every half second from before the instant until behind it."""
        self._move(at - datetime.timedelta(seconds=SEEN + BEFORE))
        time.sleep(SEEN)
        sent = []
        while self._daemon_now() < at + datetime.timedelta(seconds=1):
            sent.append(self.send(self.author, self.listname))
            time.sleep(0.5)
        self.crossed = [(shown["received"], states(shown), {d["person"]: d["at"] for d in shown["deliveries"]})
                        for shown in map(self.caveat.settled, sent)]
        check(instant(self.crossed[0][0]) < at <= instant(self.crossed[-1][0]), f"posts on both sides of {at}")

    # ---- mail ----

    def send(self, author, listname):
        """A post as judged; None: refused at the door."""
        newest = self.caveat.rows("SELECT coalesce(max(key), 0) FROM post")[0][0]
        sender, to = address(author), f"{listname}@{DOMAIN}"
        reply = post(self.caveat.lmtp, sender, to, letter(sender, to))[0]
        if not reply.startswith("250 "):
            check(reply.startswith("550 "), f"taken or refused: {reply}")
            return None

        of_it = lambda: self.caveat.rows("SELECT id FROM post WHERE key > ? AND kind = 0 AND list = ? AND state <> 0", newest, listname)
        judged = until(of_it, 30, f"the post of {author} to {listname} is judged")[0][0]
        return next(p for p in self.caveat.posts() if p["id"] == judged)

    def reaches(self, person, listname):
        """What became, at this station, of the author's post to this list on its way to the person."""
        if listname not in self.received:
            self.received[listname] = self.caveat.settled(self.send(self.author, listname))
        return states(self.received[listname])[person]

    def across(self, person, at, before, after):
        """In the crossing of `at`: every copy by its own instant, and both sides seen."""
        at = instant(at)
        for received, state, handed in self.crossed:
            when = instant(handed[person])
            # A copy is asked for when it is handed over; what left in the last moment may be acknowledged behind it.
            allowed = {before} if when < at else {after} if instant(received) >= at else {before, after}
            check(state[person] in allowed, f"{person}, copy of a post of {received}, {handed[person]}: {state[person]}, not {allowed}")
        equal((self.crossed[0][1][person], self.crossed[-1][1][person]), (before, after), f"{person} across {at}")
