// Teams, people and their terms.
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "caveat/community/term_rules.hpp"
#include "connection.hpp"
#include "register_statements.hpp"

namespace caveat::storage {
namespace {

using community::Person;
using community::Team;

Team team_from(const Rows& rows, Statement& clearances) {
    Team team{TeamId(rows.text(0)), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.date(5), rows.date(6), {}, rows.text(8)};
    team.ranges = rows.text(9);
    team.primary_contact = rows.flag(10);
    auto raised = clearances.select(rows.number(7));
    while (raised.next()) team.clearances.push_back({ListId(raised.text(0)), raised.as<community::Tlp>(1), raised.text(2)});
    return team;
}

Person person_from(const Rows& rows, Statement& addresses) {
    Person person{PersonId(rows.text(0)), rows.text(1), TeamId(rows.text(2)), {}, rows.text(3), rows.flag(4), rows.flag(6)};
    auto found = addresses.select(rows.number(5));
    while (found.next()) person.addresses.push_back(found.text(0));
    return person;
}

// Names of actors, addresses and fingerprints hold no line ends.
std::string as_lines(const std::vector<std::string>& all) { return fmt::format("{}", fmt::join(all, "\n")); }

std::vector<std::string> in_lines(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

// The key that an INSERT ... RETURNING gave; the statement has run to its end when this returns.
std::int64_t returned(Rows rows) {
    if (!rows.next()) throw Broken("a row was written and is not there");
    const auto key = rows.number(0);
    while (rows.next()) {
    }
    return key;
}

}  // namespace

Register::Register(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Register::~Register() = default;

std::vector<Team> Register::teams() {
    std::vector<Team> all;
    auto rows = s_->teams.select();
    while (rows.next()) all.push_back(team_from(rows, s_->clearances));
    return all;
}

std::optional<Team> Register::team(const TeamId& id) {
    auto rows = s_->team.select(id);
    if (!rows.next()) return std::nullopt;
    return team_from(rows, s_->clearances);
}

void Register::put(const Team& t) {
    const auto key = returned(
        s_->put_team.select(t.id, t.name, t.category, t.subtype, t.economy, t.since, t.mou, t.constituency, t.ranges, t.primary_contact));
    s_->drop_clearances.run(key);
    std::int64_t place = 0;
    for (const auto& c : t.clearances) s_->put_clearance.run(key, c.list, place++, c.label, c.decision);
}

void Register::remove(const TeamId& id) {
    s_->orphan_people.run(id);
    s_->drop_team.run(id);
}

std::vector<Person> Register::people() {
    std::vector<Person> all;
    auto rows = s_->people.select();
    while (rows.next()) all.push_back(person_from(rows, s_->addresses));
    return all;
}

void Register::each_person(const PersonId& after, const TeamId& team, const std::function<bool(const Listed&)>& visit) {
    auto rows = s_->directory.select(after, team);
    while (rows.next()) {
        if (!visit({person_from(rows, s_->addresses), rows.flag(7)})) return;
    }
}

std::optional<Person> Register::person(const PersonId& id) {
    auto rows = s_->person.select(id);
    if (!rows.next()) return std::nullopt;
    return person_from(rows, s_->addresses);
}

void Register::put(const Person& p) {
    const auto key = returned(s_->put_person.select(p.id, p.name, p.team, p.representative, p.alternate));
    s_->drop_addresses.run(key);
    std::int64_t place = 0;
    for (const auto& address : p.addresses) s_->put_address.run(address, key, place++);
    if (p.key.empty()) {
        s_->drop_armour.run(key);
    } else {
        s_->put_armour.run(key, p.key);
    }
}

void Register::remove(const PersonId& id, Instant now) {
    const auto key = key_of(id);
    if (!key) return;
    s_->leave_team.run(*key, now);
    s_->mark_person.run(*key, now);
    s_->drop_addresses.run(*key);
    s_->drop_armour.run(*key);
    s_->drop_unconfirmed.run(*key, std::optional<std::int64_t>());
    s_->end_rosters.run(*key, now);
    s_->drop_terms_to_come.run(*key, now);
    s_->end_terms.run(*key, now);
    s_->revoke_tokens.run(id, now);
    end_access(id, now);
}

void Register::end_access(const PersonId& id, Instant now) {
    s_->revoke_made_tokens.run(id, now);
    drop_links(id);
    drop_sessions(id);
    s_->drop_factor.run(id);
}

void Register::drop_links(const PersonId& id) {
    s_->use_up_links.run(id);
    s_->drop_links.run(id);
    s_->drop_challenges.run(id);
}

void Register::drop_sessions(const PersonId& id) {
    s_->use_up_sessions.run(id);
    s_->drop_sessions.run(id);
}

std::vector<community::Unconfirmed> Register::unconfirmed(const PersonId& id) {
    std::vector<community::Unconfirmed> all;
    auto rows = s_->unconfirmed.select(id);
    while (rows.next())
        all.push_back({rows.as<community::Unconfirmed::What>(0), rows.at(1), in_lines(rows.text(2)), in_lines(rows.text(3)), rows.text(4)});
    return all;
}

std::vector<PersonId> Register::with_unconfirmed() {
    std::vector<PersonId> all;
    auto rows = s_->with_unconfirmed.select();
    while (rows.next()) all.emplace_back(rows.text(0));
    return all;
}

void Register::put(const PersonId& id, const community::Unconfirmed& row) {
    s_->put_unconfirmed.run(id, row.what, row.since, as_lines(row.actors), as_lines(row.known), row.wanted);
}

void Register::drop(const PersonId& id, community::Unconfirmed::What what) {
    if (const auto key = key_of(id)) s_->drop_unconfirmed.run(*key, std::optional{what});
}

// Also inside a transaction: judging a post asks there, and reads all addresses to find them.
const Register::Statements::Special& Register::Statements::special_as_of_now(AddressKey key) {
    auto counted = version.select();
    const std::int64_t as_of = counted.next() ? counted.number(0) : -1;
    if (special.version == as_of && special.roll_backs == c.roll_backs && special.key == key) return special;
    Special read{as_of, c.roll_backs, key, {}};
    auto rows = special_addresses.select();
    while (rows.next()) {
        const auto [held, fresh] = read.holders.emplace(key(rows.text(0)), rows.number(1));
        if (!fresh && held->second != rows.number(1)) held->second = 0;
    }
    return special = std::move(read);
}

std::optional<PersonKey> Register::Statements::holder_of(std::string_view address, AddressKey key) {
    const auto stored = [&](std::string_view text) -> std::optional<PersonKey> {
        auto rows = holder.select(text);
        return rows.next() ? std::optional{rows.number(0)} : std::nullopt;
    };
    if (const auto found = stored(address); found || key == nullptr) return found;
    const auto normal = key(address);
    if (normal != address) {
        if (const auto found = stored(normal)) return found;
    }
    const auto& holders = special_as_of_now(key).holders;
    const auto found = holders.find(normal);
    return found == holders.end() || found->second == 0 ? std::nullopt : std::optional{found->second};
}

std::optional<PersonKey> Register::holder(std::string_view address, AddressKey key) { return s_->holder_of(address, key); }

std::optional<PersonId> Register::person_of(std::string_view address, AddressKey key) {
    const auto found = holder(address, key);
    return found ? id_of(*found) : std::nullopt;
}

std::optional<PersonKey> Register::key_of(const PersonId& id) {
    auto rows = s_->live_key.select(id);
    if (!rows.next()) return std::nullopt;
    return rows.number(0);
}

std::optional<TeamId> Register::former_team(const PersonId& id) {
    auto rows = s_->former_team.select(id);
    if (!rows.next()) return std::nullopt;
    return TeamId(rows.text(0));
}

std::optional<TeamId> Register::team_at(const PersonId& id, Instant at) {
    auto rows = s_->team_at.select(id, at);
    if (!rows.next() || rows.text(0).empty()) return std::nullopt;
    return TeamId(rows.text(0));
}

std::vector<PersonId> Register::left_since(const TeamId& team, Instant at) {
    std::vector<PersonId> all;
    auto rows = s_->left_since.select(team, at);
    while (rows.next()) all.emplace_back(rows.text(0));
    return all;
}

namespace {

Digest mark_of(const SqlConnection& connection, std::string_view known_by) {
    return connection.options.chain(Chained("departed").add(known_by).bytes());
}

}  // namespace

void Register::remember(const PersonId& id, const TeamId& team, const std::vector<std::string>& known_by, Instant now) {
    const auto key = s_->key_ever(id);
    if (!key) return;
    for (const auto& one : known_by) {
        const auto mark = mark_of(s_->c, one);
        s_->remember.run(Blob{bytes_of(mark)}, *key, team, now);
    }
}

void Register::forget_departed(Instant until) { s_->forget.run(until); }

bool Register::was_elsewhere(const PersonId& id, const TeamId& team, const std::vector<std::string>& known_by, Instant since) {
    if (!s_->any_departed.select().next()) return false;
    return std::any_of(known_by.begin(), known_by.end(), [&](const auto& one) {
        const auto mark = mark_of(s_->c, one);
        return s_->remembered.select(Blob{bytes_of(mark)}, id, team, since).next();
    });
}

bool Register::is_remembered(std::string_view known_by) {
    if (!s_->any_departed.select().next()) return false;
    const auto mark = mark_of(s_->c, known_by);
    return s_->anybodys.select(Blob{bytes_of(mark)}).next();
}

std::vector<PersonId> Register::who_had(const std::vector<std::string>& known_by) {
    std::vector<PersonId> all;
    if (!s_->any_departed.select().next()) return all;
    for (const auto& one : known_by) {
        const auto mark = mark_of(s_->c, one);
        auto rows = s_->who_had.select(Blob{bytes_of(mark)});
        while (rows.next()) all.emplace_back(rows.text(0));
    }
    return all;
}

bool Register::were_theirs(const PersonId& id, const std::vector<std::string>& known_by) {
    return std::all_of(known_by.begin(), known_by.end(), [&](const auto& one) {
        const auto mark = mark_of(s_->c, one);
        return s_->was_theirs.select(Blob{bytes_of(mark)}, id).next();
    });
}

bool Register::left_with(const PersonId& id, const std::vector<std::string>& known_by) {
    return std::all_of(known_by.begin(), known_by.end(), [&](const auto& one) {
        const auto mark = mark_of(s_->c, one);
        return s_->left_with.select(Blob{bytes_of(mark)}, id).next();
    });
}

bool Register::went_on_to_others(const PersonId& id, const std::vector<std::string>& known_by) {
    return std::any_of(known_by.begin(), known_by.end(), [&](const auto& one) {
        const auto mark = mark_of(s_->c, one);
        return s_->went_on.select(Blob{bytes_of(mark)}, id).next();
    });
}

std::optional<Instant> Register::held_until(const PersonId& id, const std::vector<std::string>& known_by, Instant now) {
    std::optional<Instant> until;
    if (!s_->any_departed.select().next()) return until;
    for (const auto& one : known_by) {
        const auto mark = mark_of(s_->c, one);
        auto rows = s_->held_mark.select(Blob{bytes_of(mark)}, id, now);
        if (const auto ends = rows.next() ? rows.maybe_at(0) : std::nullopt) until = std::max(until.value_or(*ends), *ends);
    }
    return until;
}

std::optional<PersonId> Register::id_of(PersonKey key) {
    auto rows = s_->id_of.select(key);
    if (!rows.next()) return std::nullopt;
    return PersonId(rows.text(0));
}

std::vector<Register::PastTerm> Register::terms_of_departed() {
    std::vector<PastTerm> all;
    auto rows = s_->terms_of_departed.select();
    while (rows.next()) all.push_back({term_from(rows), TeamId(rows.text(5))});
    return all;
}

std::vector<community::Term> Register::terms() {
    std::vector<community::Term> all;
    auto rows = s_->terms.select();
    while (rows.next()) all.push_back(term_from(rows));
    return all;
}

std::vector<community::Term> Register::live_terms(const PersonId& person, Instant now) {
    std::vector<community::Term> all;
    auto rows = s_->live_terms.select(person, now);
    while (rows.next()) all.push_back(term_from(rows));
    return all;
}

namespace {

community::HeldTerm held_from(const Rows& rows) {
    community::HeldTerm held{term_from(rows), rows.text(6), {}, TeamId(rows.text(5)), rows.text(7)};
    std::istringstream roles(rows.text(8));
    for (std::string role; std::getline(roles, role);) held.of_team.push_back(std::move(role));
    held.list_class = rows.text(9);
    held.cleared = rows.flag(10);
    return held;
}

}  // namespace

const HeldSql& held_sql() {
    static const HeldSql sql = [] {
        const std::string columns = R"sql(
SELECT t.role, p.id, t.list, t.begins, t.ends, m.id, m.category, m.subtype, coalesce((
    SELECT group_concat(o.role, char(10)) FROM person q JOIN term o ON o.person = q.key
    WHERE q.team = p.team AND q.removed IS NULL AND o.list = '' AND o.begins <= ?1 AND o.ends > ?1), ''), coalesce(l.class, ''),
    l.key IS NOT NULL AND EXISTS (SELECT 1 FROM clearance c WHERE c.team = p.team AND c.list = t.list)
FROM )sql";
        const std::string of_team = R"sql(
JOIN team m ON m.key = p.team LEFT JOIN list l ON l.id = t.list AND l.removed IS NULL WHERE p.removed IS NULL AND t.ends > ?1 AND )sql";
        const std::string in_order = " ORDER BY t.role, p.id, t.list, t.begins";
        const auto all = columns + "term t JOIN person p ON p.key = t.person" + of_team;
        return HeldSql{all + "t.begins <= ?1" + in_order,
                       columns + "person p JOIN term t ON t.person = p.key" + of_team + "p.id = ?2 AND t.begins <= ?1",
                       all + "t.list <> ''" + in_order};
    }();
    return sql;
}

std::vector<community::HeldTerm> Register::held_terms(Instant at) {
    std::vector<community::HeldTerm> all;
    auto rows = s_->held_terms.select(at);
    while (rows.next()) all.push_back(held_from(rows));
    return all;
}

std::vector<community::HeldTerm> Register::held_terms(const PersonId& person, Instant at) {
    std::vector<community::HeldTerm> all;
    auto rows = s_->held_terms_of.select(at, person);
    while (rows.next()) all.push_back(held_from(rows));
    return all;
}

std::vector<community::HeldTerm> Register::roles_of_lists(Instant now) {
    std::vector<community::HeldTerm> all;
    auto rows = s_->roles_of_lists.select(now);
    while (rows.next()) all.push_back(held_from(rows));
    return all;
}

bool Register::has_lost_place(const PersonId& person, Instant since, Instant now) {
    auto rows = s_->lost_place.select(person, since, now);
    return rows.next() && rows.flag(0);
}

void Register::put(const community::Term& t) { s_->put_term.run(t.person, t.role, t.list, t.during.from, end_of(t.during)); }
void Register::remove(const community::Term& t) { s_->drop_term.run(t.person, t.role, t.list, t.during.from); }

void Register::end(const community::Term& term, Instant at) {
    if (at <= term.during.from) return remove(term);
    put(community::ended(term, at));
}

}  // namespace caveat::storage
