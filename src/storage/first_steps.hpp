#pragma once
// The steps of the schema (migrations.hpp) up to the first that sealed rows. They were released and are never edited.

namespace caveat::storage::first_steps {

// Who the community is. Times are microseconds since 1970, dates are days since 1970, enums the numbers of their C++ types; an interval
// without an end ends at the largest number. People and lists that are removed keep their row, because posts and deliveries name it.
inline constexpr const char* the_register = R"sql(
CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), register_version INTEGER NOT NULL) STRICT;
INSERT INTO meta VALUES (1, 1);

CREATE TABLE team (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, category TEXT NOT NULL, subtype TEXT NOT NULL,
    economy TEXT NOT NULL, since INTEGER, mou INTEGER) STRICT;
CREATE TABLE clearance (
    team INTEGER NOT NULL REFERENCES team ON DELETE CASCADE, list TEXT NOT NULL, place INTEGER NOT NULL, label INTEGER NOT NULL,
    decision TEXT NOT NULL, PRIMARY KEY (list, team, place)) STRICT, WITHOUT ROWID;
CREATE INDEX clearance_of_team ON clearance (team, place);

CREATE TABLE person (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, team INTEGER REFERENCES team, representative INTEGER NOT NULL,
    removed INTEGER, CHECK (team IS NOT NULL OR removed IS NOT NULL)) STRICT;
CREATE INDEX person_of_team ON person (team);
-- Apart from person: three kilobytes beside every row would push the small rows that each copy reads out of the cache.
CREATE TABLE person_key (person INTEGER PRIMARY KEY REFERENCES person, armour TEXT NOT NULL) STRICT;
CREATE TABLE address (
    address TEXT COLLATE NOCASE PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX address_of_person ON address (person, place);

CREATE TABLE list (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, class TEXT NOT NULL, charter TEXT NOT NULL, default_tlp INTEGER,
    max_tlp INTEGER NOT NULL, encryption INTEGER NOT NULL, authentication INTEGER NOT NULL, posting INTEGER NOT NULL, expires INTEGER,
    removed INTEGER) STRICT;
CREATE TABLE subscription (
    list INTEGER NOT NULL REFERENCES list, person INTEGER NOT NULL REFERENCES person, begins INTEGER NOT NULL, ends INTEGER NOT NULL,
    delivery INTEGER NOT NULL, PRIMARY KEY (list, person, begins)) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_of_person ON subscription (person, ends);

CREATE TABLE term (
    person INTEGER NOT NULL REFERENCES person, role TEXT NOT NULL, list TEXT NOT NULL, begins INTEGER NOT NULL, ends INTEGER NOT NULL,
    PRIMARY KEY (person, role, list, begins)) STRICT, WITHOUT ROWID;
CREATE TABLE denial (
    id INTEGER PRIMARY KEY AUTOINCREMENT, whom TEXT NOT NULL, whole_team INTEGER NOT NULL, resource TEXT NOT NULL, verbs INTEGER NOT NULL,
    begins INTEGER NOT NULL, ends INTEGER NOT NULL, source TEXT NOT NULL, decision TEXT NOT NULL) STRICT;
CREATE INDEX denial_of ON denial (whom, whole_team, ends);
CREATE INDEX denial_live ON denial (ends, whole_team, whom);
)sql";

// Every change of the register is counted, whoever makes it and by whatever statement.
inline constexpr const char* register_version = R"sql(
CREATE TRIGGER team_insert AFTER INSERT ON team BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER team_update AFTER UPDATE ON team BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER team_delete AFTER DELETE ON team BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER clearance_insert AFTER INSERT ON clearance BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER clearance_update AFTER UPDATE ON clearance BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER clearance_delete AFTER DELETE ON clearance BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_insert AFTER INSERT ON person BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_update AFTER UPDATE ON person BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_delete AFTER DELETE ON person BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_key_insert AFTER INSERT ON person_key BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_key_update AFTER UPDATE ON person_key BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER person_key_delete AFTER DELETE ON person_key BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER address_insert AFTER INSERT ON address BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER address_update AFTER UPDATE ON address BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER address_delete AFTER DELETE ON address BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER list_insert AFTER INSERT ON list BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER list_update AFTER UPDATE ON list BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER list_delete AFTER DELETE ON list BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER subscription_insert AFTER INSERT ON subscription BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER subscription_update AFTER UPDATE ON subscription BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER subscription_delete AFTER DELETE ON subscription BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER term_insert AFTER INSERT ON term BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER term_update AFTER UPDATE ON term BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER term_delete AFTER DELETE ON term BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER denial_insert AFTER INSERT ON denial BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER denial_update AFTER UPDATE ON denial BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER denial_delete AFTER DELETE ON denial BEGIN UPDATE meta SET register_version = register_version + 1; END;
)sql";

// Posts and what is left to do for them. Bodies are apart, so that scanning posts does not read them.
inline constexpr const char* posts_and_deliveries = R"sql(
CREATE TABLE post (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, state INTEGER NOT NULL, list TEXT NOT NULL,
    mail_from TEXT NOT NULL, rcpt_to TEXT NOT NULL, header_from TEXT NOT NULL, sender TEXT, team TEXT NOT NULL, message_id TEXT NOT NULL,
    received INTEGER NOT NULL, decided INTEGER NOT NULL, strength INTEGER NOT NULL, label INTEGER, because TEXT NOT NULL,
    rules TEXT NOT NULL, released_by TEXT NOT NULL, conflict_note TEXT NOT NULL, red_to_roster INTEGER NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0, sealed_as TEXT NOT NULL, body INTEGER) STRICT;
CREATE INDEX post_state ON post (state, key);
CREATE INDEX post_message_id ON post (message_id);
-- A body has the key of the first post it belongs to. The other posts of that submission share it; the last one to forget it deletes it.
CREATE TABLE body (post INTEGER PRIMARY KEY REFERENCES post, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX post_sharing ON post (body) WHERE body <> key;
CREATE TABLE named (post INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (post, person)) STRICT, WITHOUT ROWID;

-- key = post * 2^32 + seq: rows of a rowid table grow in place when their outcome is recorded, and a post's rows are a range of keys.
-- No foreign keys here: they would cost two look-ups per row of a fan-out, and neither posts nor people are ever deleted.
-- A deferred row that is leased has next = the largest number.
CREATE TABLE delivery (
    key INTEGER PRIMARY KEY, person INTEGER NOT NULL, named INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
    at INTEGER NOT NULL, next INTEGER NOT NULL DEFAULT 0, address TEXT NOT NULL DEFAULT '', because TEXT NOT NULL DEFAULT '',
    reply TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX delivery_due ON delivery (next) WHERE state = 2;

-- One narrow row per post that has open deliveries. Rows before the cursor are leased or done. Kept apart from post, whose wide row
-- would be rewritten with every slice.
CREATE TABLE unfinished (
    post INTEGER PRIMARY KEY REFERENCES post, cursor INTEGER NOT NULL, last INTEGER NOT NULL, queued INTEGER NOT NULL,
    open INTEGER NOT NULL) STRICT;
CREATE INDEX unfinished_ahead ON unfinished (post) WHERE cursor <= last;

CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// The triggers protect against this program, not against somebody who edits the file: the chain does that.
inline constexpr const char* the_journal = R"sql(
CREATE TABLE entry (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    hash BLOB NOT NULL) STRICT;
CREATE INDEX entry_subject ON entry (subject);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
)sql";

// The committee's record. What was said in a decision and done in a case stays; a case is replayed from its acts.
inline constexpr const char* the_committee = R"sql(
CREATE TABLE motion (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, rule TEXT NOT NULL, question TEXT NOT NULL,
    subject TEXT NOT NULL, proposed_by TEXT NOT NULL, opens INTEGER NOT NULL, closes INTEGER NOT NULL, meeting INTEGER,
    numbers TEXT NOT NULL, closed INTEGER, outcome TEXT NOT NULL, used_by TEXT NOT NULL) STRICT;
CREATE VIEW motion_row AS
    SELECT id, kind, rule, question, subject, proposed_by, opens, closes, meeting, numbers, closed, outcome, used_by FROM motion;
CREATE TABLE remark (
    motion INTEGER NOT NULL REFERENCES motion, number INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,
    team TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (motion, number)) STRICT, WITHOUT ROWID;

CREATE TABLE case_file (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, team TEXT NOT NULL, opened INTEGER NOT NULL, numbers TEXT NOT NULL) STRICT;
CREATE TABLE case_act (
    case_file INTEGER NOT NULL REFERENCES case_file, number INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
    decision TEXT NOT NULL, act TEXT NOT NULL, PRIMARY KEY (case_file, number)) STRICT, WITHOUT ROWID;
CREATE TABLE case_denial (denial INTEGER PRIMARY KEY, case_file INTEGER NOT NULL REFERENCES case_file) STRICT;
CREATE INDEX case_denial_of ON case_denial (case_file);

CREATE TABLE hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, decision TEXT NOT NULL,
    placed INTEGER NOT NULL, until INTEGER NOT NULL, lifted INTEGER, told INTEGER, denial INTEGER NOT NULL) STRICT;
CREATE TABLE hold_extension (
    hold INTEGER NOT NULL REFERENCES hold, number INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, decision TEXT NOT NULL,
    PRIMARY KEY (hold, number)) STRICT, WITHOUT ROWID;

CREATE TRIGGER remark_stays BEFORE UPDATE ON remark BEGIN SELECT RAISE(ABORT, 'what was said in a decision stays'); END;
CREATE TRIGGER remark_remains BEFORE DELETE ON remark BEGIN SELECT RAISE(ABORT, 'what was said in a decision stays'); END;
CREATE TRIGGER case_act_stays BEFORE UPDATE ON case_act BEGIN SELECT RAISE(ABORT, 'the acts of a case stay'); END;
CREATE TRIGGER case_act_remains BEFORE DELETE ON case_act BEGIN SELECT RAISE(ABORT, 'the acts of a case stay'); END;
)sql";

// Which posts are the mail of a case.
inline constexpr const char* letters = R"sql(
CREATE TABLE case_letter (
    key INTEGER PRIMARY KEY, case_file INTEGER NOT NULL REFERENCES case_file, notice INTEGER NOT NULL, post TEXT NOT NULL) STRICT;
CREATE INDEX case_letter_of ON case_letter (case_file);
)sql";

// Which rows an entry covers, each by the keyed hash of what it was and of what it became (bound.hpp).
inline constexpr const char* bound_rows = R"sql(
CREATE TABLE bound (
    entry INTEGER NOT NULL, table_name TEXT NOT NULL, key TEXT NOT NULL, was BLOB, now BLOB, PRIMARY KEY (entry, table_name, key))
    STRICT, WITHOUT ROWID;
CREATE TRIGGER bound_stays BEFORE UPDATE ON bound BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bound_remains BEFORE DELETE ON bound BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
)sql";

// Applications are replayed from their acts, as cases are. The team is text: an application outlives the row of a team that was declined.
inline constexpr const char* applications = R"sql(
CREATE TABLE application (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, team TEXT NOT NULL, submitted INTEGER NOT NULL, numbers TEXT NOT NULL) STRICT;
CREATE INDEX application_of_team ON application (team);
CREATE TABLE application_act (
    application INTEGER NOT NULL REFERENCES application, number INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,
    decision TEXT NOT NULL, act TEXT NOT NULL, PRIMARY KEY (application, number)) STRICT, WITHOUT ROWID;
CREATE TRIGGER application_act_stays BEFORE UPDATE ON application_act BEGIN SELECT RAISE(ABORT, 'the acts of an application stay'); END;
CREATE TRIGGER application_act_remains BEFORE DELETE ON application_act BEGIN SELECT RAISE(ABORT, 'the acts of an application stay'); END;
)sql";

// What a letter is for, and which reminders were mailed: one row each, in the transaction that queues the mail.
inline constexpr const char* reminders = R"sql(
ALTER TABLE case_letter ADD COLUMN purpose TEXT NOT NULL DEFAULT 'notice';
CREATE TABLE reminder (about TEXT NOT NULL, due INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (about, due)) STRICT, WITHOUT ROWID;
CREATE INDEX hold_untold ON hold (id) WHERE told IS NULL;
)sql";

// Who is calling. Secrets are keyed hashes, or sealed. A token's last use is apart, so that the token stays as it was made; a session's id
// is never given again, because marks against forged requests are made from it.
inline constexpr const char* credentials = R"sql(
CREATE TABLE token (
    id TEXT PRIMARY KEY, secret BLOB NOT NULL UNIQUE, name TEXT NOT NULL, holder TEXT, rights TEXT NOT NULL, lists TEXT NOT NULL,
    created_by TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER) STRICT;
CREATE TABLE token_use (token TEXT PRIMARY KEY REFERENCES token, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIEW token_row AS
    SELECT t.id, t.secret, t.name, t.holder, t.rights, t.lists, t.created_by, t.created, t.expires, t.revoked, u.at
    FROM token t LEFT JOIN token_use u ON u.token = t.id;

CREATE TABLE sign_in_link (secret BLOB PRIMARY KEY, person TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE link_ask (address BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX link_ask_of ON link_ask (address, at);
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT, secret BLOB NOT NULL UNIQUE, person TEXT NOT NULL, began INTEGER NOT NULL,
    expires INTEGER NOT NULL, seen INTEGER NOT NULL, code_shown INTEGER NOT NULL, wrong_codes INTEGER NOT NULL) STRICT;
CREATE INDEX session_of ON session (person);
CREATE TABLE second_factor (
    person TEXT PRIMARY KEY, key BLOB NOT NULL, bytes BLOB NOT NULL, confirmed INTEGER NOT NULL, step INTEGER NOT NULL) STRICT;

CREATE TABLE reply (
    caller TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL, status INTEGER NOT NULL, headers BLOB NOT NULL,
    body BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (caller, key)) STRICT, WITHOUT ROWID;
CREATE INDEX reply_at ON reply (at);
)sql";

// What the API and the metrics look for: the posts of a list or of a sender, and how many there are of each verdict.
inline constexpr const char* posts_by = R"sql(
CREATE INDEX post_list ON post (list, key);
CREATE INDEX post_sender ON post (sender, key) WHERE sender IS NOT NULL;
CREATE INDEX post_kind ON post (kind, state);
)sql";

// What did not reach a person. Copies that did, most of them, cost nothing here.
inline constexpr const char* undelivered = R"sql(
CREATE INDEX delivery_undelivered ON delivery (person, at) WHERE state IN (2, 3);
)sql";

// What was chosen in a secret ballot, apart from the remark that says who voted: sealed under a data key of its own, and every one of the
// same length.
inline constexpr const char* secret_ballots = R"sql(
CREATE TABLE sealed_vote (
    motion INTEGER NOT NULL, number INTEGER NOT NULL, key BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (motion, number),
    FOREIGN KEY (motion, number) REFERENCES remark (motion, number)) STRICT, WITHOUT ROWID;
CREATE TRIGGER sealed_vote_stays BEFORE UPDATE ON sealed_vote BEGIN SELECT RAISE(ABORT, 'a sealed vote stays'); END;
CREATE TRIGGER sealed_vote_remains BEFORE DELETE ON sealed_vote BEGIN SELECT RAISE(ABORT, 'a sealed vote stays'); END;
)sql";

// What the address of a post meant when it came in. Posts from before this step are read once more: the list was kept without what
// followed it, so whatever stands between the list and '@' ends in "owner" or "unsubscribe", whatever the separator was then ('+' unless
// it was configured); a return path is a kind of its own.
inline constexpr const char* targets = R"sql(
ALTER TABLE post ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
UPDATE post SET target = CASE
    WHEN kind = 1 THEN 0
    WHEN kind = 2 THEN 4
    WHEN substr(lower(rcpt_to), length(list) + 1) LIKE '_%owner@%' THEN 2
    WHEN substr(lower(rcpt_to), length(list) + 1) LIKE '_%unsubscribe@%' THEN 3
    ELSE 1 END;
DROP VIEW post_row;
CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as, p.target
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// Why, as a code beside its words: what asks for a code no longer reads text. Only what looks like a code was one.
inline constexpr const char* reason_codes = R"sql(
ALTER TABLE delivery ADD COLUMN code TEXT NOT NULL DEFAULT '';
UPDATE delivery SET code = substr(because, 1, instr(because, ': ') - 1), because = substr(because, instr(because, ': ') + 2)
WHERE instr(because, ': ') > 1 AND substr(because, 1, instr(because, ': ') - 1) NOT GLOB '*[^a-z_]*';
-- The reasons of a post are lines of one text: each becomes code, tab, words.
UPDATE post SET because = (
    WITH RECURSIVE
        line (number, text, rest) AS (
            SELECT 0, '', post.because
            UNION ALL
            SELECT number + 1, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1) FROM line
            WHERE instr(rest, char(10)) > 0),
        reason (number, text, colon) AS (
            SELECT number, text, CASE WHEN substr(text, 1, instr(text, ': ') - 1) GLOB '*[^a-z_]*' THEN 0 ELSE instr(text, ': ') END
            FROM line WHERE number > 0 ORDER BY number)
    SELECT coalesce(group_concat(
        CASE WHEN colon > 1 THEN substr(text, 1, colon - 1) || char(9) || substr(text, colon + 2) ELSE char(9) || text END
        || char(10), ''), '') FROM reason)
WHERE because <> '';
)sql";

// What mail that caveat wrote is for. Older letters do not say; they are asked about as letters of no purpose in particular.
inline constexpr const char* purposes = R"sql(
ALTER TABLE post ADD COLUMN purpose INTEGER;
DROP VIEW post_row;
CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as, p.target, p.purpose
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// What a copy's subject shows of a confidential post; none: what its author wrote.
inline constexpr const char* outer_subjects = "ALTER TABLE list ADD COLUMN outer_subject INTEGER";

// Documents of applications and drafts of notices: each sealed under a data key of its own, and never changed.
inline constexpr const char* papers = R"sql(
CREATE TABLE paper (
    number INTEGER PRIMARY KEY, about TEXT NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    at INTEGER NOT NULL, actor TEXT NOT NULL, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX paper_about ON paper (about, hash);
CREATE TRIGGER paper_stays BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'what was handed in stays'); END;
CREATE TRIGGER paper_remains BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'what was handed in stays'); END;
)sql";

// Whom a team serves, as its application said (item 59).
inline constexpr const char* constituencies = R"sql(
ALTER TABLE team ADD COLUMN constituency TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN ranges TEXT NOT NULL DEFAULT '';
)sql";

}  // namespace caveat::storage::first_steps
