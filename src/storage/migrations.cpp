#include "migrations.hpp"

#include <array>

namespace caveat::storage {
namespace {

// Who the community is. Times are microseconds since 1970, dates are days since 1970, enums the numbers of their C++ types; an interval
// without an end ends at the largest number. People and lists that are removed keep their row, because posts and deliveries name it.
constexpr const char* the_register = R"sql(
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
constexpr const char* register_version = R"sql(
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
constexpr const char* posts_and_deliveries = R"sql(
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
constexpr const char* the_journal = R"sql(
CREATE TABLE entry (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    hash BLOB NOT NULL) STRICT;
CREATE INDEX entry_subject ON entry (subject);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
)sql";

// The committee's record. What was said in a decision and done in a case stays; a case is replayed from its acts.
constexpr const char* the_committee = R"sql(
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
constexpr const char* letters = R"sql(
CREATE TABLE case_letter (
    key INTEGER PRIMARY KEY, case_file INTEGER NOT NULL REFERENCES case_file, notice INTEGER NOT NULL, post TEXT NOT NULL) STRICT;
CREATE INDEX case_letter_of ON case_letter (case_file);
)sql";

// Which rows an entry covers, each by the keyed hash of what it was and of what it became (bound.hpp).
constexpr const char* bound_rows = R"sql(
CREATE TABLE bound (
    entry INTEGER NOT NULL, table_name TEXT NOT NULL, key TEXT NOT NULL, was BLOB, now BLOB, PRIMARY KEY (entry, table_name, key))
    STRICT, WITHOUT ROWID;
CREATE TRIGGER bound_stays BEFORE UPDATE ON bound BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bound_remains BEFORE DELETE ON bound BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
)sql";

// Applications are replayed from their acts, as cases are. The team is text: an application outlives the row of a team that was declined.
constexpr const char* applications = R"sql(
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
constexpr const char* reminders = R"sql(
ALTER TABLE case_letter ADD COLUMN purpose TEXT NOT NULL DEFAULT 'notice';
CREATE TABLE reminder (about TEXT NOT NULL, due INTEGER NOT NULL, sent INTEGER NOT NULL, PRIMARY KEY (about, due)) STRICT, WITHOUT ROWID;
CREATE INDEX hold_untold ON hold (id) WHERE told IS NULL;
)sql";

// Who is calling. Secrets are keyed hashes, or sealed. A token's last use is apart, so that the token stays as it was made; a session's id
// is never given again, because marks against forged requests are made from it.
constexpr const char* credentials = R"sql(
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
constexpr const char* posts_by = R"sql(
CREATE INDEX post_list ON post (list, key);
CREATE INDEX post_sender ON post (sender, key) WHERE sender IS NOT NULL;
CREATE INDEX post_kind ON post (kind, state);
)sql";

// What did not reach a person. Copies that did, most of them, cost nothing here.
constexpr const char* undelivered = R"sql(
CREATE INDEX delivery_undelivered ON delivery (person, at) WHERE state IN (2, 3);
)sql";

// What was chosen in a secret ballot, apart from the remark that says who voted: sealed under a data key of its own, and every one of the
// same length.
constexpr const char* secret_ballots = R"sql(
CREATE TABLE sealed_vote (
    motion INTEGER NOT NULL, number INTEGER NOT NULL, key BLOB NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (motion, number),
    FOREIGN KEY (motion, number) REFERENCES remark (motion, number)) STRICT, WITHOUT ROWID;
CREATE TRIGGER sealed_vote_stays BEFORE UPDATE ON sealed_vote BEGIN SELECT RAISE(ABORT, 'a sealed vote stays'); END;
CREATE TRIGGER sealed_vote_remains BEFORE DELETE ON sealed_vote BEGIN SELECT RAISE(ABORT, 'a sealed vote stays'); END;
)sql";

// What the address of a post meant when it came in. Posts from before this step are read once more: the list was kept without what
// followed it, so whatever stands between the list and '@' ends in "owner" or "unsubscribe", whatever the separator was then ('+' unless
// it was configured); a return path is a kind of its own.
constexpr const char* targets = R"sql(
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
constexpr const char* reason_codes = R"sql(
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
constexpr const char* purposes = R"sql(
ALTER TABLE post ADD COLUMN purpose INTEGER;
DROP VIEW post_row;
CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as, p.target, p.purpose
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// What a copy's subject shows of a confidential post; none: what its author wrote.
constexpr const char* outer_subjects = "ALTER TABLE list ADD COLUMN outer_subject INTEGER";

// Documents of applications and drafts of notices: each sealed under a data key of its own, and never changed.
constexpr const char* papers = R"sql(
CREATE TABLE paper (
    number INTEGER PRIMARY KEY, about TEXT NOT NULL, hash TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,
    at INTEGER NOT NULL, actor TEXT NOT NULL, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE INDEX paper_about ON paper (about, hash);
CREATE TRIGGER paper_stays BEFORE UPDATE ON paper BEGIN SELECT RAISE(ABORT, 'what was handed in stays'); END;
CREATE TRIGGER paper_remains BEFORE DELETE ON paper BEGIN SELECT RAISE(ABORT, 'what was handed in stays'); END;
)sql";

// Whom a team serves, as its application said (item 59).
constexpr const char* constituencies = R"sql(
ALTER TABLE team ADD COLUMN constituency TEXT NOT NULL DEFAULT '';
ALTER TABLE team ADD COLUMN ranges TEXT NOT NULL DEFAULT '';
)sql";

// A seal for the rows of sealed.cpp; the rows that are there get theirs when the steps are done (upgrade.cpp), because it takes the key.
constexpr const char* seals = R"sql(
ALTER TABLE post ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE delivery ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE named ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE subscription ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE token ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE session ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE sign_in_link ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
ALTER TABLE second_factor ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
DROP VIEW post_row;
CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as, p.target, p.purpose, p.body, p.seal
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// The rule books that were in force, the last one now, with their text: cases under way and old posts name theirs (ruling pp).
constexpr const char* books = R"sql(
CREATE TABLE book (
    number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, taken INTEGER NOT NULL,
    decision TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TRIGGER book_stays BEFORE UPDATE ON book BEGIN SELECT RAISE(ABORT, 'a book that was in force stays'); END;
CREATE TRIGGER book_remains BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'a book that was in force stays'); END;
)sql";

// What a post asks for besides its label, in words that community::Caveats knows.
constexpr const char* caveats_of_posts = R"sql(
ALTER TABLE post ADD COLUMN caveats TEXT NOT NULL DEFAULT '';
DROP VIEW post_row;
CREATE VIEW post_row AS
    SELECT p.key, p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.header_from, p.sender, p.team, p.message_id, p.received,
        p.decided, p.strength, p.label, p.because, p.rules, p.released_by, p.conflict_note, p.red_to_roster, p.deliveries,
        coalesce(u.open, 0) AS open, p.sealed_as, p.target, p.purpose, p.body, p.seal, p.caveats
    FROM post p LEFT JOIN unfinished u ON u.post = p.key;
)sql";

// Letters that are not urgent, to who had such a one within the hour, and when that was.
constexpr const char* waiting_letters = R"sql(
CREATE TABLE waiting_letter (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reader TEXT NOT NULL, written INTEGER NOT NULL, purpose INTEGER NOT NULL,
    label INTEGER, key BLOB NOT NULL, bytes BLOB NOT NULL, seal BLOB NOT NULL DEFAULT x'') STRICT;
CREATE INDEX waiting_for ON waiting_letter (reader);
CREATE TABLE letter_hour (reader TEXT PRIMARY KEY, began INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// What an examination said of a person's key, which goes when the key becomes another; the keys of lists; who was told of trouble with
// keys, and when.
constexpr const char* keys = R"sql(
CREATE TABLE key_fact (
    person INTEGER PRIMARY KEY REFERENCES person_key ON DELETE CASCADE, fingerprint TEXT NOT NULL, fitness TEXT NOT NULL,
    usable_until INTEGER, algorithm TEXT NOT NULL, examined INTEGER NOT NULL, seal BLOB NOT NULL DEFAULT x'') STRICT;
CREATE TRIGGER key_fact_ends AFTER UPDATE ON person_key WHEN old.armour <> new.armour
    BEGIN DELETE FROM key_fact WHERE person = old.person; END;
CREATE TRIGGER key_fact_insert AFTER INSERT ON key_fact BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER key_fact_update AFTER UPDATE ON key_fact
    WHEN old.fingerprint <> new.fingerprint OR old.fitness <> new.fitness OR old.usable_until IS NOT new.usable_until
    BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TABLE list_key (
    list INTEGER PRIMARY KEY REFERENCES list, fingerprint TEXT NOT NULL, armour TEXT NOT NULL, made INTEGER NOT NULL,
    usable_until INTEGER, seal BLOB NOT NULL DEFAULT x'') STRICT;
CREATE TRIGGER list_key_insert AFTER INSERT ON list_key BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER list_key_update AFTER UPDATE ON list_key
    WHEN old.fingerprint <> new.fingerprint OR old.armour <> new.armour
    BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TABLE key_told (whom TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
ALTER TABLE list ADD COLUMN hide_key_ids INTEGER NOT NULL DEFAULT 0;
)sql";

// Reviews, declarations, duties, documents to accept and acceptances. What is not ended can be ended, once; nothing else changes.
constexpr const char* matters = R"sql(
CREATE TABLE matter (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, team TEXT NOT NULL, what TEXT NOT NULL, version TEXT NOT NULL,
    hash TEXT NOT NULL, text TEXT NOT NULL, due INTEGER, at INTEGER NOT NULL, actor TEXT NOT NULL, cause TEXT NOT NULL, closed INTEGER,
    closed_by TEXT NOT NULL, outcome TEXT NOT NULL, decision TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE INDEX matter_kind ON matter (kind);
CREATE TRIGGER matter_stays BEFORE UPDATE OF key, id, kind, team, what, version, hash, text, due, at, actor, cause ON matter
BEGIN SELECT RAISE(ABORT, 'what was entered stays'); END;
CREATE TRIGGER matter_ends_once BEFORE UPDATE ON matter WHEN OLD.closed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what has ended stays'); END;
CREATE TRIGGER matter_remains BEFORE DELETE ON matter BEGIN SELECT RAISE(ABORT, 'what was entered stays'); END;
)sql";

// The one point of contact of an economy, and the alternates of a representative (items 14 and 15).
constexpr const char* contacts = R"sql(
ALTER TABLE team ADD COLUMN primary_contact INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN alternate INTEGER NOT NULL DEFAULT 0;
)sql";

// The keys of lists that others took the place of, which open for a while still; the key of the community's own mail; and whether copies
// bring the list's key along.
constexpr const char* keys_that_change = R"sql(
CREATE TABLE former_key (
    fingerprint TEXT PRIMARY KEY, list INTEGER NOT NULL REFERENCES list, armour TEXT NOT NULL, made INTEGER NOT NULL,
    usable_until INTEGER, replaced INTEGER NOT NULL, opens_until INTEGER NOT NULL, seal BLOB NOT NULL DEFAULT x'') STRICT;
CREATE TABLE community_key (
    fingerprint TEXT PRIMARY KEY, armour TEXT NOT NULL, made INTEGER NOT NULL, seal BLOB NOT NULL DEFAULT x'') STRICT;
ALTER TABLE list ADD COLUMN autocrypt INTEGER NOT NULL DEFAULT 0;
)sql";

// Commands that came by mail: what waits to be confirmed, and the signatures that acted (K7), which stay.
constexpr const char* commands = R"sql(
CREATE TABLE challenge (
    secret BLOB PRIMARY KEY, person TEXT NOT NULL, list TEXT NOT NULL, key BLOB NOT NULL, bytes BLOB NOT NULL, expires INTEGER NOT NULL,
    seal BLOB NOT NULL DEFAULT x'') STRICT, WITHOUT ROWID;
CREATE TABLE used_signature (digest TEXT PRIMARY KEY, first_seen INTEGER NOT NULL, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER used_signature_stays BEFORE UPDATE ON used_signature BEGIN SELECT RAISE(ABORT, 'what was used stays used'); END;
CREATE TRIGGER used_signature_remains BEFORE DELETE ON used_signature BEGIN SELECT RAISE(ABORT, 'what was used stays used'); END;
)sql";

// What was inside posts that came encrypted, for their copies.
constexpr const char* openings = R"sql(
CREATE TABLE opened (post INTEGER PRIMARY KEY REFERENCES post, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
)sql";

// What was distributed, to be read again. Posts from before are not in it: nobody could seal their cards here.
constexpr const char* the_archive = R"sql(
CREATE TABLE archived (
    post INTEGER PRIMARY KEY REFERENCES post, list TEXT NOT NULL, label INTEGER NOT NULL, posted INTEGER NOT NULL, keep_until INTEGER,
    ended INTEGER, forgotten INTEGER, key BLOB NOT NULL, bytes BLOB NOT NULL, seal BLOB NOT NULL DEFAULT x'') STRICT;
CREATE INDEX archived_list ON archived (list, posted);
CREATE TRIGGER archived_remains BEFORE DELETE ON archived BEGIN SELECT RAISE(ABORT, 'what was posted is forgotten, not removed'); END;
)sql";

// The key of the community's own mail ends as those of lists do.
constexpr const char* end_of_own_key = R"sql(
ALTER TABLE community_key ADD COLUMN usable_until INTEGER;
)sql";

// What is found of the archive (SearchIndex): everything that is in it is due. A segment's number is never used twice.
constexpr const char* the_search_index = R"sql(
CREATE TABLE search_segment (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key_name TEXT NOT NULL, list TEXT NOT NULL, posts INTEGER NOT NULL) STRICT;
CREATE TABLE search_block (number INTEGER PRIMARY KEY, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE searched (post INTEGER PRIMARY KEY, segment INTEGER NOT NULL) STRICT;
CREATE TABLE archive_link (link INTEGER NOT NULL, post INTEGER NOT NULL, PRIMARY KEY (link, post)) STRICT, WITHOUT ROWID;
CREATE INDEX archive_link_post ON archive_link (post);
CREATE TABLE search_due (post INTEGER PRIMARY KEY) STRICT;
INSERT INTO search_due (post) SELECT post FROM archived;
CREATE TRIGGER search_due_new AFTER INSERT ON archived BEGIN INSERT OR IGNORE INTO search_due (post) VALUES (new.post); END;
CREATE TRIGGER search_due_changed AFTER UPDATE OF list, label, posted, ended, forgotten ON archived
    BEGIN INSERT OR IGNORE INTO search_due (post) VALUES (new.post); END;
)sql";

// How long posts are kept: the sweep finds what is over, a list may keep its archive less long than its labels, and what is preserved is
// neither swept nor forgotten.
constexpr const char* keeping = R"sql(
CREATE INDEX archived_over ON archived (keep_until) WHERE keep_until IS NOT NULL AND forgotten IS NULL;
ALTER TABLE list ADD COLUMN retention TEXT NOT NULL DEFAULT '';
CREATE TABLE preserved (
    number INTEGER PRIMARY KEY, list TEXT NOT NULL, post TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, placed INTEGER NOT NULL,
    lifted INTEGER, decision TEXT NOT NULL) STRICT;
CREATE TRIGGER preserved_remains BEFORE DELETE ON preserved BEGIN SELECT RAISE(ABORT, 'what was preserved stays on record'); END;
)sql";

// A row says that somebody was told: one from elsewhere would keep a letter back.
constexpr const char* sealed_reminders = R"sql(
ALTER TABLE reminder ADD COLUMN seal BLOB NOT NULL DEFAULT x'';
)sql";

// What somebody else changed of a person and nobody has confirmed yet.
constexpr const char* unconfirmed = R"sql(
CREATE TABLE unconfirmed (
    person INTEGER NOT NULL REFERENCES person, what INTEGER NOT NULL, since INTEGER NOT NULL, actors TEXT NOT NULL, known TEXT NOT NULL,
    wanted TEXT NOT NULL, PRIMARY KEY (person, what)) STRICT, WITHOUT ROWID;
CREATE TRIGGER unconfirmed_insert AFTER INSERT ON unconfirmed BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER unconfirmed_update AFTER UPDATE ON unconfirmed BEGIN UPDATE meta SET register_version = register_version + 1; END;
CREATE TRIGGER unconfirmed_delete AFTER DELETE ON unconfirmed BEGIN UPDATE meta SET register_version = register_version + 1; END;
)sql";

// From here on the journal vouches for letters that wait (bound.cpp); the tables are as they were.
constexpr const char* letters_bound = "SELECT 1";

// What people are known again by who gave it up or left with it (ruling kk): a keyed hash of each address and of each key's fingerprint, so
// that whoever has the file cannot tell whose they were.
constexpr const char* departed = R"sql(
CREATE TABLE departed (
    mark BLOB NOT NULL, person INTEGER NOT NULL REFERENCES person, team TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (mark, person, team)) STRICT, WITHOUT ROWID;
)sql";

// Of which team somebody was until then: what was denied to it is denied to their stays of before (ruling kk). Who is of no team now is known
// from the register; who moved before this step is not.
constexpr const char* left_teams = R"sql(
CREATE TABLE left_team (
    person INTEGER NOT NULL REFERENCES person, at INTEGER NOT NULL, team TEXT NOT NULL, PRIMARY KEY (person, at)) STRICT, WITHOUT ROWID;
INSERT INTO left_team (person, at, team) SELECT p.key, p.removed, t.id FROM person p JOIN team t ON t.key = p.team
    WHERE p.removed IS NOT NULL;
)sql";

// The sum over the rows that the journal vouches for (tally.hpp), which is begun when the steps are done (upgrade.cpp): it takes the key.
constexpr const char* sum_of_rows = "ALTER TABLE head ADD COLUMN tally BLOB NOT NULL DEFAULT x''";

constexpr std::array steps{the_register,
                           register_version,
                           posts_and_deliveries,
                           the_journal,
                           the_committee,
                           letters,
                           bound_rows,
                           applications,
                           reminders,
                           credentials,
                           posts_by,
                           undelivered,
                           secret_ballots,
                           targets,
                           reason_codes,
                           purposes,
                           outer_subjects,
                           papers,
                           constituencies,
                           seals,
                           books,
                           caveats_of_posts,
                           waiting_letters,
                           keys,
                           matters,
                           contacts,
                           keys_that_change,
                           commands,
                           the_archive,
                           openings,
                           end_of_own_key,
                           the_search_index,
                           keeping,
                           sealed_reminders,
                           unconfirmed,
                           letters_bound,
                           departed,
                           left_teams,
                           sum_of_rows};

// What they lead to. The hidden test "[schema]" of unit_storage writes it anew.
constexpr const char* whole =
#include "schema.inc"
    ;

}  // namespace

const Schema& schema_of_this_program() {
    static const Schema schema{steps, bound_tables(), whole};
    return schema;
}

}  // namespace caveat::storage
