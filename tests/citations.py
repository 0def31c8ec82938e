#!/usr/bin/python3
"""What code, tests and texts cite leads somewhere: every item, ruling and section has its anchor in policies/rules.md, every promise its place
in tests/promises.md together with the tests that carry its id, and no text that a user sees consists of a number alone.

    tests/citations.py            checks; CTest runs it as `citations`
    tests/citations.py --write    writes the lists of tests in tests/promises.md anew, then checks"""
import os
import re
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = "policies/rules.md"
PROMISES = "tests/promises.md"
CITING = ["include", "src", "server", "tests", "templates", "deploy", "policies", "README.md"]
SHOWN = ["include", "src", "server", "templates", "deploy/demo"]  # whose string literals and texts people read
TEXT = (".hpp", ".cpp", ".py", ".toml", ".md", ".mustache", ".txt", ".mjs", ".cmake", ".sample", ".service")

ITEMS = re.compile(r"\b[Ii]tems?\s+(\d+(?:(?:-|, and | and | to |, )\d+)*)")
# With brackets any letters; without, only what is no word of English: "a ruling lets ..." and "rulings on ..." cite nothing.
DOUBLE = "|".join(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
RULING = rf"(?:\(?[a-z]{{1,2}}\)|\(?(?:[b-z]|{DOUBLE})(?![\w']))"
RULINGS = re.compile(rf"\b[Rr]ulings?\s+({RULING}(?:(?:-|, and | and |, | )?{RULING})*)")
SECTIONS = re.compile(r"\b[Rr]ules(?:\.md)?,? (§[\d.]*\d(?:(?:-|, )§?[\d.]*\d)*)")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')

UNIT_TAG = re.compile(r"\[([A-Z]\d{1,2})\]")
SCRIPT_TAG = re.compile(r"^(?:#|//) promises?: (.*)$", re.MULTILINE)
HELD_BY = "Held by "
NOT_HELD = "## Not held by a test yet\n"


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def texts(folders):
    """Path and text of every file that may cite something, from the root of the tree."""
    for top in folders:
        if os.path.isfile(os.path.join(ROOT, top)):
            yield top, read(top)
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                if (name.endswith(TEXT) or "." not in name) and "/corpus/" not in path and "__pycache__" not in path:
                    yield path, read(path)


def anchors(path):
    """The words of the third-level headings, as they are cited: "Item 54", "Ruling (hh)", "§3.5", "C5"."""
    return re.findall(r"^### (.+)$", read(path), re.MULTILINE)


def cited(text):
    """Every heading of rules.md that a text cites, with the place in the text."""
    for match in ITEMS.finditer(text):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", match[1]):
            for number in range(int(first), int(last or first) + 1):
                yield f"Item {number}", match.start()
    for match in RULINGS.finditer(text):
        for letters in re.findall(r"\b([a-z]{1,2})\b", match[1]):
            yield f"Ruling ({letters})", match.start()
    for match in SECTIONS.finditer(text):
        for number in re.findall(r"[\d.]*\d", match[1]):
            yield f"§{number}", match.start()


def check_rules():
    known = set(anchors(RULES))
    for path, text in texts(CITING):
        for rule, at in cited(text):
            if rule not in known:
                yield f"{path}:{text.count(chr(10), 0, at) + 1}: cites {rule}; {RULES} has no heading '### {rule}'"


def bare(text):
    """A citation with fewer than two words beside it tells a reader nothing."""
    rest = SECTIONS.sub("", RULINGS.sub("", ITEMS.sub("", text)))
    if rest == text:
        return False
    return len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}|\\.", " ", rest))) < 2


def check_shown():
    for path, text in texts(SHOWN):
        for number, line in enumerate(text.split("\n"), 1):
            code = re.sub(r"(^|\s)//.*", "", line)
            shown = LITERAL.findall(code) if path.endswith((".hpp", ".cpp")) else [line]
            for words in shown:
                if bare(words):
                    yield f"{path}:{number}: a user who reads \"{words.strip()}\" learns nothing; say it in words beside the number"


def holders():
    """Promise -> the tests that carry its id."""
    held = {}
    for path, text in texts(["tests"]):
        if path.startswith("tests/unit/") and path.endswith(".cpp"):
            ids, name = UNIT_TAG.findall(text), path[len("tests/"):-len("_test.cpp")]
        elif path.endswith("/run.py") or path.endswith("_fuzz.cpp"):
            ids = re.findall(r"\w+", " ".join(SCRIPT_TAG.findall(text)))
            name = path[len("tests/"):].removesuffix("/run.py").removesuffix("_fuzz.cpp")
        else:
            continue
        for promise in ids:
            held.setdefault(promise, set()).add(name)
    return held


def file_of(name):
    kind = name.split("/")[0]
    return "tests/" + name + {"unit": "_test.cpp", "scenarios": "/run.py", "fuzz": "_fuzz.cpp"}.get(kind, "")


def check_promises():
    known, held = anchors(PROMISES), holders()
    for promise in sorted(set(held) - set(known)):
        yield f"{promise} is carried by {', '.join(sorted(held[promise]))}; {PROMISES} has no heading '### {promise}'"
    body, _, missing = read(PROMISES).partition(NOT_HELD)
    listed = set(re.findall(r"\b[A-Z]\d{1,2}\b", missing))
    blocks = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", body, re.MULTILINE | re.DOTALL))
    for promise in known:
        named = set(re.findall(r"`([^`]+)`", blocks[promise].partition(HELD_BY)[2]))
        for name in sorted(named - held.get(promise, set())):
            why = "does not carry its id" if os.path.isfile(os.path.join(ROOT, file_of(name))) else "does not exist"
            yield f"{PROMISES}: {promise} names {name}, which {why}"
        if (promise in listed) == (promise in held):
            yield f"{PROMISES}: {promise} is {'held' if promise in held else 'not held'}, against '{NOT_HELD.strip()}'; run tests/citations.py --write"


def write_promises():
    held = holders()
    body = read(PROMISES).partition(NOT_HELD)[0]

    def block(match):
        sentence = match[2].partition(HELD_BY)[0].rstrip()
        names = ", ".join(f"`{name}`" for name in sorted(held.get(match[1], ())))
        tests = textwrap.fill(f"{HELD_BY}{names}.", 150, break_on_hyphens=False) + "\n" if names else ""
        return f"### {match[1]}\n{sentence}\n{tests}\n"

    body = re.sub(r"^### (\w+)\n(.*?)(?=^##|\Z)", block, body, flags=re.MULTILINE | re.DOTALL)
    missing = [promise for promise in anchors(PROMISES) if promise not in held]
    with open(os.path.join(ROOT, PROMISES), "w", encoding="utf-8") as file:
        file.write(body + NOT_HELD + "\n" + textwrap.fill((", ".join(missing) or "None") + ".", 150) + "\n")


def main():
    if "--write" in sys.argv:
        write_promises()
    wrong = [*check_rules(), *check_shown(), *check_promises()]
    print("\n".join(wrong) or "every citation leads somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
