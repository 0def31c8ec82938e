#pragma once
// What the register asks of SQL, in the order of register.hpp. "Live" is a row whose person or list is in the register.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <unordered_map>

#include "caveat/storage/register.hpp"
#include "chained.hpp"
#include "connection.hpp"
#include "sealed.hpp"
#include "standing.hpp"
#include "statement.hpp"

namespace caveat::storage {

// A list's statements are made from the table of its fields.
struct ListSql {
    std::string all, one, put;
};
[[nodiscard]] const ListSql& list_sql();

// A term with what its holder's team is; the same columns in each. ?1 the instant, ?2 the person.
struct HeldSql {
    std::string all, one, of_lists;
};
[[nodiscard]] const HeldSql& held_sql();

struct Register::Statements {
    explicit Statements(SqlConnection& connection) : c(connection), standing(connection) {}

    SqlConnection& c;

    Statement teams{c, R"sql(
SELECT id, name, category, subtype, economy, since, mou, key, constituency, ranges, primary_contact FROM team ORDER BY id)sql"};
    Statement team{c, R"sql(
SELECT id, name, category, subtype, economy, since, mou, key, constituency, ranges, primary_contact FROM team WHERE id = ?1)sql"};
    Statement clearances{c, "SELECT list, label, decision FROM clearance WHERE team = ?1 ORDER BY place"};
    Statement put_team{c, R"sql(
INSERT INTO team (id, name, category, subtype, economy, since, mou, constituency, ranges, primary_contact)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (id) DO UPDATE SET name = ?2, category = ?3, subtype = ?4, economy = ?5, since = ?6, mou = ?7, constituency = ?8, ranges = ?9,
    primary_contact = ?10
RETURNING key)sql"};
    Statement drop_clearances{c, "DELETE FROM clearance WHERE team = ?1"};
    Statement put_clearance{c, "INSERT INTO clearance (team, list, place, label, decision) VALUES (?1, ?2, ?3, ?4, ?5)"};
    Statement orphan_people{c, "UPDATE person SET team = NULL WHERE team = (SELECT key FROM team WHERE id = ?1) AND removed IS NOT NULL"};
    Statement drop_team{c, "DELETE FROM team WHERE id = ?1"};

    Statement people{c, R"sql(
SELECT p.id, p.name, t.id, k.armour, p.representative, p.key, p.alternate FROM person p JOIN team t ON t.key = p.team
LEFT JOIN person_key k ON k.person = p.key WHERE p.removed IS NULL ORDER BY p.id)sql"};
    Statement person{c, R"sql(
SELECT p.id, p.name, t.id, k.armour, p.representative, p.key, p.alternate FROM person p JOIN team t ON t.key = p.team
LEFT JOIN person_key k ON k.person = p.key WHERE p.removed IS NULL AND p.id = ?1)sql"};
    Statement directory{c, R"sql(
SELECT p.id, p.name, t.id, '', p.representative, p.key, p.alternate, k.person IS NOT NULL FROM person p JOIN team t ON t.key = p.team
LEFT JOIN person_key k ON k.person = p.key WHERE p.removed IS NULL AND p.id > ?1 AND (?2 = '' OR t.id = ?2) ORDER BY p.id)sql"};
    Statement addresses{c, "SELECT address FROM address WHERE person = ?1 ORDER BY place"};
    Statement put_person{c, R"sql(
INSERT INTO person (id, name, team, representative, alternate) VALUES (?1, ?2, (SELECT key FROM team WHERE id = ?3), ?4, ?5)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, team = excluded.team, representative = ?4, alternate = ?5, removed = NULL
RETURNING key)sql"};
    Statement drop_armour{c, "DELETE FROM person_key WHERE person = ?1"};
    Statement put_armour{c, R"sql(
INSERT INTO person_key (person, armour) VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET armour = ?2)sql"};
    Statement drop_addresses{c, "DELETE FROM address WHERE person = ?1"};
    // Not OR REPLACE, which fires no trigger for the row that goes.
    Statement put_address{c, R"sql(
INSERT INTO address (address, person, place) VALUES (?1, ?2, ?3) ON CONFLICT (address) DO UPDATE SET address = ?1, person = ?2, place = ?3)sql"};
    Statement leave_team{c, R"sql(
INSERT OR IGNORE INTO left_team (person, at, team) SELECT p.key, ?2, t.id FROM person p JOIN team t ON t.key = p.team WHERE p.key = ?1)sql"};
    Statement mark_person{c, "UPDATE person SET removed = ?2, representative = 0, alternate = 0 WHERE key = ?1"};
    Statement end_rosters{c, "UPDATE subscription SET ends = ?2 WHERE person = ?1 AND ends = 9223372036854775807"};
    Statement drop_terms_to_come{c, "DELETE FROM term WHERE person = ?1 AND begins >= ?2"};
    Statement end_terms{c, "UPDATE term SET ends = ?2 WHERE person = ?1 AND ends > ?2"};
    Statement revoke_tokens{c, "UPDATE token SET revoked = ?2 WHERE holder = ?1 AND revoked IS NULL"};
    // Those for others too, and those made in their name with a token that somebody else made for them: of these the journal says it.
    Statement revoke_made_tokens{c, R"sql(
UPDATE token SET revoked = ?2 WHERE revoked IS NULL AND (created_by = 'person ' || ?1 OR EXISTS (
    SELECT 1 FROM entry e WHERE e.subject = token.id AND e.act = 'token.created' AND e.actor = 'person ' || ?1)))sql"};
    Statement use_up_links{c, R"sql(
INSERT OR IGNORE INTO used_signature (digest, first_seen, kind)
SELECT hex(secret), expires, 'used up' FROM sign_in_link WHERE person = ?1 UNION ALL
SELECT hex(secret), expires, 'used up' FROM challenge WHERE person = ?1)sql"};
    Statement use_up_sessions{c, R"sql(
INSERT OR IGNORE INTO used_signature (digest, first_seen, kind)
SELECT hex(secret), expires, 'used up' FROM session WHERE person = ?1)sql"};
    Statement drop_links{c, "DELETE FROM sign_in_link WHERE person = ?1"};
    Statement drop_challenges{c, "DELETE FROM challenge WHERE person = ?1"};
    Statement drop_sessions{c, "DELETE FROM session WHERE person = ?1"};
    Statement drop_factor{c, "DELETE FROM second_factor WHERE person = ?1"};
    Statement unconfirmed{c, R"sql(
SELECT u.what, u.since, u.actors, u.known, u.wanted FROM unconfirmed u JOIN person p ON p.key = u.person
WHERE p.id = ?1 AND p.removed IS NULL ORDER BY u.what)sql"};
    Statement with_unconfirmed{
        c, "SELECT DISTINCT p.id FROM unconfirmed u JOIN person p ON p.key = u.person WHERE p.removed IS NULL ORDER BY p.id"};
    Statement put_unconfirmed{c, R"sql(
INSERT INTO unconfirmed (person, what, since, actors, known, wanted) SELECT key, ?2, ?3, ?4, ?5, ?6 FROM person WHERE id = ?1
ON CONFLICT (person, what) DO UPDATE SET since = ?3, actors = ?4, known = ?5, wanted = ?6)sql"};
    Statement drop_unconfirmed{c, "DELETE FROM unconfirmed WHERE person = ?1 AND (?2 IS NULL OR what = ?2)"};
    Statement holder{c, "SELECT person FROM address WHERE address = ?1"};
    // Those whose key may differ from them in more than ASCII case.
    Statement special_addresses{c, "SELECT address, person FROM address WHERE address GLOB '*[^!-~]*' OR instr(address, '\"') > 0"};
    Statement version{c, "SELECT register_version FROM meta"};
    struct Special {
        std::int64_t version = -1;
        std::int64_t roll_backs = 0;  // after one the same number is given to another version
        AddressKey key = nullptr;
        std::unordered_map<std::string, PersonKey> holders;  // 0: of several people
    };
    [[nodiscard]] const Special& special_as_of_now(AddressKey key);
    [[nodiscard]] std::optional<PersonKey> holder_of(std::string_view address, AddressKey key);
    Special special;  // a federation has thousands
    Statement live_key{c, "SELECT key FROM person WHERE id = ?1 AND removed IS NULL"};
    Statement any_key{c, "SELECT key FROM person WHERE id = ?1"};
    [[nodiscard]] std::optional<PersonKey> key_ever(const PersonId& id) {
        auto rows = any_key.select(id);
        return rows.next() ? std::optional{rows.number(0)} : std::nullopt;
    }
    Statement former_team{c, R"sql(
SELECT coalesce(t.id, '') FROM person p LEFT JOIN team t ON t.key = p.team WHERE p.id = ?1 AND p.removed IS NOT NULL)sql"};
    Statement team_at{c, R"sql(
SELECT coalesce((SELECT l.team FROM left_team l WHERE l.person = p.key AND l.at >= ?2 ORDER BY l.at LIMIT 1),
CASE WHEN p.removed IS NULL THEN (SELECT t.id FROM team t WHERE t.key = p.team) END, '') FROM person p WHERE p.id = ?1)sql"};
    Statement left_since{c, R"sql(
SELECT DISTINCT p.id FROM left_team l JOIN person p ON p.key = l.person WHERE l.team = ?1 AND l.at >= ?2 ORDER BY p.id)sql"};
    Statement remember{c, R"sql(
INSERT INTO departed (mark, person, team, at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (mark, person, team) DO UPDATE SET at = ?4)sql"};
    Statement any_departed{c, "SELECT 1 FROM departed LIMIT 1"};  // of a community that is being set up nobody has left
    Statement forget{c, "DELETE FROM departed WHERE at <= ?1"};
    // Of another person than this one, who was of another team than this, unless somebody of this team had it as well.
    Statement remembered{c, R"sql(
SELECT 1 FROM departed d WHERE d.mark = ?1 AND d.team <> ?3 AND d.at > ?4 AND d.person IS NOT (SELECT key FROM person WHERE id = ?2)
AND NOT EXISTS (SELECT 1 FROM departed o WHERE o.mark = ?1 AND o.team = ?3) LIMIT 1)sql"};
    Statement anybodys{c, "SELECT 1 FROM departed WHERE mark = ?1 LIMIT 1"};
    Statement who_had{c, "SELECT DISTINCT p.id FROM departed d JOIN person p ON p.key = d.person WHERE d.mark = ?1"};
    Statement was_theirs{c, "SELECT 1 FROM departed d JOIN person p ON p.key = d.person WHERE d.mark = ?1 AND p.id = ?2"};
    // What went at the very instant at which they left was theirs until then.
    Statement left_with{c, R"sql(
SELECT 1 FROM departed d JOIN person p ON p.key = d.person WHERE d.mark = ?1 AND p.id = ?2
AND d.at = coalesce(p.removed, (SELECT max(l.at) FROM left_team l WHERE l.person = p.key)))sql"};
    Statement went_on{c, R"sql(
SELECT 1 FROM departed d JOIN person p ON p.key = d.person JOIN departed o ON o.mark = d.mark AND o.person <> d.person AND o.at > d.at
WHERE d.mark = ?1 AND p.id = ?2 LIMIT 1)sql"};
    Statement held_mark{c, R"sql(
SELECT max(n.ends) FROM departed d JOIN person p ON p.key = d.person JOIN denial n ON n.whom = p.id AND n.whole_team = 0
WHERE d.mark = ?1 AND p.id <> ?2 AND n.source = 'hold' AND n.begins <= ?3 AND n.ends > ?3)sql"};
    Statement id_of{c, "SELECT id FROM person WHERE key = ?1"};

    Statement terms{c, R"sql(
SELECT t.role, p.id, t.list, t.begins, t.ends FROM term t JOIN person p ON p.key = t.person
WHERE p.removed IS NULL ORDER BY t.role, p.id, t.list, t.begins)sql"};
    Statement terms_of_departed{c, R"sql(
SELECT m.role, p.id, m.list, m.begins, m.ends, t.id FROM term m JOIN person p ON p.key = m.person JOIN team t ON t.key = p.team
WHERE p.removed IS NOT NULL ORDER BY m.role, p.id, m.list, m.begins)sql"};
    Statement live_terms{c, R"sql(
SELECT t.role, p.id, t.list, t.begins, t.ends FROM person p JOIN term t ON t.person = p.key
WHERE p.id = ?1 AND p.removed IS NULL AND t.begins <= ?2 AND t.ends > ?2)sql"};
    Statement held_terms{c, held_sql().all.c_str()};
    Statement held_terms_of{c, held_sql().one.c_str()};
    Statement roles_of_lists{c, held_sql().of_lists.c_str()};
    Statement lost_place{c, R"sql(
SELECT EXISTS (SELECT 1 FROM person p JOIN left_team l ON l.person = p.key WHERE p.id = ?1 AND l.at > ?2) OR (
    EXISTS (SELECT 1 FROM person p JOIN term t ON t.person = p.key WHERE p.id = ?1 AND t.list = '' AND t.begins <= ?2 AND t.ends > ?2)
    AND NOT EXISTS (SELECT 1 FROM person p JOIN term t ON t.person = p.key JOIN term now ON now.person = p.key AND now.role = t.role
        WHERE p.id = ?1 AND t.list = '' AND t.begins <= ?2 AND t.ends > ?2 AND now.list = '' AND now.begins <= ?3 AND now.ends > ?3))
)sql"};
    Statement put_term{c, R"sql(
INSERT INTO term (person, role, list, begins, ends) VALUES ((SELECT key FROM person WHERE id = ?1), ?2, ?3, ?4, ?5)
ON CONFLICT (person, role, list, begins) DO UPDATE SET ends = ?5)sql"};
    Statement drop_term{c, R"sql(
DELETE FROM term WHERE person = (SELECT key FROM person WHERE id = ?1) AND role = ?2 AND list = ?3 AND begins = ?4)sql"};

    Statement lists{c, list_sql().all.c_str()};
    Statement list{c, list_sql().one.c_str()};
    Statement put_list{c, list_sql().put.c_str()};
    Statement any_list{c, "SELECT 1 FROM list LIMIT 1"};
    Statement drop_list_clearances{c, "DELETE FROM clearance WHERE list = ?1"};
    Statement mark_list{c, "UPDATE list SET removed = ?2 WHERE key = ?1"};
    Statement end_roster{c, "UPDATE subscription SET ends = ?2 WHERE list = ?1 AND ends = 9223372036854775807"};
    Statement drop_list_terms_to_come{c, "DELETE FROM term WHERE list = ?1 AND begins >= ?2"};
    Statement end_list_terms{c, "UPDATE term SET ends = ?2 WHERE list = ?1 AND ends > ?2"};

    Statement end_archive{c, "UPDATE archived SET ended = ?2 WHERE list = ?1 AND ended IS NULL"};

    Statement change_mode{c, R"sql(
UPDATE subscription SET delivery = ?3 WHERE list = ?1 AND person = ?2 AND ends = 9223372036854775807)sql"};
    // The conflict: ended at the very instant it began, which was no time at all.
    Statement subscribe{c, R"sql(
INSERT INTO subscription (list, person, begins, ends, delivery) VALUES (?1, ?2, ?3, 9223372036854775807, ?4)
ON CONFLICT (list, person, begins) DO UPDATE SET ends = 9223372036854775807, delivery = ?4)sql"};
    Statement unsubscribe{c, "UPDATE subscription SET ends = ?3 WHERE list = ?1 AND person = ?2 AND ends = 9223372036854775807"};
    Statement every_subscription{c, R"sql(
SELECT l.id, p.id, s.delivery FROM subscription s JOIN list l ON l.key = s.list JOIN person p ON p.key = s.person
WHERE s.ends = 9223372036854775807 ORDER BY l.id, p.id)sql"};
    Statement roster{c, R"sql(
SELECT ?2, p.id, s.delivery FROM subscription s JOIN person p ON p.key = s.person
WHERE s.list = ?1 AND s.ends = 9223372036854775807 ORDER BY p.id)sql"};
    // By key and not by id: a page of a roster of 200,000 is a range of the primary key, where order by id would sort all of it.
    Statement readers{c, R"sql(
SELECT p.id, p.name, t.id, k.person IS NOT NULL, s.delivery, s.begins FROM subscription s JOIN person p ON p.key = s.person
JOIN team t ON t.key = p.team LEFT JOIN person_key k ON k.person = p.key
WHERE s.list = ?1 AND s.person > coalesce((SELECT key FROM person WHERE id = ?2), 0) AND s.ends = 9223372036854775807
ORDER BY s.person)sql"};
    Statement one_reader{c, R"sql(
SELECT p.id, p.name, t.id, k.person IS NOT NULL, s.delivery, s.begins FROM person p JOIN subscription s ON s.list = ?1 AND s.person = p.key
JOIN team t ON t.key = p.team LEFT JOIN person_key k ON k.person = p.key WHERE p.id = ?2 AND s.ends = 9223372036854775807)sql"};
    Statement count_roster{c, "SELECT count(*) FROM subscription WHERE list = ?1 AND ends = 9223372036854775807"};
    std::string on_roster_sql =
        fmt::format("SELECT 1 FROM subscription WHERE list = ?1 AND person = ?2 AND ends = 9223372036854775807 AND begins <= ?3 AND {}",
                    row_holds("subscription"));
    Statement on_roster{c, on_roster_sql.c_str()};

    Statement denials{c, R"sql(
SELECT id, whom, whole_team, resource, verbs, begins, ends, source, decision FROM denial ORDER BY id)sql"};
    Statement add_denial{c, R"sql(
INSERT INTO denial (whom, whole_team, resource, verbs, begins, ends, source, decision)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id)sql"};
    Statement change_denial{c, R"sql(
UPDATE denial SET whom = ?1, whole_team = ?2, resource = ?3, verbs = ?4, begins = ?5, ends = ?6, source = ?7, decision = ?8
WHERE id = ?9)sql"};
    // What waits for those whom a denial is of is asked about again at once; what is leased stays so.
    Statement waits_no_more{c, R"sql(
UPDATE delivery SET next = 0 WHERE state IN (2, 3) AND state = 2 AND code = 'denied' AND next < 9223372036854775807 AND person IN (
    SELECT p.key FROM denial d JOIN person p ON NOT d.whole_team AND p.id = d.whom WHERE d.id = ?1
    UNION SELECT p.key FROM denial d JOIN team t ON d.whole_team AND t.id = d.whom JOIN person p ON p.team = t.key WHERE d.id = ?1))sql"};
    Statement drop_denial{c, "DELETE FROM denial WHERE id = ?1"};

    StandingReader standing;
};

}  // namespace caveat::storage
