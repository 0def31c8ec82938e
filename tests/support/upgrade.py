"""Databases as released programs wrote them: tests/corpus/upgrade/schema-N holds, of a small community with posts, a ballot, a case and more,
the database (one file, compressed), the key file beside it, what the commands said of it (facts.json) and its export.

What is kept is kept as it is: a later program has to bring it to its own schema and say the same of it.
"""
import datetime
import gzip
import json
import os
import sqlite3

from check import ROOT
from console import Console

CORPUS = os.path.join(ROOT, "tests/corpus/upgrade")
WRITTEN = datetime.datetime(2026, 9, 1, 9)  # by the clocks of who wrote them


def kept():
    """The folders, the oldest schema first."""
    return [os.path.join(CORPUS, name) for name in sorted(os.listdir(CORPUS)) if name.startswith("schema-")]


def schema(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


class House(Console):
    """A caveat whose clock went on from WRITTEN by so many seconds."""

    def __init__(self, scratch, relay_port, seconds=0, **more):
        super().__init__(scratch, relay_port, first_retry="30m", **more)
        self.database, self.key = os.path.join(self.folder, "caveat.db"), os.path.join(self.folder, "vault.key")
        self.stand_at(seconds)

    def stand_at(self, seconds):
        self.move_clock(int((WRITTEN - datetime.datetime.utcnow()).total_seconds()) + seconds)

    def exported(self):
        path = os.path.join(self.folder, "exported.toml")
        self.call("export", "--out", path)
        with open(path, encoding="utf-8") as f:
            return f.read()

    def facts(self):
        """What the commands say, noun by noun and in the order of the ids. Teams, people, terms and lists are in the export."""
        def shown(noun, listing=("list",)):
            ids = sorted(each["id"] for each in self.ask(noun, *listing))
            return {id: self.ask(noun, "show", id)[0] for id in ids}
        return {"posts": {post["id"]: self.show(post) for post in self.posts()},
                "held": self.ask("held", "list"),
                **{noun: shown(noun) for noun in ("decision", "case", "application")},
                **{noun: self.ask(noun, "list") for noun in ("hold", "token")},
                "journal": self.ask("journal", "export")}

    def keep(self, folder, also):
        """Once the daemon has ended. `also`: what only who wrote it knows."""
        with sqlite3.connect(self.database) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.database, "rb") as whole, open(os.path.join(folder, "caveat.db.gz"), "wb") as out:
            with gzip.GzipFile("", "wb", mtime=0, fileobj=out) as packed:
                packed.write(whole.read())
        with open(self.key, encoding="ascii") as f:
            _write(folder, "vault.key", f.read())
        _write(folder, "facts.json", json.dumps({**self.facts(), **also}, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        _write(folder, "exported.toml", self.exported())

    def unpack(self, folder):
        """Instead of `init`."""
        with gzip.open(os.path.join(folder, "caveat.db.gz")) as packed, open(self.database, "wb") as out:
            out.write(packed.read())
        with open(os.path.join(folder, "vault.key"), encoding="ascii") as f:
            _write(self.folder, "vault.key", f.read())
        for private in (self.database, self.key):
            os.chmod(private, 0o600)
        return self


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.write(text)
