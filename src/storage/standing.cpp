#include "standing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sealed.hpp"

namespace caveat::storage {

using community::Standing;

namespace {

constexpr std::size_t most_listed = 32;

// `denied` is short: a search beats a set.
bool is_denied(const StandingReader::Scope& scope, const Standing& standing) {
    if (scope.many_denied) return true;
    for (const auto& [whole_team, whom] : scope.denied) {
        if (whom == (whole_team ? standing.team.value : standing.person.value)) return true;
    }
    return false;
}

}  // namespace

StandingReader::StandingReader(SqlConnection& c)
    : list_(c, "SELECT key FROM list WHERE id = ?1 AND removed IS NULL"),
      raises_(c, "SELECT 1 FROM clearance WHERE list = ?1 LIMIT 1"),
      denied_(c, "SELECT DISTINCT whole_team, whom FROM denial WHERE ends > ?1 LIMIT ?2"),
      // ?1 keys of people, ?2 key of the list, ?3 its id, ?4 now, ?5 whether there are clearances to look for. By a clock that stands
      // before the examination of a key nobody has looked at it yet: it may have been made since. A minute, for a clock that is corrected.
      // With a plus SQLite finds the place on the roster by its key, and not by the index of a person's places and then by its key.
      facts_sql_(fmt::format(R"sql(
SELECT p.id, p.representative, p.removed IS NOT NULL, t.id, t.category, t.subtype, t.since, t.mou,
       (SELECT address FROM address a WHERE a.person = p.key ORDER BY place LIMIT 1),
       s.begins, s.delivery,
       CASE WHEN ?5 THEN (SELECT max(label) FROM clearance c WHERE c.team = p.team AND c.list = ?3) END,
       EXISTS (SELECT 1 FROM term WHERE person = p.key AND ends > ?4),
       k.person IS NOT NULL, f.fitness = 'key_usable', f.usable_until,
       -- the address that copies go to is none of those that were there before
       k.person IS NOT NULL AND EXISTS (SELECT 1 FROM unconfirmed u WHERE u.person = p.key AND u.what = 0 AND instr(
           char(10) || u.known || char(10),
           char(10) || (SELECT address FROM address a WHERE a.person = p.key ORDER BY place LIMIT 1) || char(10)) = 0),
       p.key, w.key
FROM json_each(?1) w CROSS JOIN person p ON p.key = w.value LEFT JOIN team t ON t.key = p.team
LEFT JOIN person_key k ON k.person = p.key
LEFT JOIN key_fact f ON f.person = p.key AND f.examined <= ?4 + 60000000 AND {}
LEFT JOIN subscription s ON s.list = ?2 AND s.person = p.key AND +s.ends = 9223372036854775807 AND {})sql",
                             row_holds("key_fact", "f."), row_holds("subscription", "s."))),
      facts_(c, facts_sql_.c_str()),
      terms_(c, "SELECT role, ?3, list, begins, ends FROM term WHERE person = ?1 AND ends > ?2"),
      team_terms_(c, R"sql(
SELECT t.role, p.id, t.list, t.begins, t.ends FROM person p JOIN term t ON t.person = p.key
WHERE p.team = (SELECT key FROM team WHERE id = ?1) AND p.removed IS NULL AND t.list = '' AND t.ends > ?2)sql"),
      denials_(c, R"sql(
SELECT id, whom, whole_team, resource, verbs, begins, ends, source, decision FROM denial
WHERE ((whom = ?1 AND whole_team = 0) OR (whom = ?2 AND whole_team = 1)) AND ends > ?3 ORDER BY id)sql"),
      stays_sql_(fmt::format("SELECT begins, ends FROM subscription WHERE list = ?1 AND person = ?2 AND {} ORDER BY begins",
                             row_holds("subscription"))),
      stays_(c, stays_sql_.c_str()),
      left_(c, "SELECT team FROM left_team WHERE person = ?1 AND at >= ?2 ORDER BY at LIMIT 1"),
      of_team_(c, R"sql(
SELECT id, whom, whole_team, resource, verbs, begins, ends, source, decision FROM denial
WHERE whom = ?1 AND whole_team = 1 AND begins < ?3 AND ends > ?2 ORDER BY id)sql") {}

std::int64_t StandingReader::list_key(const ListId& list) {
    auto rows = list_.select(list);
    return rows.next() ? rows.number(0) : 0;
}

StandingReader::Scope StandingReader::scope(const ListId& list, Instant now) {
    Scope scope{list, list_key(list), now};
    scope.raises = raises_.select(list).next();
    auto rows = denied_.select(now, most_listed + 1);
    while (rows.next()) scope.denied.emplace_back(rows.flag(0), rows.text(1));
    scope.many_denied = scope.denied.size() > most_listed;
    return scope;
}

std::vector<Standing> StandingReader::read(std::span<const PersonKey> people, const Scope& scope) {
    std::vector<Standing> all(people.size());
    std::size_t found = 0;
    const auto keys = fmt::format("[{}]", fmt::join(people, ","));
    auto rows = facts_.select(keys, scope.list_key, scope.list, scope.now, scope.raises);
    for (; rows.next(); ++found) all.at(static_cast<std::size_t>(rows.number(18))) = standing_from(rows, scope);
    if (found != people.size()) throw Broken(fmt::format("of the people with the keys {} some have no row, or more than one", keys));
    return all;
}

Standing StandingReader::standing_from(const Rows& rows, const Scope& scope) {
    Standing standing;
    standing.key = rows.number(17);
    standing.person = PersonId(rows.text(0));
    standing.representative = rows.flag(1);
    standing.removed = rows.flag(2);
    standing.team = TeamId(rows.text(3));
    standing.category = rows.text(4);
    standing.subtype = rows.text(5);
    standing.since = rows.date(6);
    standing.mou = rows.date(7);
    standing.address = rows.text(8);
    if (!rows.null(9)) {
        standing.roster = community::Roster{interval(rows.number(9), forever), rows.as<community::DeliveryMode>(10)};
    }
    standing.clearance = rows.maybe<community::Tlp>(11);
    standing.address_waits = rows.flag(16);
    standing.key_waits = standing.address_waits || (rows.flag(13) && rows.null(14));
    standing.valid_key = !standing.address_waits && rows.flag(14) && (rows.null(15) || scope.now < rows.at(15));
    if (rows.flag(12)) read_terms(standing, scope.now);
    if (is_denied(scope, standing)) read_denials(standing, scope.now);
    return standing;
}

void StandingReader::read_terms(Standing& standing, Instant now) {
    auto rows = terms_.select(standing.key, now, standing.person);
    while (rows.next()) standing.terms.push_back(term_from(rows));
    auto theirs = team_terms_.select(standing.team, now);
    while (theirs.next()) standing.of_team.push_back(term_from(theirs));
}

void StandingReader::read_denials(Standing& standing, Instant now) {
    auto rows = denials_.select(standing.person, standing.team, now);
    while (rows.next()) standing.denials.push_back(denial_from(rows));
}

void StandingReader::read_past(Standing& standing, std::int64_t list_key) {
    standing.stays.clear();
    auto rows = stays_.select(list_key, standing.key);
    while (rows.next()) standing.stays.push_back(interval(rows.number(0), rows.number(1)));
    standing.denials.clear();
    read_denials(standing, Instant::min());
    standing.denied_then.clear();
    for (const auto& stay : standing.stays) read_denied_then(standing, stay);
}

// Whoever leaves a team leaves its rosters (ruling kk), so that a stay is under one team: the one they left next.
void StandingReader::read_denied_then(Standing& standing, const Interval& stay) {
    if (!stay.until) return;
    std::string team;
    if (auto rows = left_.select(standing.key, *stay.until); rows.next()) team = rows.text(0);
    if (team.empty() || team == standing.team.value) return;
    auto rows = of_team_.select(team, stay.from, *stay.until);
    while (rows.next()) {
        auto denial = denial_from(rows);
        denial.during.from = std::max(denial.during.from, stay.from);
        denial.during.until = denial.during.until ? std::min(*denial.during.until, *stay.until) : *stay.until;
        standing.denied_then.push_back(std::move(denial));
    }
}

community::Term term_from(const Rows& rows) {
    return {rows.text(0), PersonId(rows.text(1)), ListId(rows.text(2)), interval(rows.number(3), rows.number(4))};
}

community::Denial denial_from(const Rows& rows) {
    return {
        rows.number(0), rows.text(1), rows.flag(2), rows.text(3), rows.as<community::Verbs>(4), interval(rows.number(5), rows.number(6)),
        rows.text(7),   rows.text(8)};
}

}  // namespace caveat::storage
