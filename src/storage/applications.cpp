#include "caveat/storage/applications.hpp"

#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

ApplicationRow application_from(const Rows& rows) { return {rows.text(0), TeamId(rows.text(1)), rows.at(2), rows.text(3)}; }

}  // namespace

struct Applications::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;

    Statement add{c, "INSERT INTO application (id, team, submitted, numbers) VALUES (?1, ?2, ?3, ?4)"};
    Statement find{c, "SELECT id, team, submitted, numbers FROM application WHERE id = ?1"};
    Statement all{c, "SELECT id, team, submitted, numbers FROM application ORDER BY key"};
    Statement of{c, "SELECT id, team, submitted, numbers FROM application WHERE team = ?1 ORDER BY key"};
    Statement append{c, R"sql(
INSERT INTO application_act (application, number, at, actor, decision, act)
SELECT key, (SELECT coalesce(max(number), 0) + 1 FROM application_act WHERE application = key), ?2, ?3, ?4, ?5
FROM application WHERE id = ?1)sql"};
    Statement acts{c, R"sql(
SELECT at, actor, decision, act FROM application_act WHERE application = (SELECT key FROM application WHERE id = ?1) ORDER BY number)sql"};
};

Applications::Applications(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Applications::~Applications() = default;

void Applications::add(const ApplicationRow& row) { s_->add.run(row.id, row.team, row.submitted, row.numbers); }

std::optional<ApplicationRow> Applications::find(std::string_view id) {
    auto rows = s_->find.select(id);
    return rows.next() ? std::optional{application_from(rows)} : std::nullopt;
}

std::vector<ApplicationRow> Applications::all() {
    std::vector<ApplicationRow> found;
    auto rows = s_->all.select();
    while (rows.next()) found.push_back(application_from(rows));
    return found;
}

std::vector<ApplicationRow> Applications::of(const TeamId& team) {
    std::vector<ApplicationRow> found;
    auto rows = s_->of.select(team);
    while (rows.next()) found.push_back(application_from(rows));
    return found;
}

void Applications::append(std::string_view id, const ApplicationAct& a) {
    if (s_->append.run(id, a.at, a.actor, a.decision, a.act) != 1) throw Broken(fmt::format("no application {}", id));
}

std::vector<ApplicationAct> Applications::acts(std::string_view id) {
    std::vector<ApplicationAct> found;
    auto rows = s_->acts.select(id);
    while (rows.next()) found.push_back({rows.at(0), rows.text(1), rows.text(2), rows.text(3)});
    return found;
}

}  // namespace caveat::storage
