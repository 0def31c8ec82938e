"""The steering committee at the command line: decisions voted through, cases, and acts that must be refused."""
import os
import subprocess

import vouched
from check import equal
from community import Community

SEATS = ("banksia", "hibiscus", "kowhai", "mugung", "orchid", "saiga", "takin")
APPEAL_RULES = "within 30 calendar days of service, to a panel of five; see the Code"

NOTICE = """channels = "mail to the representative, and registered post"
breach = "AMBER+STRICT of the list was forwarded to a vendor; two victims were named in public"
opinion = "avoidable: the label stood in the subject and in the text"
remedy = "recall the copies and report what became of them, within 14 days"
consequences = "after a second notice, loss of posting and receiving on the list"
reply = "14 days from service"
"""


def a_forum(*others):
    """The seven seats and other Operational Members, each with its representative; the seats hold a term."""
    c = Community()
    for team in (*SEATS, *others):
        c.team(team).person(f"{team}-rep", representative=True)
    for team in SEATS:
        c.term("sc", f"{team}-rep")
    return c


class Committee:
    """Before each call it asks `tick`, where there is one, to set the clock of the command line so many seconds off the present."""

    def __init__(self, caveat, tick=lambda seconds: None):
        self.caveat, self.tick = caveat, tick

    def propose(self, kind, subject, question="Shall we?", without=None):
        """A ballot that is open; the accused's own seat takes no part."""
        decision = self.caveat.ask("decision", "propose", kind, subject, "--question", question)[0]["id"]
        if without in SEATS:
            self.caveat.call("decision", "recuse", decision, without, expect=None)  # refused where it is recused already
        return decision

    def decide(self, kind, subject, yes=5, verdict="passed", question="Shall we?", without=None):
        """A ballot of the seats, held in the minute before and closed when every vote is in."""
        self.tick(-60)
        decision = self.propose(kind, subject, question, without)
        self.tick(-40)
        voters = [seat for seat in SEATS if seat != without]
        for choice, teams in (("yes", voters[:yes]), ("no", voters[yes:])):
            if teams:
                self.caveat.call("decision", "vote", decision, ",".join(teams), choice)
        self.tick(-20)
        closed = self.caveat.ask("decision", "close", decision)[0]
        self.tick(0)
        equal(closed["verdict"], verdict, f"{kind} with {yes} yes: {closed['why']}")
        return decision

    def refused(self, rule, *arguments, status=1):
        vouched.refused(self.caveat, rule, *arguments, status=status)

    def human(self, *arguments):
        """What somebody at the terminal reads."""
        caveat = self.caveat
        done = subprocess.run([caveat.binary, "--config", caveat.config, *arguments], capture_output=True, text=True,
                              env=caveat.surroundings(), cwd=caveat.folder, timeout=60)
        equal(done.returncode, 0, f"caveat {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def contents(self):
        """The options of a notice that lacks nothing."""
        path = os.path.join(self.caveat.folder, "notice.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(NOTICE)
        return "--contents", path, "--appeal-rules", APPEAL_RULES


# The kind of decision an act of the committee cites; the others cite none.
KINDS = {"notice": "case.notice", "find": "case.finding", "sanction-notice": "case.sanction", "renew": "case.renew", "panel": "case.panel",
         "lift": "case.lift", "close": "case.close"}


class Case:
    """One case against one team. A decision that a refused act did not use up is cited by the next."""

    def __init__(self, committee, team, clause="3.2"):
        self.committee, self.team = committee, team
        self.unused = {}
        decision = committee.decide("case.open", team, without=team)
        self.id = committee.caveat.ask("case", "open", team, "--clause", clause, "--decision", decision)[0]["id"]

    def _words(self, act, arguments):
        kind = KINDS.get(act)
        if kind and kind not in self.unused:
            self.unused[kind] = self.committee.decide(kind, self.id, without=self.team)
        return ("case", act, self.id, *map(str, arguments), *(("--decision", self.unused[kind]) if kind else ()))

    def act(self, act, *arguments):
        """An act that is allowed; answers the case."""
        done = self.committee.caveat.ask(*self._words(act, arguments))[0]
        self.unused.pop(KINDS.get(act), None)
        return done

    def refused(self, rule, act, *arguments):
        self.committee.refused(rule, *self._words(act, arguments))

    def show(self):
        return self.committee.caveat.ask("case", "show", self.id)[0]

    def notice(self, number):
        return self.show()["notices"][number - 1]

    def stands(self, phase, what, in_force=False):
        shown = self.show()
        equal((shown["phase"], shown["in_force"]), (phase, in_force), f"{self.team}, {what}")

    def denied(self):
        """(resource, verbs, from, until, notice) of all that ever follows from the case."""
        return [(d["resource"], ",".join(d["verbs"]), d["from"], d["until"], d["notice"]) for d in self.show()["denied"]]

    # ---- the acts, as one says them ----

    def comply_or_else(self):
        return self.act("notice", *self.committee.contents())

    def serve(self, notice, channel="page"):
        return self.act("serve", notice, channel)

    def sanction(self, *rows, act="sanction-notice", **options):
        """`teams:receive,post`; options as `effect="2027-04-03T00:00:00Z"`."""
        return self.act(act, *self.sanction_words(*rows, **options))

    @staticmethod
    def sanction_words(*rows, **options):
        return [word for row in rows for word in ("--deny", row)] + [word for name, value in options.items() for word in (f"--{name}", value)]

    def appeal(self, notice):
        return self.act("appeal", notice, "letter of the representative")

    @staticmethod
    def panel_words(notice, chair, *members):
        return [notice, "--chair", chair, *(word for member in members for word in ("--member", member))]

    def rule(self, notice, person, outcome, *suspended):
        return self.act("rule", notice, person, outcome, *(word for row in suspended for word in ("--suspend", row)))
