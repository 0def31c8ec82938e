#include "caveat/storage/deliveries.hpp"

#include <algorithm>
#include <map>

#include "connection.hpp"
#include "endings.hpp"
#include "sealed.hpp"
#include "standing.hpp"
#include "statement.hpp"
#include "unended.hpp"

namespace caveat::storage {
namespace {

constexpr std::size_t longest_reply = 512;
// Of the rows whose time has come, so many times `most` are looked at for more of the same post: bounded, also when a relay comes back
// and a hundred thousand rows of many posts are due at once.
constexpr std::size_t look_ahead = 8;
constexpr PostKey above_all = std::numeric_limits<PostKey>::max();
// So many posts at a time are asked whether the journal says that they have ended: a tenth of a second where little of it is in memory.
constexpr std::int64_t looked_at_once = 1'000;

// How rows are numbered in the table.
std::int64_t row_key(PostKey post, std::int64_t seq) { return (post << 32) + seq; }
PostKey post_of(std::int64_t key) { return key >> 32; }
std::int32_t seq_of(std::int64_t key) { return static_cast<std::int32_t>(key & 0xffff'ffff); }

// What `fan_out` and `add` seal, given the columns that are not yet empty: the rest is as a copy begins.
std::string first_seal(std::string_view key, std::string_view person, std::string_view named, std::string_view at) {
    return fmt::format("row_seal('delivery', {}, {}, {}, 0, 0, {}, '', '', '', '')", key, person, named, at);
}

// Of the row that stays as it is but for its outcome. One that did not hold goes on not to.
std::string record_sql(int state) {
    return fmt::format(R"sql(
UPDATE delivery SET state = ?2, attempts = ?3, at = ?4, next = ?5, address = ?6, because = ?7, reply = ?8, code = ?9,
    seal = CASE WHEN {} THEN row_seal('delivery', key, person, named, ?2, ?3, ?4, ?6, ?7, ?8, ?9) ELSE x'' END
WHERE key = ?1 AND state = {})sql",
                       row_holds("delivery"), state);
}

// What `unfinished` says of a post, for which nothing vouches, or what its rows say, which are sealed.
struct HowFar {
    std::int64_t cursor = 0, last = 0, queued = 0, open = 0;
    [[nodiscard]] bool agrees_with(const HowFar& other) const { return last == other.last && queued == other.queued && open == other.open; }
};

// Columns: key, attempts, named, person, whether the row holds.
Due due_from(const Rows& rows) { return {seq_of(rows.number(0)), rows.small(1), rows.flag(2), rows.number(3)}; }

// Columns: key, person id, address, state, because, attempts, at, next, reply, cursor, named, code.
DeliveryRow delivery_from(const Rows& rows) {
    DeliveryRow row{seq_of(rows.number(0)),
                    PersonId(rows.text(1)),
                    rows.text(2),
                    rows.flag(10),
                    rows.as<DeliveryState>(3),
                    false,
                    community::reason_from(rows.text(11), rows.text(4)),
                    rows.small(5),
                    rows.at(6),
                    {},
                    rows.text(8)};
    const auto next = rows.number(7);
    const bool leased_again = row.state == DeliveryState::deferred && next == forever;
    if (leased_again) row.state = DeliveryState::queued;
    row.leased = leased_again || (row.state == DeliveryState::queued && row.seq < rows.small(9));
    if (traits(row.state).waits) row.next = instant(next);
    return row;
}

// Columns: post id, list, state, attempts, at, because, reply, code.
std::vector<Copy> copies_from(Rows rows) {
    std::vector<Copy> all;
    while (rows.next()) {
        all.push_back({PostId{rows.text(0)}, ListId{rows.text(1)}, rows.as<DeliveryState>(2), rows.small(3), rows.at(4),
                       community::reason_from(rows.text(7), rows.text(5)), rows.text(6)});
    }
    return all;
}

}  // namespace

struct Deliveries::Statements {
    explicit Statements(SqlConnection& connection) : c(connection), standing(connection), endings(connection) {}

    SqlConnection& c;

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

    PostKey look_below = above_all;  // those that are asked next whether the journal says that they have ended
};

Deliveries::Deliveries(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Deliveries::~Deliveries() = default;

std::int32_t Deliveries::fan_out(PostKey post, const ListId& list, Instant now) {
    const int rows = s_->fan_out.run(post, s_->standing.list_key(list), now);
    if (rows > 0) s_->open(post, rows);
    return rows;
}

void Deliveries::add(PostKey post, PersonKey person) {
    if (s_->add.run(post, person) != 1) throw Broken(fmt::format("no post with key {}", post));
    s_->open(post, 1);
}

void Deliveries::Statements::open(PostKey post, int rows) {
    begin.run(post, rows);
    count.run(post, rows);
    c.queued_open = true;
}

std::optional<HowFar> Deliveries::Statements::counts_of(PostKey post) {
    auto rows = counts.select(post);
    if (!rows.next()) return std::nullopt;
    return HowFar{rows.number(0), rows.number(1), rows.number(2), rows.number(3)};
}

HowFar Deliveries::Statements::count_rows(PostKey post) {
    HowFar now;
    {
        auto rows = counted.select(row_key(post, 1), row_key(post + 1, 0) - 1);
        if (rows.next()) now = {0, rows.number(2), rows.number(0), rows.number(1)};
    }
    now.cursor = now.last + 1;
    if (now.queued == 0) return now;
    auto first = first_queued.select(row_key(post, 1), row_key(post + 1, 0) - 1);
    if (first.next()) now.cursor = seq_of(first.number(0));
    return now;
}

void Deliveries::Statements::put(PostKey post, const HowFar& now) {
    if (now.open > 0)
        put_counts.run(post, now.cursor, now.last, now.queued, now.open);
    else
        finish.run(post);
}

std::vector<PostKey> Deliveries::Statements::unended_now() {
    std::vector<PostKey> posts;
    auto rows = unended.select(look_below, looked_at_once);
    while (rows.next()) posts.push_back(rows.number(0));
    return posts;
}

void Deliveries::Statements::look_on() {
    auto rows = next_to_look_at.select(look_below, looked_at_once);
    const auto lowest = rows.next() ? rows.number(0) : 0;  // 0: there was none
    look_below = lowest > 1 ? lowest : above_all;
}

// Leased first attempts are queued rows behind the cursor; leased retries are deferred rows without a time.
std::vector<std::pair<PostKey, DeliveryRow>> Deliveries::leased() {
    std::vector<std::pair<PostKey, DeliveryRow>> all;
    const auto take = [&](Rows rows, DeliveryState state) {
        while (rows.next()) {
            const auto post = post_of(rows.number(0));
            if (auto found = row(post, seq_of(rows.number(0)))) {
                found->state = state;
                all.emplace_back(post, std::move(*found));
            }
        }
    };
    take(s_->leased_first.select(), DeliveryState::queued);
    take(s_->leased_retries.select(), DeliveryState::deferred);
    return all;
}

std::vector<SetRight> Deliveries::recover() {
    s_->look_below = above_all;
    s_->due_again.run();
    return set_right(Hands::unknown);
}

void Deliveries::recover_uncounted() {
    s_->due_again.run();
    s_->rewind.run();
}

std::vector<SetRight> Deliveries::take_up_again() {
    s_->due_again_sealed.run();
    return set_right(Hands::empty);
}

std::vector<SetRight> Deliveries::set_right(Hands hands) {
    std::vector<SetRight> changed;
    for (const auto post : s_->unended_now()) {
        const auto said = s_->counts_of(post);
        const auto now = s_->count_rows(post);
        if (!said && now.open == 0) continue;
        const bool behind = said && hands == Hands::empty && now.cursor < said->cursor;  // at a start a dead process had taken them
        if (!said || behind || !now.agrees_with(*said)) changed.push_back({post, now.open == 0 && !s_->endings.holds_for(post)});
        if (!said || !now.agrees_with(*said) || now.cursor != said->cursor) s_->put(post, now);
    }
    return changed;
}

bool Deliveries::are_behind() {
    for (const auto post : s_->unended_now()) {
        const auto said = s_->counts_of(post);
        const auto now = s_->count_rows(post);
        if (said ? !now.agrees_with(*said) || now.cursor < said->cursor : now.open > 0) return true;
    }
    s_->look_on();
    auto rows = s_->leased_again.select();
    return rows.next();
}

std::int64_t Deliveries::bring_forward(std::chrono::microseconds set_back, Instant latest, Instant now) {
    return s_->bring_forward.run(set_back.count(), latest, now);
}

std::optional<Slice> Deliveries::lease(Instant now, std::size_t most, PostKey after) {
    if (most == 0) return std::nullopt;
    if (auto slice = s_->take_deferred(now, most)) return slice;
    if (auto slice = s_->take_first(most, after)) return slice;
    return after > 0 ? s_->take_first(most, 0) : std::nullopt;
}

bool Deliveries::Statements::holds(PostKey post) {
    auto rows = post_holds.select(post);
    return rows.next() && rows.flag(0);
}

// What somebody wrote without the key is leased and given to nobody, so that it is not asked about again and again.
std::optional<Slice> Deliveries::Statements::take_deferred(Instant now, std::size_t most) {
    Slice slice;
    std::vector<std::int64_t> forged;
    {
        auto rows = due.select(now, most * look_ahead);
        while (slice.due.size() < most && rows.next()) {
            const auto post = post_of(rows.number(0));
            if (slice.post == post || slice.due.empty()) {
                if (!rows.flag(4) || !holds(post)) {
                    forged.push_back(rows.number(0));
                    continue;
                }
                slice.post = post;
                slice.due.push_back(due_from(rows));
            }
        }
    }
    for (const auto key : forged) lease_again.run(key);
    for (const auto& d : slice.due) lease_again.run(row_key(slice.post, d.seq));
    return slice.due.empty() ? std::nullopt : std::optional{std::move(slice)};
}

std::optional<Slice> Deliveries::Statements::take_deferred_of(PostKey post, Instant now, std::size_t most) {
    if (!holds(post)) return std::nullopt;
    Slice slice;
    slice.post = post;
    {
        auto rows = due_of.select(now, row_key(post, 1), row_key(post + 1, 0), most);
        while (rows.next()) {
            if (rows.flag(4)) slice.due.push_back(due_from(rows));
        }
    }
    for (const auto& d : slice.due) lease_again.run(row_key(post, d.seq));
    return slice.due.empty() ? std::nullopt : std::optional{std::move(slice)};
}

std::optional<Slice> Deliveries::lease_of(PostKey post, Instant now, std::size_t most) {
    if (most == 0) return std::nullopt;
    if (auto slice = s_->take_deferred_of(post, now, most)) return slice;
    return s_->take_first(most, post - 1, post);
}

std::optional<Slice> Deliveries::Statements::take_first(std::size_t most, PostKey after, PostKey until) {
    for (;;) {
        Slice slice;
        std::int64_t cursor = 0;
        std::int64_t last = 0;
        {
            auto rows = ahead.select(after);
            if (!rows.next() || rows.number(0) > until) return std::nullopt;
            slice.post = rows.number(0);
            cursor = rows.number(1);
            last = rows.number(2);
        }
        after = slice.post;
        if (!holds(slice.post)) continue;  // its copies stay where they are
        slice.due.reserve(most);
        std::size_t seen = 0;
        std::int64_t latest = 0;
        {
            auto rows = queued.select(row_key(slice.post, cursor), row_key(slice.post, last), most);
            for (; rows.next(); ++seen) {
                latest = rows.number(0);
                if (rows.flag(4)) slice.due.push_back(due_from(rows));
            }
        }
        // Fewer rows than asked for: the others are done already, for example after a recovery or a cancellation.
        advance.run(slice.post, seen < most ? last + 1 : seq_of(latest) + 1);
        if (!slice.due.empty()) return slice;
        if (seen == most) --after;  // none of these held: the next ones of the same post
    }
}

std::optional<Instant> Deliveries::next_due() {
    auto rows = s_->next_due.select();
    if (!rows.next()) return std::nullopt;
    return rows.at(0);
}

std::vector<community::Standing> Deliveries::standings(std::span<const Due> due, const ListId& list, Instant now) {
    std::vector<PersonKey> people;
    people.reserve(due.size());
    for (const auto& d : due) people.push_back(d.person);
    return s_->standing.read(people, s_->standing.scope(list, now));
}

void Deliveries::record(std::span<const Outcome> outcomes) {
    PostKey post = 0;
    std::int64_t left_queue = 0;
    std::int64_t finished = 0;
    for (const auto& o : outcomes) {
        if (o.post != post) {
            s_->settle_post(post, left_queue, finished);
            post = o.post;
            left_queue = finished = 0;
        }
        const auto next = traits(o.state).waits ? o.next : Instant{};
        std::string cut;
        if (o.reply.size() > longest_reply) cut = o.reply.substr(0, longest_reply);
        const auto& reply = cut.empty() ? o.reply : cut;
        const auto write = [&](Statement& statement) {
            return statement.run(row_key(o.post, o.seq), o.state, o.attempts, o.at, next, o.address, o.because.words, reply,
                                 community::name(o.because.code)) == 1;
        };
        const bool was_queued = write(s_->record_queued);
        // A row that is final already stays as it is, so an outcome that is reported twice counts once.
        if (!was_queued && !write(s_->record_deferred)) continue;
        if (was_queued && o.state != DeliveryState::queued) ++left_queue;
        if (traits(o.state).is_final) ++finished;
    }
    s_->settle_post(post, left_queue, finished);
}

void Deliveries::Statements::settle_post(PostKey post, std::int64_t left_queue, std::int64_t finished) {
    if (left_queue == 0 && finished == 0) return;
    settle.run(post, left_queue, finished);
    if (finished == 0) return;
    // Nothing vouches for the counts: that it has ended is said by its rows, which are read for the hash over them then as well.
    const auto said = counts_of(post);
    if (said && said->open > 0) return;
    auto now = count_rows(post);
    now.cursor = said ? said->cursor : now.last + 1;  // which copies are out is not known here: what stays behind is taken up later
    put(post, now);
    if (now.open > 0 && c.options.warn)
        c.options.warn(fmt::format("how far the post of number {} has come was changed by somebody who has no key: its copies were counted "
                                   "again", post));
}

std::vector<DeliveryRow> Deliveries::rows(PostKey post) {
    std::vector<DeliveryRow> all;
    auto rows = s_->rows_between.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) all.push_back(delivery_from(rows));
    return all;
}

std::vector<DeliveryRow> Deliveries::rows(PostKey post, std::int32_t after, std::optional<DeliveryState> state, std::int64_t most) {
    std::vector<DeliveryRow> all;
    auto rows = s_->rows_after.select(row_key(post, std::int64_t{after} + 1), row_key(post + 1, 0) - 1, state, most, std::nullopt);
    while (rows.next()) all.push_back(delivery_from(rows));
    return all;
}

std::optional<DeliveryRow> Deliveries::row_of(PostKey post, PersonKey person) {
    auto rows = s_->rows_after.select(row_key(post, 0), row_key(post + 1, 0) - 1, std::nullopt, 1, person);
    if (!rows.next()) return std::nullopt;
    return delivery_from(rows);
}

std::optional<DeliveryRow> Deliveries::row(PostKey post, std::int32_t seq) {
    auto rows = s_->rows_between.select(row_key(post, seq), row_key(post, seq));
    if (!rows.next()) return std::nullopt;
    return delivery_from(rows);
}

std::vector<std::pair<DeliveryState, std::int64_t>> Deliveries::tally(PostKey post) {
    std::map<DeliveryState, std::int64_t> counts;
    auto rows = s_->states.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) ++counts[rows.as<DeliveryState>(0)];
    return {counts.begin(), counts.end()};
}

std::vector<Deliveries::Reasons> Deliveries::reasons(PostKey post) {
    std::vector<Reasons> all;
    auto rows = s_->reasons.select(row_key(post, 0), row_key(post + 1, 0) - 1);
    while (rows.next()) all.push_back({rows.as<DeliveryState>(0), rows.text(1), rows.number(2)});
    return all;
}

std::vector<Copy> Deliveries::undelivered(const PersonId& person, Instant since, std::int64_t most) {
    return copies_from(s_->undelivered.select(person.value, since, most));
}

std::vector<Copy> Deliveries::copies_of(const PersonId& person, Instant since, std::int64_t most) {
    return copies_from(s_->copies_of.select(person.value, since, most));
}

std::int64_t Deliveries::count_undelivered(const PersonId& person, Instant since) {
    auto rows = s_->count_undelivered.select(person.value, since);
    return rows.next() ? rows.number(0) : 0;
}

std::string Deliveries::outcomes(PostKey post) { return s_->endings.of(post); }

}  // namespace caveat::storage
