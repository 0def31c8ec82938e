"""A client that knows /openapi.json: generates requests for every operation, valid ones, nearly valid ones and hostile ones, and holds each
answer against the document."""
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


class Document:
    def __init__(self, text):
        self.json = json.loads(text)
        self.validators = {}
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
        """The first thing that is wrong with a value, or nothing."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {"components": self.json["components"], **schema}
            self.validators[key] = jsonschema.Draft202012Validator(whole, format_checker=DATES)
        error = jsonschema.exceptions.best_match(self.validators[key].iter_errors(value))
        return f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" if error else None

    def against(self, operation, reply, sent):
        """Holds one answer against the document."""
        def broken(what):
            raise Failed(f"{operation.method} {operation.path} ({operation.id}): {what}\n    sent: {sent[:600]}\n    got:  {reply}")
        if reply.status >= 500:
            broken("a server error")
        declared = operation.spec["responses"].get(str(reply.status))
        if declared is None:
            broken(f"status {reply.status} is not in the document")
        content = {kind.split(";")[0]: shape for kind, shape in declared.get("content", {}).items()}
        if not content:
            if reply.body:
                broken("a body where the document has none")
            return
        if reply.type not in content:
            broken(f"type {reply.type} is not in the document")
        schema = content[reply.type].get("schema")
        if schema is None:
            return
        rows = reply.body.splitlines() if reply.type == "application/x-ndjson" else [reply.body]
        for row in rows:
            try:
                value = json.loads(row)
            except ValueError:
                broken("no JSON")
            wrong = self.complaint(schema, value)
            if wrong:
                broken(f"not as its schema says: {wrong}")


class Generator:
    """`pools`: parameter or field name -> values that exist."""

    def __init__(self, document, pools, seed):
        self.document, self.pools, self.random = document, pools, random.Random(seed)

    def known(self, name):
        for key in (name, name.rstrip("s"), WORDS_ALIKE.get(name)):
            if key and (self.pools.get(key) or WORDS.get(key)):
                return list(self.pools.get(key, [])) + WORDS.get(key, [])
        return []

    def text(self, name, schema):
        r = self.random
        if "enum" in schema:
            return r.choice(schema["enum"])
        if schema.get("format") == "date-time":
            return (datetime.datetime.utcnow() + datetime.timedelta(seconds=r.randint(-10**6, 10**7))).strftime("%Y-%m-%dT%H:%M:%SZ")
        if schema.get("format") == "date":
            return (datetime.date.today() + datetime.timedelta(days=r.randint(-900, 900))).isoformat()
        known = self.known(name)
        if known and r.random() < 0.8:
            return r.choice(known)
        most = min(schema.get("maxLength", 30), 30)
        return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(max(1, schema.get("minLength", 1)), max(1, most))))

    def value(self, name, schema, depth=0):
        r = self.random
        schema = self.document.resolved(schema)
        if "anyOf" in schema:
            return self.value(name, r.choice(schema["anyOf"]), depth)
        kind = schema.get("type")
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
                    if key in required or r.random() < 0.4}
        if kind == "null":
            return None
        return r.choice([1, "x", None, [], {}])

    def odd(self):
        r = self.random
        return r.choice([None, True, 0, -1, 2**63, 2**64, 1.5, 1e300, [], {}, [[]], {"a": {"b": []}}, r.choice(HOSTILE), [r.choice(HOSTILE)], ["x"] * 1001])

    def spoil(self, value):
        """One thing wrong with it, somewhere."""
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
        """Bytes that are no JSON, or hardly."""
        text = json.dumps(body).encode()
        return self.random.choice([b"", b"{", text[:-1], text + b"}", b"[" * 5000, b"\xff\xfe" + text, b"null", b"7", b"[]", b'"x"',
                                   text.replace(b'"', b"'"), b'{"a":"\\ud800"}', b'{"a":1,"a":2}', b" " * 70000 + text, b'{"x":"' + b"y" * 70000 + b'"}'])

    def target(self, operation, valid):
        r = self.random
        path = operation.path
        for parameter in operation.named("path"):
            known = self.known(parameter["name"])
            good = known and (valid or r.random() < 0.7)
            value = r.choice(known) if good else r.choice(HOSTILE + ["none", "D-2099-001", "x" * 64, "0" * 32, "%zz"])
            encoded = value if value == "%zz" else quote(value.encode(), safe="")
            path = path.replace("{" + parameter["name"] + "}", encoded[:3500])
        query = []
        for parameter in operation.named("query"):
            if not parameter.get("required") and r.random() > 0.25:
                continue
            if parameter["name"] == "dry_run" and not valid and r.random() < 0.3:
                query.append("dry_run=perhaps")
                continue
            if parameter["name"] == "cursor":
                if not valid:
                    query.append("cursor=" + r.choice(["00", "zz", "a" * 500, quote(r.choice(HOSTILE)[:200].encode()), *self.pools.get("cursor", [])]))
                continue
            value = self.value(parameter["name"], parameter["schema"]) if valid or r.random() < 0.6 else r.choice(HOSTILE)
            if isinstance(value, bool):
                value = str(value).lower()
            for one in value if isinstance(value, list) else [value]:
                query.append(f"{parameter['name']}={quote(str(one).encode('utf-8', 'surrogatepass'))[:3000]}")
        if not valid and r.random() < 0.15:
            query.append(r.choice(["colour=red", "limit=1&limit=2", "%00=1", "a=%zz", "&&&", "=", "x=" + "y" * 3000, "&".join("q=1" for _ in range(70))]))
        return path + ("?" + "&".join(query) if query else "")

    def request(self, operation):
        """method, target, body bytes or None, headers."""
        r = self.random
        valid = r.random() < 0.45
        target = self.target(operation, valid)
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
        body = None
        if operation.body is not None:
            content = self.value("", operation.body)
            if not valid and r.random() < 0.8:
                content = self.spoil(content)
            body = json.dumps(content).encode() if valid or r.random() < 0.9 else self.raw(content)
            headers["Content-Type"] = "application/json"
            if not valid and r.random() < 0.05:
                headers["Content-Type"] = r.choice(["text/plain", "application/xml", "", "application/json; charset=utf-16", "x" * 300])
        elif not valid and r.random() < 0.1:
            body, headers["Content-Type"] = b"{}", "application/json"
        headers = {k: v.encode("utf-8").decode("latin-1") for k, v in headers.items()}
        return operation.method, target, body, headers


WORDS_ALIKE = {"id": "new_id", "holder": "person", "representative": "person", "author": "person", "chair": "person", "by": "person", "subject": "team",
               "sponsor": "team", "sponsors": "team", "seat": "team", "host": "team", "category": "category"}
