#!/usr/bin/python3
"""A fuzzing client that knows the OpenAPI document: for every operation some sixty requests, good, nearly good and hostile. No answer is a
server error, no status is missing from the document, no body differs from its schema; every error is a problem (RFC 9457) that says what is
wrong, or it is 404, which is one answer byte for byte; and every operation succeeds.

CAVEAT_FUZZ_REQUESTS: how many for each operation (40); CAVEAT_FUZZ_SEED: which (the same each time, or "new"; printed);
CAVEAT_FUZZ_ONLY: operations, by a comma."""
# promise: A7
# promise: H2
# promise: H3
import concurrent.futures
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../support"))

from check import Failed, check, run
from forum import CALLERS, LISTS, PEOPLE, TEAMS, Forum
from good import GOOD, KINDS, Good
from openapi import Document, Generator
from sink import Sink

REQUESTS = int(os.environ.get("CAVEAT_FUZZ_REQUESTS", "40"))
SEED = os.environ.get("CAVEAT_FUZZ_SEED", "1795743071")  # what fails in one run of the tests fails in the next
if SEED == "new":
    SEED = str(int(time.time()))
ONLY = [name for name in os.environ.get("CAVEAT_FUZZ_ONLY", "").split(",") if name]
WORKERS = 6        # 404 is held back for some milliseconds: one connection would mostly wait
BATCH = 100        # requests between two good ones
MOST_BATCHES = 10  # what a good one stands on takes some dozen requests, too
OURS = "of the scenario"  # our own tokens: revoking one would end the test
CORE = re.compile(r'["/](%s)["/:?\s]' % "|".join((*TEAMS, *PEOPLE, *CALLERS.values(), *LISTS)))
REGISTER = ("/v1/teams", "/v1/people", "/v1/lists", "/v1/terms", "/v1/holds", "/v1/me", "/v1/community")


class Fuzz:
    def __init__(self, scratch):
        self.forum = Forum(scratch, Sink(scratch, keep="letters"))
        self.client = self.forum.client
        nothing = self.client.get("/v1/teams/there-is-none").same()
        check(nothing[0] == 404, f"nothing is 404: {nothing}")
        self.document = Document(self.client.get("/openapi.json").body, nothing)
        self.operations = [o for o in self.document.operations if not ONLY or o.id in ONLY]
        self.always = {"team": list(TEAMS), "person": list(PEOPLE), "list": list(LISTS), "new_id": ["new-one", "new-two", "nova-1"],
                      "key": [self.forum.key, "0" * 40], "notice": ["1", "2", "3"], "text": [self.forum.console.call("export").out, "[[team]]\nid = 7\n"]}
        self.pools = dict(self.always)
        self.clients = [self.forum.console.client(self.client.token) for _ in range(WORKERS)]
        self.counts = {o.id: {} for o in self.document.operations}
        self.broken = {}
        self.pool = concurrent.futures.ThreadPoolExecutor(WORKERS)

    def only_tried(self, operation, text):
        """What others stand on, people, lists or a past that takes days to make, is not taken away: for good such acts are done by hand."""
        if operation.path.startswith("/v1/cases"):
            return any(case in text for case in self.forum.old_cases)
        return operation.path.startswith(REGISTER) and (operation.id == "loadCommunity" or CORE.search(text) is not None)

    def some_decisions(self):
        """One of each kind that an act can cite, passed and unused."""
        case = self.forum.a_case("served")
        subject = {"case": case, "team": "bamboo", "id": "nova-1", "list": "drill", "person": "lotus-sec"}
        for kind, names in dict.fromkeys(KINDS.values()):
            if names and not kind.startswith(("category", "revocation", "election")):
                self.forum.decided(kind, subject[names], **({"set": {"posting": "matrix"}} if kind == "list" else {}))
        self.forum.decided("clearance", "bamboo", set={"list": "drill", "label": "AMBER"})

    def harvest(self):
        """Ids of what there is, from the lists the document has; and a cursor of each."""
        found = {name: list(values) for name, values in self.always.items()}
        for operation in self.document.operations:
            if operation.method != "GET" or operation.named("path") or not operation.has("query", "cursor") or operation.has("query", "q"):
                continue
            token = self.forum.tokens["reader"] if operation.path.startswith("/v1/archive/") else None
            page = self.client.get(operation.path + "?limit=30", token=token).json()
            items = [item for item in page["items"] if item.get("name") != OURS]
            name = next((p["name"] for o in self.document.operations if o.path.startswith(operation.path + "/{") for p in o.named("path")[:1]), None)
            ids = [str(item.get("id") or item.get("name") or item.get("post") or "") for item in items]
            if name:
                found[name] = list(dict.fromkeys(found.get(name, []) + [i for i in ids if i]))
            if page["next"]:
                found.setdefault("cursor", []).append(page["next"])
        decisions = self.client.get("/v1/decisions?open=false&limit=200").json()["items"]
        found["passed"] = [d for d in decisions if d["verdict"] == "passed" and not d["used_by"]]
        self.pools.update(found)

    def good(self, operation):
        """A request that must succeed now."""
        return GOOD[operation.id](self.forum) if operation.id in GOOD else Good()

    def send(self, operation, client, made, token=None):
        try:
            reply = client.ask(made.method, made.target, made.body, made.headers, token=token)
        except ValueError:
            return None  # our own client refuses to send it
        # What the path's encoding made of it may be no path of this operation: then it is nothing, like all that is not there.
        self.document.against(operation, reply, str(made))
        seen = self.counts[operation.id]
        seen[reply.status] = seen.get(reply.status, 0) + 1
        return reply

    def succeed(self, operation):
        for _ in range(3):  # what the request is about is made anew: the daemon may have done it first, as it tells of holds by itself
            good = self.good(operation)
            made = Generator(self.document, self.pools, f"{SEED} {operation.id}").good(operation, good)
            reply = self.send(operation, self.client, made, self.forum.tokens.get(good.by))
            if reply.status != 409:
                break
        check(reply.status < 300, f"a good request for {operation.id} succeeds: {made}\n    got: {reply}")

    def some(self, operation, worker, batch, count, good):
        """What one worker sends: around the good request, and from the schemas; as the operator, or as somebody else."""
        generator = Generator(self.document, self.pools, f"{SEED} {operation.id} {batch} {worker}", KINDS, self.only_tried)
        client, tokens = self.clients[worker], list(self.forum.tokens.values())
        for _ in range(count):
            around = generator.random.random() < 0.35
            made = generator.around(operation, good) if around else generator.request(operation)
            token = self.forum.tokens.get(good.by) if around else None
            if generator.random.random() < 0.2:
                token = generator.random.choice(tokens)
            try:
                self.send(operation, client, made, token)
            except Failed as failure:
                self.blame(operation, failure)

    def blame(self, operation, failure):
        """Each kind of difference once; the others go on."""
        kind = (operation.id, str(failure).splitlines()[0])
        if kind not in self.broken:
            self.broken[kind] = str(failure)
            print(failure, flush=True)

    def strangers(self, operation):
        """No token and a wrong one: nothing, whatever is asked. They have few requests a second."""
        made = Generator(self.document, self.pools, f"{SEED} {operation.id}").request(operation)
        for token in ("", "0" * 64) if "security" not in operation.spec else ():
            reply = self.client.ask(made.method, made.target, made.body, made.headers, token=token)
            while reply.status == 429:
                time.sleep(0.1)
                reply = self.client.ask(made.method, made.target, made.body, made.headers, token=token)
            check(reply.same() == self.document.nothing, f"to a stranger there is nothing: {made}\n    got: {reply}")

    def drive(self, operation, count):
        try:
            self.succeed(operation)
            self.strangers(operation)
            batches = min(MOST_BATCHES, max(1, count // BATCH))
            for batch in range(batches):
                good = self.good(operation)
                each = count // batches // WORKERS + 1
                sent = [self.pool.submit(self.some, operation, worker, batch, each, good) for worker in range(WORKERS)]
                for future in sent:
                    future.result()
        except Failed as failure:
            self.blame(operation, failure)
        check(self.forum.console.alive(), "the daemon lives")

    def other_methods(self):
        """What a path does not have is nothing."""
        for path, methods in self.document.json["paths"].items():
            target = path.replace("{", "").replace("}", "")
            for method in ("PUT", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE", "PROPFIND"):
                if method.lower() in methods:
                    continue
                reply = self.client.ask(method, target)
                check(reply.same() == self.document.nothing, f"{method} {target}: {reply}")


def scenario(scratch):
    print(f"seed {SEED}, {REQUESTS} requests for each operation")
    begun = time.monotonic()
    fuzz = Fuzz(scratch)
    fuzz.some_decisions()
    fuzz.harvest()
    print(f"  the forum has a past after {time.monotonic() - begun:.0f} s")
    reads = [o for o in fuzz.operations if o.method == "GET"]
    acts = [o for o in fuzz.operations if o.method != "GET"]
    acts.sort(key=lambda o: (o.id == "loadCommunity", o.path))
    for operation in reads + acts + reads:
        fuzz.drive(operation, REQUESTS // 2 if operation.method == "GET" else REQUESTS)
        if operation.method != "GET":
            fuzz.harvest()
    fuzz.other_methods()
    for name, seen in sorted(fuzz.counts.items()):
        if seen:
            print(f"  {name:20} {dict(sorted(seen.items()))}")
    asked = sum(sum(seen.values()) for seen in fuzz.counts.values())
    print(f"  {asked} requests for {len(fuzz.operations)} operations in {time.monotonic() - begun:.0f} s")
    check(not fuzz.broken, f"{len(fuzz.broken)} kinds of answers that the document does not say:\n" + "\n".join(fuzz.broken.values()))
    never = [o.id for o in fuzz.operations if not any(status < 300 for status in fuzz.counts[o.id])]
    check(not never, f"never succeeded: {never}")
    check(fuzz.forum.console.ask("journal", "verify"), "the journal verifies after all of it")
    fuzz.forum.console.stop()


run(scenario, deadline=240 + REQUESTS * 2)
