#pragma once
// What the copies of posts ask of SQL, and the steps that several of the files on them take: leasing and outcomes (deliveries.cpp), what a
// dead process or an edit left behind (delivery_recovery.cpp), and what people see (delivery_views.cpp). A row that somebody wrote or
// changed without the key does not hold.
#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/storage/deliveries.hpp"
#include "connection.hpp"
#include "endings.hpp"
#include "sealed.hpp"
#include "standing.hpp"
#include "statement.hpp"
#include "unended.hpp"

namespace caveat::storage {

// How rows are numbered in the table: the key of the post, and behind it a number of 32 bits, from 1.
inline std::int64_t row_key(PostKey post, std::int64_t seq) { return (post << 32) + seq; }
inline PostKey post_of(std::int64_t key) { return key >> 32; }
inline std::int32_t seq_of(std::int64_t key) { return static_cast<std::int32_t>(key & 0xffff'ffff); }

// What `unfinished` says of a post, for which nothing vouches, or what its rows say, which are sealed.
struct HowFar {
    std::int64_t cursor = 0, last = 0, queued = 0, open = 0;
    [[nodiscard]] bool agrees_with(const HowFar& other) const { return last == other.last && queued == other.queued && open == other.open; }
};

struct Deliveries::Statements {
    explicit Statements(SqlConnection& connection) : c(connection), standing(connection), endings(connection) {}

    SqlConnection& c;

    // What `fan_out` and `add` seal, given the columns that are not yet empty: the rest is as a copy begins.
    static std::string first_seal(std::string_view key, std::string_view person, std::string_view named, std::string_view at) {
        return fmt::format("row_seal('delivery', {}, {}, {}, 0, 0, {}, '', '', '', '')", key, person, named, at);
    }

    // Of the row that stays as it is but for its outcome. One that did not hold goes on not to.
    static std::string record_sql(int state) {
        return fmt::format(R"sql(
UPDATE delivery SET state = ?2, attempts = ?3, at = ?4, next = ?5, address = ?6, because = ?7, reply = ?8, code = ?9,
    seal = CASE WHEN {} THEN row_seal('delivery', key, person, named, ?2, ?3, ?4, ?6, ?7, ?8, ?9) ELSE x'' END
WHERE key = ?1 AND state = {})sql",
                           row_holds("delivery"), state);
    }

    // Nobody who was written into the roster or among the named without the key.
    std::string fan_out_sql =
        fmt::format(R"sql(
INSERT INTO delivery (key, person, named, state, attempts, at, seal)
SELECT key, person, named, 0, 0, ?3, {} FROM (
    SELECT (?1 << 32) + row_number() OVER () AS key, s.person AS person,
        s.person IN (SELECT person FROM named n WHERE n.post = ?1 AND {}) AS named
    FROM subscription s WHERE s.list = ?2 AND s.ends = 9223372036854775807 AND {}))sql",
                    first_seal("key", "person", "named", "?3"), row_holds("named", "n."), row_holds("subscription", "s."));
    std::string add_sql = fmt::format(R"sql(
INSERT INTO delivery (key, person, named, state, attempts, at, seal)
SELECT key, ?2, 0, 0, 0, received, {} FROM (SELECT (?1 << 32) + deliveries + 1 AS key, received FROM post WHERE key = ?1))sql",
                                      first_seal("key", "?2", "0", "received"));
    std::string due_sql = fmt::format(
        "SELECT key, attempts, named, person, {} FROM delivery WHERE state = 2 AND next <= ?1 ORDER BY next "
        "LIMIT ?2",
        row_holds("delivery"));
    std::string due_of_sql = fmt::format(
        "SELECT key, attempts, named, person, {} FROM delivery WHERE key BETWEEN ?2 AND ?3 AND state = 2 AND next <= ?1 LIMIT ?4",
        row_holds("delivery"));
    std::string queued_sql = fmt::format(
        "SELECT key, attempts, named, person, {} FROM delivery WHERE key BETWEEN ?1 AND ?2 AND state = 0 "
        "ORDER BY key LIMIT ?3",
        row_holds("delivery"));
    std::string post_holds_sql = fmt::format("SELECT {} FROM post WHERE key = ?1", row_holds("post"));
    std::string record_queued_sql = record_sql(0);
    std::string record_deferred_sql = record_sql(2);

    Statement fan_out{c, fan_out_sql.c_str()};
    Statement add{c, add_sql.c_str()};
    Statement begin{c, R"sql(
INSERT INTO unfinished (post, cursor, last, queued, open) SELECT ?1, deliveries + 1, deliveries + ?2, ?2, ?2 FROM post WHERE key = ?1
ON CONFLICT (post) DO UPDATE SET last = last + ?2, queued = queued + ?2, open = open + ?2)sql"};
    Statement count{c, "UPDATE post SET deliveries = deliveries + ?2 WHERE key = ?1"};

    std::string leased_first_sql = fmt::format(R"sql(
SELECT d.key FROM unfinished u JOIN post p ON p.key = u.post
JOIN delivery d ON d.key > u.post << 32 AND d.key < (u.post << 32) + u.cursor WHERE d.state = 0 AND {})sql",
                                               row_holds("delivery", "d."));
    Statement leased_first{c, leased_first_sql.c_str()};
    std::string leased_retries_sql = fmt::format(R"sql(
SELECT key FROM delivery WHERE state = 2 AND next = 9223372036854775807
    AND EXISTS (SELECT 1 FROM post p WHERE p.key = delivery.key >> 32) AND {})sql",
                                                 row_holds("delivery"));
    Statement leased_retries{c, leased_retries_sql.c_str()};
    std::string leased_again_sql =
        fmt::format("SELECT 1 FROM delivery WHERE state = 2 AND next = 9223372036854775807 AND {} LIMIT 1", row_holds("delivery"));
    Statement leased_again{c, leased_again_sql.c_str()};
    Statement due_again{c, R"sql(
UPDATE delivery SET next = 0 WHERE state = 2 AND next = 9223372036854775807)sql"};
    Statement rewind{c, R"sql(
UPDATE unfinished SET cursor = coalesce((SELECT min(d.key) & 0xffffffff FROM delivery d
    WHERE d.key > unfinished.post << 32 AND d.key < (unfinished.post + 1) << 32 AND d.state = 0), last + 1)
WHERE queued > 0)sql"};
    Statement bring_forward{c, R"sql(
UPDATE delivery SET next = CASE WHEN next - ?1 > ?2 THEN ?3 ELSE max(next - ?1, ?3) END
WHERE state = 2 AND next > CASE ?1 WHEN 0 THEN ?2 ELSE ?3 END AND next < 9223372036854775807)sql"};
    std::string due_again_sealed_sql =
        "UPDATE delivery SET next = 0 WHERE state = 2 AND next = 9223372036854775807 AND " + row_holds("delivery");
    Statement due_again_sealed{c, due_again_sealed_sql.c_str()};
    Statement unended{c, unended_posts};
    Statement next_to_look_at{c, R"sql(
SELECT coalesce(min(key), 0) FROM (SELECT key FROM post WHERE key < ?1 ORDER BY key DESC LIMIT ?2))sql"};
    Statement counts{c, "SELECT cursor, last, queued, open FROM unfinished WHERE post = ?1"};
    Statement counted{c, R"sql(
SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state IN (0, 2)), coalesce(max(key) & 0xffffffff, 0) FROM delivery
WHERE key BETWEEN ?1 AND ?2)sql"};
    std::string first_queued_sql = fmt::format(
        "SELECT key FROM delivery WHERE key BETWEEN ?1 AND ?2 AND state = 0 AND {} ORDER BY key LIMIT 1", row_holds("delivery"));
    Statement first_queued{c, first_queued_sql.c_str()};
    Statement put_counts{c, R"sql(
INSERT INTO unfinished (post, cursor, last, queued, open) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (post) DO UPDATE SET cursor = ?2, last = ?3, queued = ?4, open = ?5)sql"};

    Statement due{c, due_sql.c_str()};
    Statement lease_again{c, "UPDATE delivery SET next = 9223372036854775807 WHERE key = ?1"};
    Statement ahead{c, "SELECT post, cursor, last FROM unfinished WHERE cursor <= last AND post > ?1 ORDER BY post LIMIT 1"};
    Statement due_of{c, due_of_sql.c_str()};
    Statement queued{c, queued_sql.c_str()};
    Statement post_holds{c, post_holds_sql.c_str()};
    Statement advance{c, "UPDATE unfinished SET cursor = ?2 WHERE post = ?1"};
    Statement next_due{c, "SELECT next FROM delivery WHERE state = 2 AND next < 9223372036854775807 ORDER BY next LIMIT 1"};

    // Two, so that the number of changed rows tells which state it was.
    Statement record_queued{c, record_queued_sql.c_str()};
    Statement record_deferred{c, record_deferred_sql.c_str()};
    Statement settle{c, "UPDATE unfinished SET queued = queued - ?2, open = open - ?3 WHERE post = ?1"};
    Statement finish{c, "DELETE FROM unfinished WHERE post = ?1"};

    // From one key to another, both included. Readers who are nobody in the register are the operator and whom a letter goes to outside.
    Statement rows_between{c, R"sql(
SELECT d.key, coalesce(p.id, CASE d.person WHEN 0 THEN 'operator' ELSE 'outside' END), d.address, d.state, d.because, d.attempts, d.at, d.next, d.reply, u.cursor, d.named, d.code
FROM delivery d
LEFT JOIN person p ON p.key = d.person LEFT JOIN unfinished u ON u.post = d.key >> 32 WHERE d.key BETWEEN ?1 AND ?2 ORDER BY d.key)sql"};
    // A leased retry is shown as queued (delivery_from).
    Statement rows_after{c, R"sql(
SELECT d.key, coalesce(p.id, CASE d.person WHEN 0 THEN 'operator' ELSE 'outside' END), d.address, d.state, d.because, d.attempts, d.at, d.next, d.reply, u.cursor, d.named, d.code
FROM delivery d
LEFT JOIN person p ON p.key = d.person LEFT JOIN unfinished u ON u.post = d.key >> 32
WHERE d.key BETWEEN ?1 AND ?2 AND (?3 IS NULL OR CASE WHEN d.state = 2 AND d.next = 9223372036854775807 THEN 0 ELSE d.state END = ?3)
    AND (?5 IS NULL OR d.person = ?5) ORDER BY d.key LIMIT ?4)sql"};
    Statement reasons{c, R"sql(
SELECT state, code, count(*) FROM delivery WHERE key BETWEEN ?1 AND ?2 AND code <> ''
GROUP BY state, code ORDER BY state, code)sql"};
    // Counted here: SQLite would sort them first.
    Statement states{c, R"sql(
SELECT CASE WHEN state = 2 AND next = 9223372036854775807 THEN 0 ELSE state END FROM delivery WHERE key BETWEEN ?1 AND ?2)sql"};

    Statement undelivered{c, R"sql(
SELECT q.id, q.list, d.state, d.attempts, d.at, d.because, d.reply, d.code FROM person p JOIN delivery d ON d.person = p.key
JOIN post q ON q.key = d.key >> 32 WHERE p.id = ?1 AND d.state IN (2, 3) AND d.at >= ?2 ORDER BY d.at DESC LIMIT ?3)sql"};
    // No index by person: it would cost every outcome of a fan-out, and this is asked by people.
    Statement copies_of{c, R"sql(
SELECT q.id, q.list, CASE WHEN d.state = 2 AND d.next = 9223372036854775807 THEN 0 ELSE d.state END, d.attempts,
    CASE WHEN d.at = 0 THEN q.received ELSE d.at END, d.because, d.reply, d.code
FROM (SELECT key, id, list, received FROM post WHERE received >= ?2 ORDER BY key DESC LIMIT ?3) q
JOIN delivery d ON d.key BETWEEN q.key << 32 AND (q.key << 32) + 4294967295
WHERE d.person = (SELECT key FROM person WHERE id = ?1) ORDER BY d.key DESC)sql"};
    Statement count_undelivered{c, R"sql(
SELECT count(*) FROM person p JOIN delivery d ON d.person = p.key WHERE p.id = ?1 AND d.state IN (2, 3) AND d.at >= ?2)sql"};

    StandingReader standing;
    Endings endings;

    bool holds(PostKey post);
    std::optional<Slice> take_deferred(Instant now, std::size_t most);
    std::optional<Slice> take_deferred_of(PostKey post, Instant now, std::size_t most);
    std::optional<Slice> take_first(std::size_t most, PostKey after, PostKey until = std::numeric_limits<PostKey>::max());
    void open(PostKey post, int rows);
    void settle_post(PostKey post, std::int64_t left_queue, std::int64_t finished);
    [[nodiscard]] std::optional<HowFar> counts_of(PostKey post);
    [[nodiscard]] HowFar count_rows(PostKey post);
    void put(PostKey post, const HowFar& counted);
    [[nodiscard]] std::vector<PostKey> unended_now();
    void look_on();

    static constexpr PostKey above_all = std::numeric_limits<PostKey>::max();
    PostKey look_below = above_all;  // those that are asked next whether the journal says that they have ended
};

}  // namespace caveat::storage
