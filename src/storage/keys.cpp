#include "caveat/storage/keys.hpp"

#include <fmt/format.h>

#include "connection.hpp"
#include "sealed.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

using community::Code;

// The SQL of a row of key_fact that goes by `f`, if its seal holds.
std::string fact_join() { return fmt::format("LEFT JOIN key_fact f ON f.person = k.person AND {}", row_holds("key_fact", "f.")); }

constexpr const char* list_key_columns = "SELECT l.id, y.fingerprint, y.armour, y.made, y.usable_until";
std::string list_key_rows() {
    return fmt::format("FROM list_key y JOIN list l ON l.key = y.list WHERE l.removed IS NULL AND {}", row_holds("list_key", "y."));
}

std::string former_key_rows() {
    return fmt::format(
        "SELECT l.id, y.fingerprint, y.armour, y.made, y.usable_until, y.replaced, y.opens_until FROM former_key y JOIN list l ON l.key = "
        "y.list WHERE l.removed IS NULL AND {}",
        row_holds("former_key", "y."));
}

ListKeyRow list_key_from(const Rows& rows) { return {ListId(rows.text(0)), rows.text(1), rows.text(2), rows.at(3), rows.maybe_at(4)}; }

}  // namespace

struct Keys::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;

    Statement put_fact{c, R"sql(
INSERT INTO key_fact (person, fingerprint, fitness, usable_until, algorithm, examined)
SELECT p.key, ?3, ?4, ?5, ?6, ?7 FROM person p JOIN person_key k ON k.person = p.key WHERE p.id = ?1 AND k.armour = ?2
ON CONFLICT (person) DO UPDATE SET fingerprint = ?3, fitness = ?4, usable_until = ?5, algorithm = ?6, examined = ?7)sql"};
    std::string held_sql = fmt::format(R"sql(
SELECT p.id, f.person IS NOT NULL, f.fingerprint, f.fitness, f.usable_until, f.algorithm, f.examined
FROM person_key k JOIN person p ON p.key = k.person {} WHERE p.removed IS NULL ORDER BY p.id)sql",
                                       fact_join());
    Statement held{c, held_sql.c_str()};
    std::string to_examine_sql = fmt::format(R"sql(
SELECT p.id FROM person_key k JOIN person p ON p.key = k.person {}
WHERE p.removed IS NULL AND (f.person IS NULL OR f.examined < ?1 OR f.examined > ?2
    OR (f.usable_until <= ?2 AND f.examined < f.usable_until)) ORDER BY p.id)sql",
                                             fact_join());
    Statement to_examine{c, to_examine_sql.c_str()};
    std::string readers_key_sql = fmt::format(
        "SELECT f.fingerprint, k.armour FROM person_key k JOIN key_fact f ON f.person = k.person WHERE k.person = ?1 AND f.fitness = ?2 "
        "AND {}",
        row_holds("key_fact", "f."));
    Statement readers_key{c, readers_key_sql.c_str()};
    std::string usable_sql = fmt::format(
        "SELECT p.id, f.fingerprint, k.armour FROM person_key k JOIN person p ON p.key = k.person JOIN key_fact f ON f.person = k.person "
        "WHERE p.removed IS NULL AND f.fitness = ?1 AND {} ORDER BY p.id",
        row_holds("key_fact", "f."));
    Statement usable{c, usable_sql.c_str()};

    Statement put_list_key{c, R"sql(
INSERT INTO list_key (list, fingerprint, armour, made, usable_until)
SELECT key, ?2, ?3, ?4, ?5 FROM list WHERE id = ?1 AND removed IS NULL
ON CONFLICT (list) DO UPDATE SET fingerprint = ?2, armour = ?3, made = ?4, usable_until = ?5)sql"};
    std::string of_list_sql = fmt::format("{} {} AND l.id = ?1", list_key_columns, list_key_rows());
    Statement of_list{c, of_list_sql.c_str()};
    std::string has_list_sql = fmt::format("SELECT 1 {} AND l.id = ?1", list_key_rows());
    Statement has_list{c, has_list_sql.c_str()};
    std::string of_lists_sql = fmt::format("{} {} ORDER BY l.id", list_key_columns, list_key_rows());
    Statement of_lists{c, of_lists_sql.c_str()};
    std::string without_sql = fmt::format(
        "SELECT l.id FROM list l LEFT JOIN list_key y ON y.list = l.key AND {} WHERE l.removed IS NULL AND l.encryption <> 0 AND y.list IS "
        "NULL "
        "ORDER BY l.id",
        row_holds("list_key", "y."));
    Statement without{c, without_sql.c_str()};

    Statement put_former{c, R"sql(
INSERT INTO former_key (fingerprint, list, armour, made, usable_until, replaced, opens_until)
SELECT ?2, key, ?3, ?4, ?5, ?6, ?7 FROM list WHERE id = ?1 AND removed IS NULL)sql"};
    std::string former_sql = former_key_rows() + " ORDER BY l.id, y.replaced DESC";
    Statement former{c, former_sql.c_str()};
    std::string open_still_sql = former_key_rows() + " AND l.id = ?1 AND y.opens_until > ?2 ORDER BY y.replaced DESC";
    Statement open_still{c, open_still_sql.c_str()};

    Statement put_communitys{c, "INSERT INTO community_key (fingerprint, armour, made, usable_until) VALUES (?1, ?2, ?3, ?4)"};
    // What a clock made that stood ahead signs nothing until then. The journal says where the clock stands: each step of it is an entry
    // there, and so is the making of a key. A minute, as two processes read the clock one after the other.
    std::string communitys_sql = fmt::format(
        "SELECT y.fingerprint, y.armour, y.made, y.usable_until FROM community_key y WHERE {} AND y.made <= (SELECT at FROM entry ORDER BY "
        "number DESC LIMIT 1) + 60000000 ORDER BY y.made DESC, y.fingerprint LIMIT 1",
        row_holds("community_key", "y."));
    Statement communitys{c, communitys_sql.c_str()};

    Statement told{c, "SELECT at FROM key_told WHERE whom = ?1"};
    Statement tell{c, "INSERT INTO key_told (whom, at) VALUES (?1, ?2) ON CONFLICT (whom) DO UPDATE SET at = ?2"};
};

Keys::Keys(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Keys::~Keys() = default;

bool Keys::put(const KeyFact& f, std::string_view armour) {
    return s_->put_fact.run(f.person, armour, f.fingerprint, community::name(f.fitness), f.usable_until, f.algorithm, f.examined) > 0;
}

std::vector<HeldKey> Keys::held() {
    std::vector<HeldKey> all;
    auto rows = s_->held.select();
    while (rows.next()) {
        HeldKey key{PersonId(rows.text(0)), std::nullopt};
        if (rows.flag(1)) {
            key.fact = KeyFact{key.person,       rows.text(2), community::code_from(rows.text(3)).value_or(Code::key_unreadable),
                               rows.maybe_at(4), rows.text(5), rows.at(6)};
        }
        all.push_back(std::move(key));
    }
    return all;
}

std::vector<PersonId> Keys::to_examine(Instant before, Instant now) {
    std::vector<PersonId> all;
    auto rows = s_->to_examine.select(before, now);
    while (rows.next()) all.emplace_back(rows.text(0));
    return all;
}

std::optional<ReadersKey> Keys::readers_key(PersonKey person) {
    auto rows = s_->readers_key.select(person, community::name(Code::key_usable));
    if (!rows.next()) return std::nullopt;
    return ReadersKey{rows.text(0), rows.text(1)};
}

std::vector<UsableKey> Keys::usable() {
    std::vector<UsableKey> all;
    auto rows = s_->usable.select(community::name(Code::key_usable));
    while (rows.next()) all.push_back({PersonId(rows.text(0)), {rows.text(1), rows.text(2)}});
    return all;
}

void Keys::put(const ListKeyRow& k) { s_->put_list_key.run(k.list, k.fingerprint, k.armour, k.made, k.usable_until); }

std::optional<ListKeyRow> Keys::of_list(const ListId& list) {
    auto rows = s_->of_list.select(list);
    if (!rows.next()) return std::nullopt;
    return list_key_from(rows);
}

bool Keys::has_list(const ListId& list) { return s_->has_list.select(list).next(); }

std::vector<ListKeyRow> Keys::of_lists() {
    std::vector<ListKeyRow> all;
    auto rows = s_->of_lists.select();
    while (rows.next()) all.push_back(list_key_from(rows));
    return all;
}

std::vector<ListId> Keys::lists_without() {
    std::vector<ListId> all;
    auto rows = s_->without.select();
    while (rows.next()) all.emplace_back(rows.text(0));
    return all;
}

void Keys::put_former(const FormerKey& k) {
    s_->put_former.run(k.key.list, k.key.fingerprint, k.key.armour, k.key.made, k.key.usable_until, k.replaced, k.opens_until);
}

std::vector<FormerKey> Keys::former() {
    std::vector<FormerKey> all;
    auto rows = s_->former.select();
    while (rows.next()) all.push_back({list_key_from(rows), rows.at(5), rows.at(6)});
    return all;
}

std::vector<ListKeyRow> Keys::that_open(const ListId& list, Instant now) {
    std::vector<ListKeyRow> all;
    if (auto current = of_list(list)) all.push_back(std::move(*current));
    auto rows = s_->open_still.select(list, now);
    while (rows.next()) all.push_back(list_key_from(rows));
    return all;
}

void Keys::put_communitys(const CommunityKey& k) { s_->put_communitys.run(k.fingerprint, k.armour, k.made, k.usable_until); }

std::optional<CommunityKey> Keys::communitys() {
    auto rows = s_->communitys.select();
    if (!rows.next()) return std::nullopt;
    return CommunityKey{rows.text(0), rows.text(1), rows.at(2), rows.maybe_at(3)};
}

std::optional<Instant> Keys::told(std::string_view whom) {
    auto rows = s_->told.select(whom);
    if (!rows.next()) return std::nullopt;
    return rows.at(0);
}

void Keys::tell(std::string_view whom, Instant now) { s_->tell.run(whom, now); }

}  // namespace caveat::storage
