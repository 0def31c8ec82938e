"""Community files for `caveat load`, written from Python values: what a scenario needs of people, teams and lists."""
import datetime


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, datetime.date, datetime.datetime)):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime.datetime) else str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def days_ago(days):
    return datetime.date.today() - datetime.timedelta(days=days)


class Community:
    """Rows in the order they were added. Each row is a dictionary of TOML keys; None leaves a key out."""

    def __init__(self):
        self.rows = {"team": [], "person": [], "term": [], "list": [], "clearance": [], "subscription": [], "denial": []}

    def team(self, id, category="operational", since="2020-01-01", **more):
        partner = category in ("liaison", "strategic", "corporate")
        row = {"id": id, "name": id.capitalize() + " Team", "category": category, "economy": "SG",
               "since": datetime.date.fromisoformat(since) if isinstance(since, str) else since}
        if partner:
            row["mou"] = datetime.date(2021, 5, 1)
        row.update(more)
        self.rows["team"].append(row)
        return self

    def person(self, id, team=None, addresses=None, **more):
        """Without `team`: the part before the last dash is the team."""
        row = {"id": id, "name": id.replace("-", " ").title(), "team": team or id.rsplit("-", 1)[0],
               "addresses": addresses or [address(id)]}
        row.update(more)
        self.rows["person"].append(row)
        return self

    def term(self, role, person, since="2026-01-01", until="2036-01-01", **more):
        self.rows["term"].append({"role": role, "person": person, "from": datetime.date.fromisoformat(since),
                                  "until": datetime.date.fromisoformat(until), **more})
        return self

    def list(self, name, klass=None, max_tlp="AMBER+STRICT", default_tlp="AMBER", **more):
        row = {"name": name, "class": klass or name, "charter": "information exchange between the teams", "default_tlp": default_tlp,
               "max_tlp": max_tlp, "encryption": "none", "authentication": "dmarc"}
        row.update(more)
        self.rows["list"].append(row)
        return self

    def subscribe(self, list, *people, **more):
        self.rows["subscription"] += [{"list": list, "person": person, "delivery": "each", **more} for person in people]
        return self

    def denial(self, resource, verbs, since, until, team=None, person=None, decision="SC-2026-011", source="sanction"):
        row = {"team": team} if team else {"person": person}
        row.update({"resource": resource, "verbs": verbs, "from": since, "until": until, "source": source, "decision": decision})
        self.rows["denial"].append(row)
        return self

    def clearance(self, team, list, label, decision="SC-2026-007"):
        self.rows["clearance"].append({"team": team, "list": list, "label": label, "decision": decision})
        return self

    def without(self, kind, **match):
        """Takes out the rows that match all keys given."""
        self.rows[kind] = [row for row in self.rows[kind] if any(row.get(k) != v for k, v in match.items())]
        return self

    def text(self):
        out = []
        for kind, rows in self.rows.items():
            for row in rows:
                out.append(f"[[{kind}]]\n" + "".join(f"{k} = {_value(v)}\n" for k, v in row.items() if v is not None))
        return "\n".join(out)


def address(person):
    """The address of a person made without one: rep@orchid.example for orchid-rep."""
    team, name = person.rsplit("-", 1)
    return f"{name}@{team}.example"


def crowd(count, list="teams", team="crowd", authentication="dmarc"):
    """One team with an author and `count` subscribers s00000@crowd.example and on; the author is not subscribed."""
    community = Community().team(team).person(f"{team}-author")
    community.list(list, authentication=authentication)
    for i in range(count):
        community.person(f"{team}-s{i:05d}")
    community.subscribe(list, *(f"{team}-s{i:05d}" for i in range(count)))
    return community
