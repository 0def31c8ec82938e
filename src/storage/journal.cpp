#include "caveat/storage/journal.hpp"

#include <algorithm>
#include <stdexcept>

#include "bound.hpp"
#include "caveat/community/subject.hpp"
#include "caveat/storage/standstill.hpp"
#include "chained.hpp"
#include "connection.hpp"
#include "endings.hpp"
#include "sealed.hpp"
#include "statement.hpp"
#include "tally.hpp"
#include "unended.hpp"
#include "used_up.hpp"

namespace caveat::storage {

std::string_view bytes_of(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::optional<Digest> digest_from(std::string_view bytes) {
    Digest digest;
    if (bytes.size() != digest.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

namespace {

std::string chained(const Digest& previous, std::int64_t number, Instant at, std::string_view actor, std::string_view act,
                    std::string_view subject, std::string_view detail) {
    return std::string(
        Chained("entry").add(bytes_of(previous)).add(number).add(micros(at)).add(actor).add(act).add(subject).add(detail).bytes());
}

// An entry that binds no rows is hashed as before rows were bound, so that old journals stay valid.
Digest hashed(const std::function<Digest(std::string_view)>& chain, const std::string& entry, const Writings& bound) {
    if (bound.empty()) return chain(entry);
    Chained with("entry with rows");
    with.add(entry).add(static_cast<std::int64_t>(bound.size()));
    for (const auto& [name, row] : bound) {
        with.add(name.first).add(name.second);
        for (const auto& hash : {row.was, row.now}) with.add(hash ? bytes_of(*hash) : std::string_view{});
    }
    return chain(with.bytes());
}

std::string sealed(const Journal::Head& head) { return std::string(Chained("head").add(head.number).add(bytes_of(head.hash)).bytes()); }

std::optional<Blob> blob(const std::optional<Digest>& digest) { return digest ? std::optional{Blob{bytes_of(*digest)}} : std::nullopt; }

std::string entry_not_holding(std::int64_t number) { return fmt::format("entry {} does not hold: it or its place was changed", number); }
std::string entry_missing(std::int64_t number) { return fmt::format("entry {} is missing", number); }

Entry entry_from(const Rows& rows) {
    Entry entry{rows.number(0), rows.at(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5), {}};
    if (const auto hash = digest_from(rows.text(6))) entry.hash = *hash;
    return entry;
}

// Nothing vouches for the bytes of a post, which open with its key or not at all; but that they are there is in its sealed row.
std::string lost_body(SqlConnection& connection) {
    Statement lost(connection, lost_bodies);
    auto rows = lost.select();
    return rows.next() ? rows.text(0) : std::string();
}

std::string miscounted_post(SqlConnection& connection) {
    if (connection.schema.steps.size() < seals_step) return {};
    Statement miscounted(connection, miscounted_posts);
    auto rows = miscounted.select();
    return rows.next() ? rows.text(0) : std::string();
}

std::string back_again(SqlConnection& connection) {
    if (connection.schema.steps.size() < commands_step) return {};
    const auto sql = fmt::format(
        "SELECT 'session ' || row_key(id) FROM session WHERE NOT {0} UNION ALL "
        "SELECT 'sign_in_link ' || row_key(secret) FROM sign_in_link WHERE NOT {0} UNION ALL "
        "SELECT 'challenge ' || row_key(secret) FROM challenge WHERE NOT {0} LIMIT 1",
        not_used_up);
    Statement back(connection, sql.c_str());
    auto rows = back.select();
    return rows.next() ? rows.text(0) : std::string();
}

}  // namespace

struct Journal::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    Tally tally{c};

    Statement append{c, "INSERT INTO entry (number, at, actor, act, subject, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    Statement bind{c, "INSERT INTO bound (entry, table_name, key, was, now) VALUES (?1, ?2, ?3, ?4, ?5)"};
    Statement newest_until{c, "SELECT at FROM entry WHERE at <= ?1 ORDER BY number DESC LIMIT 1"};
    Statement newest_of_daily_life{c, R"sql(
SELECT number, at, actor, act, subject, detail, hash FROM entry
WHERE substr(act, 1, instr(act, '.')) IN ('post.', 'clock.', 'decision.', 'case.', 'application.', 'hold.')
ORDER BY number DESC LIMIT 1)sql"};
    Statement more_than_fan_out{c, R"sql(
SELECT 1 FROM entry WHERE number > ?1 AND act NOT IN ('post.judged', 'delivery.outcomes', 'delivery.withheld', 'post.finished') LIMIT 1)sql"};
    Statement steps_back{c, R"sql(
SELECT e.number, e.at, b.at, e.act FROM entry e JOIN entry b ON b.number = e.number - 1 WHERE e.at < b.at - ?1 ORDER BY e.number)sql"};
    Statement hash_of{c, "SELECT hash FROM entry WHERE number = ?1"};
    Statement bound_by{c, "SELECT table_name, key, was, now FROM bound WHERE entry = ?1"};
    Statement head{c, "SELECT number, hash, seal FROM head"};
    Statement put_head{c, R"sql(
INSERT INTO head (one, number, hash, seal) VALUES (1, ?1, ?2, ?3) ON CONFLICT (one) DO UPDATE SET number = ?1, hash = ?2, seal = ?3)sql"};
    Statement all{c, R"sql(
SELECT number, at, actor, act, subject, detail, hash FROM entry
WHERE number >= ?1 AND (?2 IS NULL OR substr(act, 1, length(?2)) = ?2) ORDER BY number LIMIT ?3)sql"};
    // ?5 to ?7: what stands there in a former form (community::former), or NULL.
    Statement about{c, R"sql(
SELECT number, at, actor, act, subject, detail, hash FROM entry
WHERE (subject = ?4 OR (subject = ?6 AND act = ?5 AND json_extract(detail, '$.person') = ?7))
  AND number >= ?1 AND (?2 IS NULL OR substr(act, 1, length(?2)) = ?2) ORDER BY number LIMIT ?3)sql"};
};

Journal::Journal(SqlConnection& connection, std::function<Digest(std::string_view)> chain)
    : connection_(connection), chain_(std::move(chain)), s_(std::make_unique<Statements>(connection)) {}
Journal::~Journal() = default;

void Journal::begin() {
    const Head empty;
    s_->put_head.run(empty.number, Blob{bytes_of(empty.hash)}, Blob{bytes_of(chain_(sealed(empty)))});
    s_->tally.begin(empty);
}

void Journal::append(Instant at, std::string_view actor, std::string_view act, std::string_view subject, std::string_view detail_json) {
    if (!connection_.in_transaction()) throw std::logic_error("a journal entry belongs into the transaction of its act");
    // Read each time: between two transactions other processes append too.
    const auto before = head();
    Head now{before.number + 1, {}};
    const auto bound = taken(connection_.noted);
    now.hash = hashed(chain_, chained(before.hash, now.number, at, actor, act, subject, detail_json), bound);
    s_->append.run(now.number, at, actor, act, subject, detail_json, Blob{bytes_of(now.hash)});
    for (const auto& [name, row] : bound) s_->bind.run(now.number, name.first, name.second, blob(row.was), blob(row.now));
    s_->put_head.run(now.number, Blob{bytes_of(now.hash)}, Blob{bytes_of(chain_(sealed(now)))});
    s_->tally.follow(before, now, bound);
}

void Journal::each(const Filter& filter, const std::function<void(const Entry&)>& visit) {
    show(filter, [&](const Entry& entry) {
        demand(entry);
        visit(entry);
    });
}

bool Journal::holds(const Entry& entry) {
    Digest before{};
    if (entry.number != 1) {
        auto rows = s_->hash_of.select(entry.number - 1);
        const auto hash = rows.next() ? digest_from(rows.text(0)) : std::nullopt;
        if (!hash) return false;
        before = *hash;
    }
    return follows(entry, before);
}

bool Journal::follows(const Entry& e, const Digest& before) {
    const auto bound = writings_of(s_->bound_by, e.number);
    return hashed(chain_, chained(before, e.number, e.at, e.actor, e.act, e.subject, e.detail), bound) == e.hash;
}

// Whoever looks for all stores goes on to look at it, until it is as it was.
void Journal::demand(const Entry& entry) {
    if (holds(entry)) return;
    const auto what = entry_not_holding(entry.number);
    if (const auto& standstill = connection_.options.standstill; standstill && standstill->is_looked_after())
        standstill->meet_entry(entry.number, what);
    throw Altered(standstill_in_words(what));
}

std::string Journal::entry_altered(std::int64_t number) {
    std::string what = entry_missing(number);
    show({.from = number, .limit = 1, .act = {}, .subject = {}}, [&](const Entry& entry) {
        if (entry.number == number) what = holds(entry) ? std::string() : entry_not_holding(number);
    });
    return what;
}

std::string Journal::look_along(std::chrono::steady_clock::duration for_as_long) {
    const Snapshot snapshot(connection_);
    const auto until = std::chrono::steady_clock::now() + for_as_long;
    auto rows = s_->all.select(walked_.number + 1, std::nullopt, -1);
    while (rows.next()) {
        const auto entry = entry_from(rows);
        if (entry.number != walked_.number + 1) return entry_missing(walked_.number + 1);
        if (!follows(entry, walked_.hash)) return entry_not_holding(entry.number);
        walked_ = {entry.number, entry.hash};
        if (until <= std::chrono::steady_clock::now()) return {};
    }
    walked_ = {};
    ++walks_;
    return {};
}

void Journal::show(const Filter& filter, const std::function<void(const Entry&)>& visit) {
    // A statement of the call's own: the visitor may ask the journal something.
    Statement statement(connection_, filter.subject ? s_->about.sql() : s_->all.sql());
    const auto before = filter.subject ? community::former(*filter.subject) : std::nullopt;
    std::optional<std::string> act, subject, person;
    if (before) {
        act.emplace(before->act);
        subject.emplace(before->subject);
        person.emplace(before->person);
    }
    auto rows = filter.subject ? statement.select(filter.from, filter.act, filter.limit, filter.subject, act, subject, person)
                               : statement.select(filter.from, filter.act, filter.limit);
    while (rows.next()) visit(entry_from(rows));
}

Journal::Head Journal::head() {
    auto rows = s_->head.select();
    if (!rows.next()) throw Broken("the head of the journal is missing");
    const auto hash = digest_from(rows.text(1));
    if (!hash) throw Broken("the head of the journal has the wrong form");
    return {rows.number(0), *hash};
}

std::optional<Instant> Journal::newest_until(Instant at) {
    auto rows = s_->newest_until.select(at);
    return rows.next() ? std::optional(rows.at(0)) : std::nullopt;
}

std::optional<Instant> Journal::newest_of_daily_life() {
    auto rows = s_->newest_of_daily_life.select();
    if (!rows.next()) return std::nullopt;
    const auto entry = entry_from(rows);
    demand(entry);
    return entry.at;
}

bool Journal::tells_more_than_fan_out(std::int64_t after) { return s_->more_than_fan_out.select(after).next(); }

std::vector<Journal::StepBack> Journal::steps_back(std::chrono::seconds slack) {
    std::vector<StepBack> all;
    auto rows = s_->steps_back.select(std::chrono::microseconds(slack).count());
    while (rows.next()) all.push_back({rows.number(0), rows.at(1), rows.at(2), rows.text(3)});
    return all;
}

// Head and first entry: whoever forges the one does not have to touch the other, another key fits neither.
bool Journal::is_of_this_key() try {
    std::optional<Head> kept;
    {
        auto rows = s_->head.select();
        if (!rows.next()) return true;  // missing: verify says so
        const auto hash = digest_from(rows.text(1));
        const auto seal = digest_from(rows.text(2));
        if (!hash || !seal) return true;
        kept = Head{rows.number(0), *hash};
        if (chain_(sealed(*kept)) == *seal) return true;
    }
    auto rows = s_->all.select(1, std::nullopt, 1);
    if (!rows.next()) return kept->number != 0;
    const auto first = entry_from(rows);
    const auto bound = Replay(connection_).of(first.number);
    return !bound ||
           hashed(chain_, chained({}, first.number, first.at, first.actor, first.act, first.subject, first.detail), *bound) == first.hash;
} catch (const Broken&) {  // a damaged page: verify says so
    return true;
}

std::string Journal::altered() { return altered_rows(connection_, s_->tally); }

// As the entries bound them, and not as they are: else an older schema, written into the file, would have an edit counted in.
Result<void> Journal::begin_tally() {
    Replay replay(connection_, is_tallied);
    const auto at = follow(replay, std::nullopt);
    if (!at) return tl::unexpected(at.error());
    if (auto held = replay.holds(); !held) return held;
    s_->tally.begin(*at);
    return {};
}

Result<Journal::Head> Journal::verify(const std::optional<Head>& known) {
    const Snapshot snapshot(connection_);  // head and entries of one moment, while others append
    Replay replay(connection_);
    auto at = follow(replay, known);
    if (!at) return at;
    if (const auto held = replay.holds(); !held) return tl::unexpected(held.error());
    if (const auto post = outcomes_changed(connection_); !post.empty()) return fail(errc::corrupt, "{} changed outside the journal", post);
    if (const auto post = miscounted_post(connection_); !post.empty()) {
        return fail(errc::corrupt, "how far post {} has come was changed outside the journal", post);
    }
    if (const auto row = broken_seal(connection_); !row.empty()) {
        return fail(errc::corrupt, "{} was changed or written without the key: its seal does not hold", row);
    }
    if (const auto row = back_again(connection_); !row.empty()) {
        return fail(errc::corrupt, "{} was used or ended, and was put back outside the journal", row);
    }
    if (const auto post = lost_body(connection_); !post.empty()) return fail(errc::corrupt, "the bytes of post {} were removed", post);
    if (const auto sum = s_->tally.trouble(); !sum.empty()) return fail(errc::corrupt, "{}", sum);
    return at;
}

// Whether each entry follows from the one before it, to the head.
Result<Journal::Head> Journal::follow(Replay& replay, const std::optional<Head>& known) {
    std::optional<Digest> seal;
    std::optional<Head> kept;
    {
        auto rows = s_->head.select();
        if (rows.next()) {
            seal = digest_from(rows.text(2));
            if (const auto hash = digest_from(rows.text(1))) kept = Head{rows.number(0), *hash};
        }
    }
    if (!kept || !seal) return fail(errc::corrupt, "the head of the journal is missing");
    if (chain_(sealed(*kept)) != *seal) return fail(errc::corrupt, "the head of the journal was forged: its seal does not hold");

    Head at;
    bool known_seen = !known || (known->number == 0 && known->hash == at.hash);
    auto rows = s_->all.select(std::numeric_limits<std::int64_t>::min(), std::nullopt, -1);
    while (rows.next()) {
        const auto e = entry_from(rows);
        if (e.number != at.number + 1) return tl::unexpected(Error{errc::corrupt, entry_missing(at.number + 1)});
        const auto bound = replay.of(e.number);
        if (!bound) return tl::unexpected(bound.error());
        if (hashed(chain_, chained(at.hash, e.number, e.at, e.actor, e.act, e.subject, e.detail), *bound) != e.hash) {
            return tl::unexpected(Error{errc::corrupt, entry_not_holding(e.number)});
        }
        at = {e.number, e.hash};
        if (known && known->number == at.number) {
            if (known->hash != at.hash) return fail(errc::corrupt, "entry {} is not the one that was noted elsewhere", at.number);
            known_seen = true;
        }
    }
    if (at.number < kept->number) return fail(errc::corrupt, "entry {} is missing: the journal was cut off", at.number + 1);
    if (at.number > kept->number || at.hash != kept->hash) return fail(errc::corrupt, "entry {} is not the head", at.number);
    if (!known_seen) return fail(errc::corrupt, "entry {}, noted elsewhere, is missing: an older journal was put back", known->number);
    return at;
}

}  // namespace caveat::storage
