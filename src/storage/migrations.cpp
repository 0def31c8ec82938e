#include "migrations.hpp"

#include <array>

#include "first_steps.hpp"

namespace caveat::storage {
namespace {

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

// From here on the journal vouches for letters that wait (`bound`); the tables are as they were.
constexpr const char* letters_bound = "SELECT 1";

// What people are known again by who gave it up or left with it (ruling kk): a keyed hash of each address and of each key's fingerprint, so
// that whoever has the file cannot tell whose they were.
constexpr const char* departed = R"sql(
CREATE TABLE departed (
    mark BLOB NOT NULL, person INTEGER NOT NULL REFERENCES person, team TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (mark, person, team)) STRICT, WITHOUT ROWID;
)sql";

// Of which team somebody was until then: what was denied to it is denied to their stays of before (ruling kk). Who is of no team now is
// known from the register; who moved before this step is not.
constexpr const char* left_teams = R"sql(
CREATE TABLE left_team (
    person INTEGER NOT NULL REFERENCES person, at INTEGER NOT NULL, team TEXT NOT NULL, PRIMARY KEY (person, at)) STRICT, WITHOUT ROWID;
INSERT INTO left_team (person, at, team) SELECT p.key, p.removed, t.id FROM person p JOIN team t ON t.key = p.team
    WHERE p.removed IS NOT NULL;
)sql";

// The sum over the rows that the journal vouches for (tally.hpp), which is begun when the steps are done (upgrade.cpp): it takes the key.
constexpr const char* sum_of_rows = "ALTER TABLE head ADD COLUMN tally BLOB NOT NULL DEFAULT x''";

constexpr std::array steps{first_steps::the_register,
                           first_steps::register_version,
                           first_steps::posts_and_deliveries,
                           first_steps::the_journal,
                           first_steps::the_committee,
                           first_steps::letters,
                           first_steps::bound_rows,
                           first_steps::applications,
                           first_steps::reminders,
                           first_steps::credentials,
                           first_steps::posts_by,
                           first_steps::undelivered,
                           first_steps::secret_ballots,
                           first_steps::targets,
                           first_steps::reason_codes,
                           first_steps::purposes,
                           first_steps::outer_subjects,
                           first_steps::papers,
                           first_steps::constituencies,
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

// What the journal vouches for (bound.hpp). `since` is the number of the step that makes the table as it is here (or that comes with the
// line).
constexpr std::array<BoundTable, 46> bound{{
    {"motion", 1, "key, id, kind, rule, question, subject, proposed_by, opens, closes, meeting, numbers, closed, outcome, used_by", 7},
    {"remark", 2, "motion, number, at, actor, what, team, word", 7},
    {"case_file", 1, "key, id, team, opened, numbers", 7},
    {"case_act", 2, "case_file, number, at, actor, decision, act", 7},
    {"case_denial", 1, "denial, case_file", 7},
    {"case_letter", 1, "key, case_file, notice, post, purpose", 9},
    {"hold", 1, "id, person, reason, actor, decision, placed, until, lifted, told, denial", 7},
    {"hold_extension", 2, "hold, number, at, until, decision", 7},
    {"denial", 1, "id, whom, whole_team, resource, verbs, begins, ends, source, decision", 7},
    {"team", 1, "key, id, name, category, subtype, economy, since, mou", 7},
    {"clearance", 3, "list, team, place, label, decision", 7},
    {"person", 1, "key, id, name, team, representative, removed", 7},
    {"person_key", 1, "person, armour", 7},
    {"address", 1, "address, person, place", 7},
    {"list", 1, "key, id, class, charter, default_tlp, max_tlp, encryption, authentication, posting, expires, removed", 7},
    {"term", 4, "person, role, list, begins, ends", 7},
    {"application", 1, "key, id, team, submitted, numbers", 8},
    {"application_act", 2, "application, number, at, actor, decision, act", 8},
    {"token", 1, "id, secret, name, holder, rights, lists, created_by, created, expires, revoked", 10},
    {"sealed_vote", 2, "motion, number, key, bytes", 13},
    {"list", 1, "key, id, class, charter, default_tlp, max_tlp, encryption, authentication, posting, expires, removed, outer_subject", 17},
    {"paper", 1, "number, about, hash, kind, name, size, at, actor, key, bytes", 18},
    {"team", 1, "key, id, name, category, subtype, economy, since, mou, constituency, ranges", 19},
    {"subscription", 3, "list, person, begins, ends, delivery", seals_step},
    {"post", 1,
     "key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label, because, "
     "rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as, target, purpose",
     seals_step, "{0}kind = 0 AND {0}state <> 0"},
    {"book", 1, "number, sha256, name, version, taken, decision, text", books_step},
    {"second_factor", 1, "person, key, bytes, confirmed", seals_step, "{0}confirmed = 1"},
    {"post", 1,
     "key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label, because, "
     "rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as, target, purpose, caveats",
     caveats_step, "{0}kind = 0 AND {0}state <> 0"},
    {"list_key", 1, "list, fingerprint, armour, made, usable_until", keys_step},
    {"list", 1,
     "key, id, class, charter, default_tlp, max_tlp, encryption, authentication, posting, expires, removed, outer_subject, hide_key_ids",
     keys_step},
    {"matter", 1, "key, id, kind, team, what, version, hash, text, due, at, actor, cause, closed, closed_by, outcome, decision, note",
     matters_step},
    {"team", 1, "key, id, name, category, subtype, economy, since, mou, constituency, ranges, primary_contact", contacts_step},
    {"person", 1, "key, id, name, team, representative, removed, alternate", contacts_step},
    {"former_key", 1, "fingerprint, list, armour, made, usable_until, replaced, opens_until", keys_change_step},
    {"community_key", 1, "fingerprint, armour, made", keys_change_step},
    {"list", 1,
     "key, id, class, charter, default_tlp, max_tlp, encryption, authentication, posting, expires, removed, outer_subject, hide_key_ids, "
     "autocrypt",
     keys_change_step},
    {"used_signature", 1, "digest, first_seen, kind", commands_step},
    {"archived", 1, "post, list, label, posted, keep_until, ended, forgotten, key, bytes", archive_step},
    {"community_key", 1, "fingerprint, armour, made, usable_until", own_end_step},
    {"list", 1,
     "key, id, class, charter, default_tlp, max_tlp, encryption, authentication, posting, expires, removed, outer_subject, hide_key_ids, "
     "autocrypt, retention",
     keeping_step},
    {"preserved", 1, "number, list, post, reason, actor, placed, lifted, decision", keeping_step},
    {"unconfirmed", 2, "person, what, since, actors, known, wanted", unconfirmed_step},
    // Posts that are judged, and letters, else one that still waits could go without a trace; but no link to sign in: whoever misses theirs
    // asks again, and anybody may ask.
    {"post", 1,
     "key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label, because, "
     "rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as, target, purpose, caveats",
     letters_bound_step, "({0}kind = 1 AND coalesce({0}purpose, 0) <> 1) OR ({0}kind = 0 AND {0}state <> 0)"},
    {"waiting_letter", 1, "number, id, reader, written, purpose, label, key, bytes", letters_bound_step},
    {"departed", 3, "mark, person, team, at", departed_step},
    {"left_team", 2, "person, at, team", left_teams_step},
}};

// What the steps lead to. The hidden test "[schema]" of unit_storage writes it anew.
constexpr const char* whole =
#include "schema.inc"
    ;

}  // namespace

const Schema& schema_of_this_program() {
    static const Schema schema{steps, bound, whole};
    return schema;
}

}  // namespace caveat::storage
