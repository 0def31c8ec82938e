"""An act that is refused changes nothing: not a row that the journal vouches for, whichever tables those are."""
import contextlib
import os
import sqlite3

from check import check, same_set


def rows(caveat):
    """table -> rows, if there are any, of every table that the journal vouches for and of the rosters; and the last entry that people wrote: those of the
    daemon, which goes on meanwhile, are none of theirs."""
    path = os.path.join(caveat.folder, "caveat.db")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.execute("BEGIN")  # all of one moment
        # Letters are written, joined and handed over meanwhile, and posts that wait are judged: none of that is the act's.
        tables = [name for name, in database.execute("SELECT DISTINCT table_name FROM bound WHERE table_name <> 'waiting_letter'")]
        only = {"post": "WHERE kind = 0 AND state <> 0", "case_letter": "WHERE purpose NOT LIKE 'news of %'"}
        all_rows = {table: database.execute(f"SELECT * FROM {table} {only.get(table, '')}").fetchall() for table in (*tables, "subscription")}
        all_rows["entry"] = database.execute("SELECT * FROM entry WHERE actor <> 'system' ORDER BY number DESC LIMIT 1").fetchall()
        return {table: found for table, found in all_rows.items() if found}


def refused(caveat, rule, *arguments, status=1):
    """An act out of order: exit code, the rule by its name, and not a row has changed."""
    before = rows(caveat)
    words = [str(argument) for argument in arguments]
    answer = caveat.call(*words, expect=status)
    check(answer.status != 0 and rule in answer.err, f"{' '.join(words)}: names '{rule}': {answer.err}")
    now = rows(caveat)
    same_set([table for table in {*before, *now} if now.get(table) != before.get(table)], [], f"tables changed by {' '.join(words)}")
