"""A client that knows /openapi.json: generates requests for every operation, valid ones, nearly valid ones and hostile ones, and holds each
answer against the document."""
import copy
import datetime
import json
import random
import re
import string
from urllib.parse import quote

import jsonschema

from check import Failed, check

HOSTILE = ["", " ", "\u0000", "\n", "a\r\nX: y", "' OR 1=1 --", "../../etc/passwd", "%00", "\U0001f998" * 40, "\u202eabc", "{{csrf}}", "<script>",
           "x" * 201, "y" * 20_001, "-1", "null", "9" * 40, "\u00e4\u00f6", "=cmd|'/c calc'!A1", "%s%s%n", "\x7f", "NaN", "1e400"]
# What acts talk about: so that some requests are good ones.
WORDS = {"category": ["applicant", "operational", "corporate", "strategic", "liaison"], "economy": ["SG", "AU", "XX"], "role": ["owner", "moderator", "auditor"],
         "class": ["teams", "members", "wg"], "scopes": ["teams:read", "people:read", "lists:read"], "name": ["Narra", "A name"],
         "addresses": ["a@narra.example", "b@narra.example"], "address": ["c@narra.example"], "delivery": ["each", "digest", "none"],
         "max_tlp": ["AMBER", "RED"], "deny": ["teams:receive,post", "*:receive"], "authentication": ["dmarc"], "encryption": ["none"],
         "kind": ["case.open", "case.notice", "case.sanction", "team.admit"], "act": ["open"], "clause": ["3.2"], "choice": ["yes", "no", "abstain"],
         "vote": ["yes", "no"], "reason": ["account taken over"], "question": ["Shall we?"], "charter": ["of a test"]}
DATES = jsonschema.FormatChecker(formats=[])


@DATES.checks("date-time")
def _instant(value):
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) is not None


@DATES.checks("date")
def _date(value):
    if isinstance(value, str):
        try:
            datetime.date.fromisoformat(value)
        except ValueError:
            return False
    return True


class Operation:
    def __init__(self, document, path, method, spec):
        self.document, self.path, self.method, self.spec = document, path, method.upper(), spec
        self.id = spec["operationId"]
        self.parameters = spec.get("parameters", [])
        content = spec.get("requestBody", {}).get("content", {}).get("application/json")
        self.body = content["schema"] if content else None

    def named(self, place):
        return [p for p in self.parameters if p["in"] == place]

    def has(self, place, name):
        return any(p["name"] == name for p in self.named(place))


class Document:
    """`nothing`: Reply.same() of what does not exist; every 404 must be equal to it."""

    def __init__(self, text, nothing=None):
        self.json, self.nothing = json.loads(text), nothing
        self.validators, self.held = {}, set()
        self.operations = [Operation(self, path, method, spec) for path, methods in self.json["paths"].items() for method, spec in methods.items()]
        check(len({o.id for o in self.operations}) == len(self.operations), "operations have names of their own")
        for name, schema in self.json["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            check(schema.get("type") == "object", f"{name} is an object")

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.json["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def complaint(self, schema, value):
        """The first fault of a value, or nothing."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {"components": self.json["components"], **schema}
            self.validators[key] = jsonschema.Draft202012Validator(whole, format_checker=DATES)
        error = jsonschema.exceptions.best_match(self.validators[key].iter_errors(value))
        return f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" if error else None

    def against(self, operation, reply, sent):
        """Holds one answer against the document."""
        wrong = self.difference(operation, reply)
        if wrong:
            raise Failed(f"{operation.method} {operation.path} ({operation.id}): {wrong}\n    sent: {sent[:600]}\n    got:  {reply}")

    def difference(self, operation, reply):
        if reply.status >= 500:
            return "a server error"
        declared = operation.spec["responses"].get(str(reply.status))
        if declared is None:
            return f"status {reply.status} is not in the document"
        if reply.status == 404 and self.nothing:
            return None if reply.same() == self.nothing else "404 and not the bytes of what does not exist"
        content = {kind.split(";")[0]: shape for kind, shape in declared.get("content", {}).items()}
        if not content:
            return "a body where the document has none" if reply.body else None
        if reply.type not in content:
            return f"type {reply.type} is not in the document"
        # An answer that was compared with its schema before is not compared again: most errors are the same few.
        known = hash((operation.id, reply.status, reply.type, reply.body))
        if known in self.held:
            return None
        wrong = self.differs(content[reply.type].get("schema"), reply) or (unexplained(reply) if reply.status >= 400 else None)
        if not wrong:
            self.held.add(known)
        return wrong

    def differs(self, schema, reply):
        rows = reply.body.splitlines() if reply.type == "application/x-ndjson" else [reply.body]
        for row in rows if schema else []:
            try:
                wrong = self.complaint(schema, json.loads(row))
            except ValueError:
                return "no JSON"
            if wrong:
                return f"not as its schema says: {wrong}"
        return None


def unexplained(reply):
    """Of an error that is not 404: what it lacks to say what is wrong, or what would be needed."""
    problem = reply.json()
    if not problem.get("title", "").strip():
        return "a problem without a title"
    pointed = [e for e in problem.get("errors", []) if e["detail"].strip() and (e["pointer"] == "" or e["pointer"].startswith("/"))]
    if pointed or problem.get("detail", "").strip():
        return None
    return "a problem that says neither what is wrong nor what would be needed"


class Request:
    def __init__(self, method, target, body, headers):
        self.method, self.target, self.body, self.headers = method, target, body, headers

    def __str__(self):
        return f"{self.method} {self.target} {self.headers} {self.body[:500] if self.body else self.body!r}"


class Generator:
    """`pools`: parameter or field name -> values that exist; "passed": decisions to be used, as {"id", "kind", "subject"}.
    `kinds`: operation -> the kind of decision it cites and the parameter or field that is its subject. `only_tried(operation, text)`: whether
    such an act may only be tried, because others stand on what it names."""

    def __init__(self, document, pools, seed, kinds=None, only_tried=lambda operation, text: False):
        self.document, self.pools, self.random = document, pools, random.Random(seed)
        self.kinds, self.only_tried = kinds or {}, only_tried
        self.chosen = {}  # what this request says of some names, whatever their pools hold

    def known(self, name):
        if name in self.chosen:
            return [self.chosen[name]]
        for key in (name, name.rstrip("s"), WORDS_ALIKE.get(name)):
            if key and (self.pools.get(key) or WORDS.get(key)):
                return list(self.pools.get(key, [])) + WORDS.get(key, [])
        return []

    def choose(self, operation):
        """A decision of the kind that the act asks for, about what the act is about."""
        self.chosen = {}
        kind, subject = self.kinds.get(operation.id, (None, None))
        fitting = [d for d in self.pools.get("passed", []) if d["kind"] == kind]
        if fitting and self.random.random() < 0.6:
            decision = self.random.choice(fitting)
            self.chosen = {"decision": decision["id"], **({subject: decision["subject"]} if subject else {})}

    def text(self, name, schema):
        r = self.random
        if "enum" in schema:
            return r.choice(schema["enum"])
        if schema.get("format") == "date-time":
            return (datetime.datetime.utcnow() + datetime.timedelta(seconds=r.randint(-10**6, 10**7))).strftime("%Y-%m-%dT%H:%M:%SZ")
        if schema.get("format") == "date":
            return (datetime.date.today() + datetime.timedelta(days=r.randint(-900, 900))).isoformat()
        known = self.known(name)
        if known and (name in self.chosen or r.random() < 0.8):
            return r.choice(known)
        most = min(schema.get("maxLength", 30), 30)
        return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(max(1, schema.get("minLength", 1)), max(1, most))))

    def value(self, name, schema, depth=0):
        r = self.random
        schema = self.document.resolved(schema)
        if "anyOf" in schema:
            return self.value(name, r.choice(schema["anyOf"]), depth)
        kind = "string" if name in self.chosen else schema.get("type")
        if isinstance(kind, list):
            kind = r.choice(kind)
        if kind == "string":
            return self.text(name, schema)
        if kind == "integer":
            return r.randint(schema.get("minimum", -5), min(schema.get("maximum", 50), 10**6))
        if kind == "boolean":
            return r.random() < 0.5
        if kind == "array":
            least = schema.get("minItems", 0)
            return [self.value(name, schema["items"], depth + 1) for _ in range(r.randint(least, max(least, min(schema.get("maxItems", 3), 3))))]
        if kind == "object":
            required = schema.get("required", [])
            return {key: self.value(key, inner, depth + 1) for key, inner in schema.get("properties", {}).items()
                    if key in required or key in self.chosen or r.random() < 0.4}
        if kind == "null":
            return None
        return r.choice([1, "x", None, [], {}])

    def odd(self):
        r = self.random
        return r.choice([None, True, 0, -1, 2**63, 2**64, 1.5, 1e300, [], {}, [[]], {"a": {"b": []}}, r.choice(HOSTILE), [r.choice(HOSTILE)], ["x"] * 1001])

    def spoil(self, value):
        """The body with one fault, somewhere."""
        r = self.random
        if isinstance(value, dict) and value and r.random() < 0.8:
            key = r.choice(list(value))
            choice = r.random()
            if choice < 0.2:
                del value[key]
            elif choice < 0.35:
                value[r.choice(["extra", "a/b~c", "", "__proto__", "x" * 300, key.upper()])] = 1
            elif choice < 0.6:
                value[key] = self.odd()
            else:
                value[key] = self.spoil(value[key])
            return value
        if isinstance(value, list) and value and r.random() < 0.5:
            value[r.randrange(len(value))] = self.odd()
            return value
        return r.choice(HOSTILE) if isinstance(value, str) and r.random() < 0.7 else self.odd()

    def raw(self, body):
        """Bytes that are not JSON, or barely."""
        text = json.dumps(body).encode()
        return self.random.choice([b"", b"{", text[:-1], text + b"}", b"[" * 5000, b"\xff\xfe" + text, b"null", b"7", b"[]", b'"x"',
                                   text.replace(b'"', b"'"), b'{"a":"\\ud800"}', b'{"a":1,"a":2}', b" " * 70000 + text, b'{"x":"' + b"y" * 70000 + b'"}'])

    def filled(self, operation, path, valid):
        """The path with its parameters; one that `path` does not name is chosen here."""
        r = self.random
        target = operation.path
        for parameter in operation.named("path"):
            name = parameter["name"]
            known = [path[name]] if name in path else self.known(name)
            good = known and (valid or r.random() < 0.7)
            value = r.choice(known) if good else r.choice(HOSTILE + ["none", "D-2099-001", "x" * 64, "0" * 32, "%zz"])
            encoded = value if value == "%zz" else quote(str(value).encode(), safe="")
            target = target.replace("{" + name + "}", encoded[:3500])
        return target

    def asked(self, operation, valid):
        """The query."""
        r = self.random
        query = []
        for parameter in operation.named("query"):
            name = parameter["name"]
            if name == "dry_run" or (not parameter.get("required") and name not in self.chosen and r.random() > 0.25):
                continue
            if name == "cursor":
                if not valid:
                    query.append("cursor=" + r.choice(["00", "zz", "a" * 500, quote(r.choice(HOSTILE)[:200].encode()), *self.pools.get("cursor", [])]))
                continue
            value = self.value(name, parameter["schema"]) if valid or r.random() < 0.6 else r.choice(HOSTILE)
            query += [as_query(name, one) for one in (value if isinstance(value, list) else [value])]
        if not valid and r.random() < 0.15:
            query.append(r.choice(["colour=red", "limit=1&limit=2", "%00=1", "a=%zz", "&&&", "=", "x=" + "y" * 3000, "&".join("q=1" for _ in range(70))]))
        return query

    def headers(self, operation, valid):
        r = self.random
        headers = {}
        names = {p["name"] for p in operation.named("header")}
        if "Idempotency-Key" in names and r.random() < 0.2:
            headers["Idempotency-Key"] = r.choice(["k1", "k2", "\u00e4", "x" * 128, "x" * 129, str(r.random())])
        if "If-Match" in names and r.random() < 0.9:
            headers["If-Match"] = "*" if r.random() < 0.85 else r.choice(['"0"', "x", ""])
        if operation.method == "GET" and r.random() < 0.1:
            headers["If-None-Match"] = r.choice(['"0"', "*", "x"])
        if operation.method == "GET" and r.random() < 0.15:
            headers["Accept"] = r.choice(["application/x-ndjson", "text/html", "*/*", "x", ""])
        if operation.body is not None:
            headers["Content-Type"] = "application/json"
            if not valid and r.random() < 0.05:
                headers["Content-Type"] = r.choice(["text/plain", "application/xml", "", "application/json; charset=utf-16", "x" * 300])
        return headers

    def tried(self, operation, query, text):
        """Half of the acts are dry runs, so that the state in which they are possible lasts longer."""
        r = self.random
        if not operation.has("query", "dry_run"):
            return query
        if self.only_tried(operation, text) or r.random() < 0.5:
            return [*query, "dry_run=true"]
        return [*query, "dry_run=perhaps"] if r.random() < 0.03 else query

    def good(self, operation, good):
        """A request that was written by hand, as it stands."""
        headers = {"Content-Type": "application/json"} if operation.body is not None else {}
        if operation.has("header", "If-Match"):
            headers["If-Match"] = "*"
        query = [as_query(name, value) for name, value in good.query.items()]
        body = json.dumps(good.body).encode() if operation.body is not None else None
        return Request(operation.method, joined(self.filled(operation, good.path, True), query), body, headers)

    def around(self, operation, good):
        """A good request with something odd about it, or nothing."""
        r = self.random
        where = r.choice(["body", "body", "path", "query", "headers", "nowhere"])
        content = copy.deepcopy(good.body)
        if where == "body" and operation.body is not None:
            content = self.spoil(content)
        query = [as_query(name, value) for name, value in good.query.items()] + (self.asked(operation, False) if where == "query" else [])
        return self.put_together(operation, self.filled(operation, good.path, where != "path"), query, content, where != "headers")

    def request(self, operation):
        """One from the schemas, as valid as they can tell, or not."""
        r = self.random
        valid = r.random() < 0.5
        self.choose(operation)
        content = None
        if operation.body is not None:
            content = self.value("", operation.body)
            if not valid and r.random() < 0.8:
                content = self.spoil(content)
        made = self.put_together(operation, self.filled(operation, self.chosen, valid), self.asked(operation, valid), content, valid)
        self.chosen = {}
        return made

    def put_together(self, operation, path, query, content, valid):
        r = self.random
        headers = self.headers(operation, valid)
        body = None
        if operation.body is not None:
            body = json.dumps(content).encode() if valid or r.random() < 0.9 else self.raw(content)
        elif not valid and r.random() < 0.1:
            body, headers["Content-Type"] = b"{}", "application/json"
        text = joined(path, query) + "\n" + (body or b"").decode("utf-8", "replace")
        headers = {k: v.encode("utf-8").decode("latin-1") for k, v in headers.items()}
        return Request(operation.method, joined(path, self.tried(operation, query, text)), body, headers)


def as_query(name, value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{name}={quote(text.encode('utf-8', 'surrogatepass'))[:3000]}"


def joined(path, query):
    return path + ("?" + "&".join(query) if query else "")


WORDS_ALIKE = {"id": "new_id", "holder": "person", "representative": "person", "author": "person", "chair": "person", "by": "person", "subject": "team",
               "sponsor": "team", "sponsors": "team", "seat": "team", "host": "team", "category": "category", "giver": "team", "present": "team",
               "preferred": "team", "candidates": "team", "members": "person", "people": "person", "second_of": "decision"}
