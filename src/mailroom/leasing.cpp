#include "leasing.hpp"

#include <algorithm>

#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/storage/standstill.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::size_t slice_size = 250;  // rows leased at once: their standing is read in one query

community::Standing somebody_outside(const storage::Post& letter) {
    community::Standing who;
    who.key = letters::outside_key;
    who.person = PersonId{"outside"};
    who.address = letter.rcpt_to;
    return who;
}

}  // namespace

Leasing::Round Leasing::ask(std::size_t want) {
    Round round;
    round.position = position_;
    const Instant now = room_.clock.now();  // not before the transaction began: waiting for the database may have taken a while
    const auto asked = std::chrono::steady_clock::now();
    while (round.approved.size() < want && round.refused.size() < slice_size) {
        const auto& position = round.position;
        const bool left = position.batch && position.at < position.batch->due.size();
        if (!left && !lease(round.position, now)) {
            round.exhausted = true;
            break;
        }
        ask_batch(round, want, now, asked);
    }
    return round;
}

Leasing::Round Leasing::ask_of(PostKey post, std::size_t want) {
    const Instant now = room_.clock.now();
    Round round;
    if (auto slice = room_.store.deliveries().lease_of(post, now, std::min(want, slice_size))) {
        round.position = {read(slice->post, std::move(slice->due), now), 0, slice->post};
        ask_batch(round, want, now, std::chrono::steady_clock::now());
    }
    round.position = position_;
    round.exhausted = true;
    return round;
}

bool Leasing::lease(Position& position, Instant now) {
    auto slice = room_.store.deliveries().lease(now, slice_size, position.last_post);
    if (!slice) return false;
    position = {read(slice->post, std::move(slice->due), now), 0, slice->post};
    return true;
}

std::shared_ptr<const Batch> Leasing::read(PostKey key, std::vector<storage::Due> due, Instant now) const {
    auto batch = std::make_shared<Batch>();
    batch->register_version = room_.store.register_version();
    auto post = posts_.as_of(key, batch->register_version);
    const bool for_a_list = traits(post->kind).for_a_list;
    const auto& list = post->list;
    batch->list = for_a_list ? room_.store.rosters().list(list) : std::nullopt;
    if (post->target == storage::Target::to_operator)
        batch->standings.assign(due.size(), the_operator(room_.settings));
    else if (post->target == storage::Target::outside)
        batch->standings.assign(due.size(), somebody_outside(*post));
    else
        batch->standings = room_.store.deliveries().standings(due, for_a_list ? list : ListId{}, now);
    batch->forgotten = for_a_list && is_forgotten(room_, key);
    batch->due = std::move(due);
    batch->post = std::move(post);
    return batch;
}

// Facts, the label of the post among them, are read again whenever anything in the register changed since; whether time has changed the
// answer is asked at every copy.
void Leasing::ask_batch(Round& round, std::size_t want, Instant now, Copy::Moment asked) const {
    auto& [batch, at, last_post] = round.position;
    if (room_.store.register_version() != batch->register_version) batch = read(batch->post->key, batch->due, now);
    for (; round.approved.size() < want && at < batch->due.size(); ++at) {
        Leased copy{batch, at, asked};
        if (auto refused = refusal(copy, now)) {
            round.refused.push_back(std::move(*refused));
        } else {
            round.approved.push_back(std::move(copy));
        }
    }
}

std::optional<Refusal> Leasing::ask_again(Leased& copy) {
    const storage::Store::Reading reading(room_.store);
    // Found by another thread since the copies were taken up; by the rows of this reading nothing is asked then.
    if (const auto what = room_.store.stands_still(); !what.empty() && copy.post().key != storage::letter_about_standstill(room_.store))
        throw storage::Altered(storage::standstill_in_words(what));
    const Instant now = room_.clock.now();
    const auto asked = std::chrono::steady_clock::now();
    if (room_.store.register_version() != copy.batch->register_version) {
        copy = {read(copy.post().key, {copy.due()}, now), 0, asked};
    }
    copy.asked = asked;
    return refusal(copy, now);
}

std::optional<Refusal> Leasing::refusal(Leased& copy, Instant now) const {
    const auto& batch = *copy.batch;
    const OnItsWay on_its_way{copy.post(), batch.list ? &*batch.list : nullptr, batch.forgotten};
    auto answer = ask_at_hand_off(room_, on_its_way, copy.who(), copy.due().named, now);
    copy.sealed = answer.sealed;
    if (answer.goes()) return std::nullopt;
    auto refused = refusal_of(copy, answer.state, std::move(answer.because), now, answer.next);
    refused.clock_behind = answer.clock_behind;
    return refused;
}

}  // namespace caveat::mailroom
