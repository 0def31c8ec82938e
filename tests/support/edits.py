"""Somebody edits the database file: past the triggers, which are put back so that nothing but the rows tells, also while others have it open."""
import contextlib
import sqlite3


@contextlib.contextmanager
def past_triggers(path):
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("BEGIN IMMEDIATE")
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, sql in triggers:
            database.execute(sql)
