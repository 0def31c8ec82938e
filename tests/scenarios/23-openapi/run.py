#!/usr/bin/python3
"""A fuzzing client that knows the OpenAPI document: for every operation some hundred requests, good, nearly good and hostile. No answer is a
server error, no status is missing from the document, no body differs from its schema, every error is a problem (RFC 9457).

CAVEAT_FUZZ_REQUESTS: how many for each operation (200); CAVEAT_FUZZ_SEED: which (printed)."""
# promise: H2
# promise: H3
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import Failed, check, run
from committee import SEATS, Committee, a_forum
from community import address
from console import ALL_SCOPES, Console
from mailtools import letter, post
from openapi import Document, Generator
from sink import Sink

REQUESTS = int(os.environ.get("CAVEAT_FUZZ_REQUESTS", "200"))
SEED = int(os.environ.get("CAVEAT_FUZZ_SEED", str(int(time.time()))))
OURS = "of the scenario"  # our own token: revoking it would end the test
TEAMS = SEATS + ("camphor", "narra")


def forum():
    people = [f"{team}-rep" for team in TEAMS]
    c = a_forum("camphor", "narra").list("teams").list("members").list("reps", max_tlp="AMBER")
    return c.subscribe("teams", *people).subscribe("members", *people)


class Fuzz:
    def __init__(self, scratch):
        self.sink = Sink(scratch)
        self.caveat = Console(scratch, self.sink.port)
        self.caveat.init()
        self.caveat.load(forum())
        self.community = os.path.join(self.caveat.folder, "community.toml")
        self.caveat.serve()
        self.client = self.caveat.client()
        self.new_token()
        self.document = Document(self.client.get("/openapi.json").body)
        self.pools = {"team": list(TEAMS), "person": [f"{team}-rep" for team in TEAMS], "list": ["teams", "members", "reps"],
                      "new_id": ["new-one", "new-two", "narra-two"], "key": ["0" * 40]}
        self.counts = {}

    def new_token(self):
        self.client.token = self.caveat.token(ALL_SCOPES)

    def some_life(self):
        for n in range(3):
            sender = address(f"{SEATS[n]}-rep")
            post(self.caveat.lmtp, sender, ["teams@lists.arc.example"], letter(sender, "teams@lists.arc.example", f"TLP:GREEN post {n}"))
        self.caveat.judged(3)
        committee = Committee(self.caveat)
        case = self.caveat.ask("case", "open", "camphor", "--clause", "3.2", "--decision", committee.decide("case.open", "camphor"))[0]["id"]
        decisions = [committee.decide(kind, subject) for kind, subject in (("case.notice", case), ("case.open", "narra"))]
        decisions.append(committee.propose("case.open", "camphor"))
        self.pools["decision"], self.pools["case"] = [*decisions, "D-2026-999"], [case]

    def harvest(self):
        """Ids of what there is, from the lists the document has; and a cursor of each."""
        for operation in self.document.operations:
            if operation.method != "GET" or operation.named("path") or not operation.path.startswith("/v1/"):
                continue
            plural = operation.path.rsplit("/", 1)[1]
            reply = self.client.get(operation.path + ("?limit=2" if any(p["name"] == "limit" for p in operation.parameters) else ""))
            if reply.status != 200 or reply.type != "application/json":
                continue
            items = reply.json().get("items") or []
            name = next((p["name"] for o in self.document.operations if o.path.startswith(operation.path + "/{") for p in o.named("path")[:1]), plural.rstrip("s"))
            ids = [str(item.get("id") or item.get("name") or item.get("key") or "") for item in items if isinstance(item, dict) and item.get("name") != OURS]
            self.pools[name] = list(dict.fromkeys(self.pools.get(name, []) + [i for i in ids if i]))[-20:]
            if reply.json().get("next"):
                self.pools.setdefault("cursor", []).append(reply.json()["next"])

    def alive(self):
        """The community must stay in being: tokens may have been revoked."""
        check(self.caveat.alive(), "the daemon lives")
        if self.client.get("/v1/teams").status == 404:
            self.new_token()
        if self.client.get("/v1/people/takin-rep").status == 404:
            self.caveat.call("load", self.community, expect=None)  # where a load made everybody leave

    def drive(self, operation, generator, count):
        seen = self.counts.setdefault(operation.id, {})
        for n in range(count):
            method, target, body, headers = generator.request(operation)
            token = None if n % 10 else ("wrong" if n % 20 and len(seen) < 3 else None)
            try:
                reply = self.client.ask(method, target, body, headers, token=token)
            except ValueError:
                continue  # our own client refuses to send it
            sent = f"{method} {target} {headers} {body[:500] if body else body!r}"
            if reply.status == 429:
                time.sleep(0.2)
                continue
            # What the path's encoding made of it may be no path of this operation: then it is nothing, like all that is not there.
            self.document.against(operation, reply, sent)
            seen[reply.status] = seen.get(reply.status, 0) + 1

    def other_methods(self):
        """What a path does not have is nothing, and a problem."""
        problem = {"$ref": "#/components/schemas/Problem"}
        for path, methods in self.document.json["paths"].items():
            target = path.replace("{", "").replace("}", "")
            for method in ("PUT", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE", "PROPFIND"):
                if method.lower() in methods:
                    continue
                reply = self.client.ask(method, target)
                if reply.status != 404 or reply.type != "application/problem+json" or self.document.complaint(problem, reply.json()):
                    raise Failed(f"{method} {target}: {reply}")


def scenario(scratch):
    print(f"seed {SEED}, {REQUESTS} requests for each operation")
    fuzz = Fuzz(scratch)
    fuzz.some_life()
    fuzz.harvest()
    generator = Generator(fuzz.document, fuzz.pools, SEED)
    broken = []
    reads = [o for o in fuzz.document.operations if o.method == "GET"]
    acts = [o for o in fuzz.document.operations if o.method != "GET"]
    acts.sort(key=lambda o: (o.path.endswith(":load"), o.method == "DELETE", o.path))
    for operation in reads + acts + reads:
        try:
            fuzz.drive(operation, generator, REQUESTS // 2 if operation.method == "GET" else REQUESTS)
        except Failed as failure:
            broken.append(str(failure))
            print(failure, flush=True)
        fuzz.alive()
        if operation.method != "GET":
            fuzz.harvest()
    fuzz.other_methods()
    for name, seen in sorted(fuzz.counts.items()):
        print(f"  {name:28} {dict(sorted(seen.items()))}")
    check(not broken, f"{len(broken)} operations answer as the document does not say; first: {broken[0] if broken else ''}")
    never = [name for name, seen in fuzz.counts.items() if not any(status < 300 for status in seen)]
    print(f"never succeeded: {never}")
    check(fuzz.caveat.ask("journal", "verify"), "the journal verifies after all of it")
    fuzz.caveat.stop()


run(scenario, deadline=540)
