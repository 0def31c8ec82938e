#include "caveat/storage/matters.hpp"

#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

using community::Matter;
using community::MatterKind;

Matter matter_from(const Rows& rows) {
    Matter m;
    m.id = rows.text(0);
    const auto kind = community::spelled<MatterKind>(rows.text(1));
    if (!kind) throw Broken(fmt::format("matter {} is of no kind that is known", m.id));
    m.kind = *kind;
    m.team = TeamId(rows.text(2));
    m.what = rows.text(3);
    m.version = rows.text(4);
    m.hash = rows.text(5);
    m.text = rows.text(6);
    m.due = rows.maybe_at(7);
    m.at = rows.at(8);
    m.actor = rows.text(9);
    m.cause = rows.text(10);
    m.closed = rows.maybe_at(11);
    m.closed_by = rows.text(12);
    m.outcome = rows.text(13);
    m.decision = rows.text(14);
    m.note = rows.text(15);
    return m;
}

std::vector<Matter> matters_from(Rows rows) {
    std::vector<Matter> all;
    while (rows.next()) all.push_back(matter_from(rows));
    return all;
}

std::string selecting(std::string_view rest) {
    return fmt::format(
        "SELECT id, kind, team, what, version, hash, text, due, at, actor, cause, closed, closed_by, outcome, decision, note FROM matter "
        "{}",
        rest);
}

}  // namespace

struct Matters::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;

    std::string find_sql = selecting("WHERE id = ?1 AND kind = ?2");
    std::string all_sql = selecting("WHERE kind = ?1 ORDER BY key");
    std::string alive_sql = selecting("WHERE closed IS NULL OR closed >= ?1 ORDER BY key");
    Statement add{c, R"sql(
INSERT INTO matter (id, kind, team, what, version, hash, text, due, at, actor, cause, closed, closed_by, outcome, decision, note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16))sql"};
    Statement close{c, R"sql(
UPDATE matter SET closed = ?2, closed_by = ?3, outcome = ?4, decision = ?5, note = ?6 WHERE id = ?1 AND closed IS NULL)sql"};
    Statement find{c, find_sql.c_str()};
    Statement all{c, all_sql.c_str()};
    Statement alive{c, alive_sql.c_str()};
};

Matters::Matters(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Matters::~Matters() = default;

void Matters::add(const Matter& m) {
    s_->add.run(m.id, community::name(m.kind), m.team, m.what, m.version, m.hash, m.text, m.due, m.at, m.actor, m.cause, m.closed,
                m.closed_by, m.outcome, m.decision, m.note);
}

void Matters::close(const Matter& m) {
    if (s_->close.run(m.id, m.closed, m.closed_by, m.outcome, m.decision, m.note) != 1)
        throw Broken(fmt::format("no open matter {}", m.id));
}

std::optional<Matter> Matters::find(MatterKind kind, std::string_view id) {
    auto rows = s_->find.select(id, community::name(kind));
    return rows.next() ? std::optional{matter_from(rows)} : std::nullopt;
}

std::vector<Matter> Matters::all(MatterKind kind) { return matters_from(s_->all.select(community::name(kind))); }
std::vector<Matter> Matters::alive(Instant since) { return matters_from(s_->alive.select(since)); }

}  // namespace caveat::storage
