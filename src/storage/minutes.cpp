#include "caveat/storage/minutes.hpp"

#include "connection.hpp"
#include "sealed.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

Motion motion_from(const Rows& rows) {
    Motion m;
    m.id = rows.text(0);
    m.kind = rows.text(1);
    m.rule = rows.text(2);
    m.question = rows.text(3);
    m.subject = rows.text(4);
    m.proposed_by = rows.text(5);
    m.opens = rows.at(6);
    m.closes = rows.at(7);
    m.meeting = rows.maybe_at(8);
    m.numbers = rows.text(9);
    m.closed = rows.maybe_at(10);
    m.outcome = rows.text(11);
    m.used_by = rows.text(12);
    return m;
}

CaseRow case_from(const Rows& rows) { return {rows.text(0), TeamId(rows.text(1)), rows.at(2), rows.text(3)}; }

HoldRow hold_from(const Rows& rows) {
    HoldRow h;
    h.id = rows.number(0);
    h.person = PersonId(rows.text(1));
    h.reason = rows.text(2);
    h.actor = rows.text(3);
    h.decision = rows.text(4);
    h.placed = rows.at(5);
    h.until = rows.at(6);
    h.lifted = rows.maybe_at(7);
    h.told = rows.maybe_at(8);
    h.denial = rows.number(9);
    return h;
}

}  // namespace

struct Minutes::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;

    Statement add_motion{c, R"sql(
INSERT INTO motion (id, kind, rule, question, subject, proposed_by, opens, closes, meeting, numbers, closed, outcome, used_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13))sql"};
    Statement update_motion{c, "UPDATE motion SET closed = ?2, outcome = ?3, used_by = ?4 WHERE id = ?1"};
    Statement motion{c, "SELECT * FROM motion_row WHERE id = ?1"};
    Statement motions{c, "SELECT r.* FROM motion m JOIN motion_row r ON r.id = m.id ORDER BY m.key"};
    Statement say{c, R"sql(
INSERT INTO remark (motion, number, at, actor, what, team, word)
SELECT key, (SELECT coalesce(max(number), 0) + 1 FROM remark WHERE motion = key), ?2, ?3, ?4, ?5, ?6 FROM motion WHERE id = ?1)sql"};
    Statement seal{c, R"sql(
INSERT INTO sealed_vote (motion, number, key, bytes)
SELECT key, (SELECT max(number) FROM remark WHERE motion = key), ?2, ?3 FROM motion WHERE id = ?1)sql"};
    Statement remarks{c, R"sql(
SELECT r.at, r.actor, r.what, r.team, r.word, coalesce(s.key, ''), coalesce(s.bytes, '')
FROM remark r LEFT JOIN sealed_vote s ON s.motion = r.motion AND s.number = r.number
WHERE r.motion = (SELECT key FROM motion WHERE id = ?1) ORDER BY r.number)sql"};

    Statement add_case{c, "INSERT INTO case_file (id, team, opened, numbers) VALUES (?1, ?2, ?3, ?4)"};
    Statement find_case{c, "SELECT id, team, opened, numbers FROM case_file WHERE id = ?1"};
    Statement cases{c, "SELECT id, team, opened, numbers FROM case_file ORDER BY key"};
    Statement append{c, R"sql(
INSERT INTO case_act (case_file, number, at, actor, decision, act)
SELECT key, (SELECT coalesce(max(number), 0) + 1 FROM case_act WHERE case_file = key), ?2, ?3, ?4, ?5 FROM case_file WHERE id = ?1)sql"};
    Statement acts{c, R"sql(
SELECT at, actor, decision, act FROM case_act WHERE case_file = (SELECT key FROM case_file WHERE id = ?1) ORDER BY number)sql"};
    Statement denials_of{c, "SELECT denial FROM case_denial WHERE case_file = (SELECT key FROM case_file WHERE id = ?1) ORDER BY denial"};
    Statement link{c, "INSERT INTO case_denial (denial, case_file) SELECT ?2, key FROM case_file WHERE id = ?1"};
    Statement unlink{c, "DELETE FROM case_denial WHERE denial = ?1"};
    Statement case_of{c, "SELECT f.id FROM case_denial d JOIN case_file f ON f.key = d.case_file WHERE d.denial = ?1"};

    Statement add_letter{c, R"sql(
INSERT INTO case_letter (case_file, notice, post, purpose) SELECT key, ?2, ?3, ?4 FROM case_file WHERE id = ?1)sql"};
    Statement letters{c, R"sql(
SELECT notice, post, purpose FROM case_letter WHERE case_file = (SELECT key FROM case_file WHERE id = ?1) ORDER BY key)sql"};

    // One that somebody without the key wrote tells nothing, and gives way.
    std::string forged_reminder_sql = "DELETE FROM reminder WHERE about = ?1 AND due = ?2 AND NOT " + row_holds("reminder");
    std::string reminded_sql = "SELECT 1 FROM reminder WHERE about = ?1 AND due = ?2 AND " + row_holds("reminder");
    Statement forged_reminder{c, forged_reminder_sql.c_str()};
    Statement add_reminder{c, "INSERT OR IGNORE INTO reminder (about, due, sent) VALUES (?1, ?2, ?3)"};
    Statement reminded{c, reminded_sql.c_str()};
    Statement reminders_after{c, "SELECT about, due, sent FROM reminder WHERE sent > ?1 ORDER BY about, due"};
    Statement forget_reminder{c, "DELETE FROM reminder WHERE about = ?1 AND due = ?2"};

    Statement add_hold{c, R"sql(
INSERT INTO hold (person, reason, actor, decision, placed, until, lifted, told, denial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql"};
    Statement update_hold{c, "UPDATE hold SET lifted = ?2, told = ?3, denial = ?4 WHERE id = ?1"};
    Statement hold{c, "SELECT id, person, reason, actor, decision, placed, until, lifted, told, denial FROM hold WHERE id = ?1"};
    Statement holds{c, "SELECT id, person, reason, actor, decision, placed, until, lifted, told, denial FROM hold ORDER BY id"};
    Statement holds_of{
        c, "SELECT id, person, reason, actor, decision, placed, until, lifted, told, denial FROM hold WHERE person = ?1 ORDER BY id"};
    Statement extend{c, "INSERT OR IGNORE INTO hold_extension (hold, number, at, until, decision) VALUES (?1, ?2, ?3, ?4, ?5)"};
    Statement extensions{c, "SELECT at, until, decision FROM hold_extension WHERE hold = ?1 ORDER BY number"};

    void read_extensions(HoldRow& h) {
        auto rows = extensions.select(h.id);
        while (rows.next()) h.extensions.push_back({rows.at(0), rows.at(1), rows.text(2)});
    }
};

Minutes::Minutes(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Minutes::~Minutes() = default;

void Minutes::add(const Motion& m) {
    s_->add_motion.run(m.id, m.kind, m.rule, m.question, m.subject, m.proposed_by, m.opens, m.closes, m.meeting, m.numbers, m.closed,
                       m.outcome, m.used_by);
}

void Minutes::update(const Motion& m) {
    if (s_->update_motion.run(m.id, m.closed, m.outcome, m.used_by) != 1) throw Broken(fmt::format("no decision {}", m.id));
}

std::optional<Motion> Minutes::motion(std::string_view id) {
    auto rows = s_->motion.select(id);
    return rows.next() ? std::optional{motion_from(rows)} : std::nullopt;
}

std::vector<Motion> Minutes::motions() {
    std::vector<Motion> all;
    auto rows = s_->motions.select();
    while (rows.next()) all.push_back(motion_from(rows));
    return all;
}

void Minutes::say(std::string_view motion, const Remark& r) {
    if (s_->say.run(motion, r.at, r.actor, r.what, r.team, r.word) != 1) throw Broken(fmt::format("no decision {}", motion));
    if (!r.sealed.bytes.empty()) s_->seal.run(motion, Blob{r.sealed.key}, Blob{r.sealed.bytes});
}

std::vector<Remark> Minutes::remarks(std::string_view motion) {
    std::vector<Remark> all;
    auto rows = s_->remarks.select(motion);
    while (rows.next())
        all.push_back({rows.at(0), rows.text(1), rows.text(2), TeamId(rows.text(3)), rows.text(4), {rows.text(5), rows.text(6)}});
    return all;
}

void Minutes::add(const CaseRow& row) { s_->add_case.run(row.id, row.team, row.opened, row.numbers); }

std::optional<CaseRow> Minutes::find_case(std::string_view id) {
    auto rows = s_->find_case.select(id);
    return rows.next() ? std::optional{case_from(rows)} : std::nullopt;
}

std::vector<CaseRow> Minutes::cases() {
    std::vector<CaseRow> all;
    auto rows = s_->cases.select();
    while (rows.next()) all.push_back(case_from(rows));
    return all;
}

void Minutes::append(std::string_view case_id, const CaseAct& a) {
    if (s_->append.run(case_id, a.at, a.actor, a.decision, a.act) != 1) throw Broken(fmt::format("no case {}", case_id));
}

std::vector<CaseAct> Minutes::acts(std::string_view case_id) {
    std::vector<CaseAct> all;
    auto rows = s_->acts.select(case_id);
    while (rows.next()) all.push_back({rows.at(0), rows.text(1), rows.text(2), rows.text(3)});
    return all;
}

std::vector<std::int64_t> Minutes::denials_of(std::string_view case_id) {
    std::vector<std::int64_t> ids;
    auto rows = s_->denials_of.select(case_id);
    while (rows.next()) ids.push_back(rows.number(0));
    return ids;
}

void Minutes::link_denial(std::string_view case_id, std::int64_t denial) {
    if (s_->link.run(case_id, denial) != 1) throw Broken(fmt::format("no case {}", case_id));
}

void Minutes::unlink_denial(std::int64_t denial) { s_->unlink.run(denial); }

std::optional<std::string> Minutes::case_of(std::int64_t denial) {
    auto rows = s_->case_of.select(denial);
    return rows.next() ? std::optional{rows.text(0)} : std::nullopt;
}

void Minutes::add_letter(std::string_view case_id, const LetterRow& letter) {
    if (s_->add_letter.run(case_id, letter.notice, letter.post, letter.purpose) != 1) throw Broken(fmt::format("no case {}", case_id));
}

std::vector<LetterRow> Minutes::letters(std::string_view case_id) {
    std::vector<LetterRow> all;
    auto rows = s_->letters.select(case_id);
    while (rows.next()) all.push_back({rows.small(0), PostId(rows.text(1)), rows.text(2)});
    return all;
}

bool Minutes::add(const ReminderRow& r) {
    s_->forged_reminder.run(r.about, r.due);
    return s_->add_reminder.run(r.about, r.due, r.sent) == 1;
}

bool Minutes::reminded(std::string_view about, Instant due) {
    auto rows = s_->reminded.select(about, due);
    return rows.next();
}

std::vector<ReminderRow> Minutes::reminders_after(Instant at) {
    std::vector<ReminderRow> all;
    auto rows = s_->reminders_after.select(at);
    while (rows.next()) all.push_back({rows.text(0), rows.at(1), rows.at(2)});
    return all;
}

void Minutes::forget(const ReminderRow& r) { s_->forget_reminder.run(r.about, r.due); }

std::int64_t Minutes::put(const HoldRow& h) {
    std::int64_t id = h.id;
    if (id == 0) {
        s_->add_hold.run(h.person, h.reason, h.actor, h.decision, h.placed, h.until, h.lifted, h.told, h.denial);
        id = s_->c.db.getLastInsertRowid();
    } else if (s_->update_hold.run(id, h.lifted, h.told, h.denial) != 1) {
        throw Broken(fmt::format("no hold {}", id));
    }
    std::int64_t number = 0;
    for (const auto& e : h.extensions) s_->extend.run(id, ++number, e.at, e.until, e.decision);
    return id;
}

std::optional<HoldRow> Minutes::hold(std::int64_t id) {
    auto rows = s_->hold.select(id);
    if (!rows.next()) return std::nullopt;
    auto found = hold_from(rows);
    s_->read_extensions(found);
    return found;
}

std::vector<HoldRow> Minutes::holds() {
    std::vector<HoldRow> all;
    auto rows = s_->holds.select();
    while (rows.next()) all.push_back(hold_from(rows));
    for (auto& h : all) s_->read_extensions(h);
    return all;
}

std::vector<HoldRow> Minutes::holds_of(const PersonId& person) {
    std::vector<HoldRow> all;
    auto rows = s_->holds_of.select(person);
    while (rows.next()) all.push_back(hold_from(rows));
    for (auto& h : all) s_->read_extensions(h);
    return all;
}

}  // namespace caveat::storage
