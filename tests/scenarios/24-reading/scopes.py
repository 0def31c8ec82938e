"""Tokens that lack one right, or are bound to other lists: what is out of their reach is what does not exist, byte for byte and in time."""
import re
import statistics
import time

from callers import CALLERS
from check import Failed, check, equal
from console import ALL_SCOPES


def name_of(thing):
    return thing.get("id") or thing["name"]


class OtherScopes:
    """For every operation a token that has every right but the one it asks for."""

    ROUNDS = 6

    def __init__(self, reading):
        self.reading, self.client = reading, reading.caveat.client()
        self.examples = {"team": "camphor", "person": "camphor-rep", "list": "teams", "notice": "1", "job": next(iter(reading.jobs)), "hold": "1",
                         "paper": "0" * 64, "document": "0" * 64}
        for path, things in reading.things.items():
            for name in re.findall(r"{(\w+)}", path):
                self.examples.setdefault(name, name_of(things[0]))
        self.tokens = {}
        self.operations = [o for o in reading.document.operations if "security" not in o.spec]

    def lacking(self, operation):
        right = operation.spec["description"].removeprefix("Right: ")
        check(right in (*ALL_SCOPES, "archive:read", "archive:write"), f"{operation.id} names its right: {right}")
        if right not in self.tokens:
            self.tokens[right] = self.reading.caveat.token([s for s in ALL_SCOPES if s != right])
        return self.tokens[right]

    def asked(self, operation):
        """As it would be good, as it is nonsense, and that under no path."""
        target = re.sub(r"{(\w+)}", lambda m: self.examples[m.group(1)], operation.path)
        return target, target + "?dry_run=perhaps&colour=red", "/v1/nonsense" + target.removeprefix("/v1")

    def timed(self, operation, target, token):
        body = {} if operation.body is not None else None
        begun = time.perf_counter()
        reply = self.client.ask(operation.method, target, body, {"If-Match": "*"}, token=token)
        took = time.perf_counter() - begun
        check(reply.same() == self.reading.nothing, f"{operation.method} {target} with every right but its own is nothing: {reply}")
        return took

    def run(self):
        """Bytes for each; and the median of some hundred answers of each kind, asked in turn with what does not exist, is the same."""
        full = CALLERS[0].token
        for attempt in range(4):
            times = {}
            for _ in range(self.ROUNDS):
                for operation in self.operations:
                    good, nonsense, nowhere = self.asked(operation)
                    kind = "reads" if operation.method == "GET" else "acts"
                    times.setdefault((kind, "wrong scope"), []).append(self.timed(operation, good, self.lacking(operation)))
                    times.setdefault((kind, "nothing"), []).append(self.timed(operation, nowhere, full))
                    if attempt == 0 and _ == 0:
                        self.timed(operation, nonsense, self.lacking(operation))
            medians = {key: statistics.median(took) for key, took in times.items()}
            apart = {kind: medians[kind, "wrong scope"] / medians[kind, "nothing"] - 1 for kind in ("reads", "acts")}
            print("  medians: " + ", ".join(f"{kind} {what} {m * 1000:.2f} ms ({len(times[kind, what])})" for (kind, what), m in medians.items()))
            if max(map(abs, apart.values())) < 0.03:
                return
        raise Failed(f"a wrong scope takes another time than what does not exist, four times in a row: {apart}")


def bound_tokens(reading):
    """A token bound to one list: the others are nothing, and so is what belongs to the whole house."""
    of_lists = [scope for scope in ALL_SCOPES if scope.split(":")[0] in ("lists", "subscriptions", "posts", "held", "policy")]
    refused = reading.caveat.call("token", "create", "more than a list", "--scope", "people:read", "--list", "reps", expect=2)
    check("not of a list" in refused.err, f"with what is not of a list it is not made: {refused}")
    token = reading.caveat.token(of_lists, lists=["reps"])
    posts = [f"/v1/posts/{p['id']}" for p in reading.things["/v1/posts/{post}"]]
    for target in ("/v1/lists/teams", "/v1/lists/teams/subscriptions", "/v1/lists/teams/subscriptions/orchid-rep", "/v1/journal",
                   "/v1/journal/verification", "/v1/policy:simulate?team=camphor", "/v1/teams", "/v1/people/orchid-rep", "/v1/tokens", *posts, *(path + "/deliveries" for path in posts)):
        reply = reading.client.get(target, token=token)
        check(reply.same() == reading.nothing, f"{target} for a token bound to another list: {reply}")
    equal(reading.client.get("/v1/lists/reps", token=token).status, 200, "its own list is there")
