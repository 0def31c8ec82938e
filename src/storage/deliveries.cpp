// The queue of copies: filling it, leasing what is due, and the outcome of each.
#include "caveat/storage/deliveries.hpp"

#include "delivery_statements.hpp"

namespace caveat::storage {
namespace {

constexpr std::size_t longest_reply = 512;
// Of the rows whose time has come, so many times `most` are looked at for more of the same post: bounded, also when a relay comes back
// and a hundred thousand rows of many posts are due at once.
constexpr std::size_t look_ahead = 8;

// Columns: key, attempts, named, person, whether the row holds.
Due due_from(const Rows& rows) { return {seq_of(rows.number(0)), rows.small(1), rows.flag(2), rows.number(3)}; }

}  // namespace

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
        c.options.warn(
            fmt::format("how far the post of number {} has come was changed by somebody who has no key: its copies were counted "
                        "again",
                        post));
}

std::string Deliveries::outcomes(PostKey post) { return s_->endings.of(post); }

}  // namespace caveat::storage
