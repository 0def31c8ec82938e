// What a dead process or an edit left behind: copies that were leased and have no outcome, and posts of which something else is said than
// their rows say.
#include "delivery_statements.hpp"

namespace caveat::storage {
namespace {

// So many posts at a time are asked whether the journal says that they have ended: a tenth of a second where little of it is in memory.
constexpr std::int64_t looked_at_once = 1'000;

}  // namespace

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
    s_->look_below = Statements::above_all;
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

}  // namespace caveat::storage
