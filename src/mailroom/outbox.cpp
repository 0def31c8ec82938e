// The three parts put together: lease and ask in one transaction, make the copies when it is committed, record what became of them in the
// next one.
#include "caveat/mailroom/outbox.hpp"

#include <algorithm>
#include <deque>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/fault.hpp"
#include "caveat/known_time.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "caveat/storage/damage.hpp"
#include "caveat/storage/standstill.hpp"
#include "copying.hpp"
#include "leasing.hpp"
#include "outcomes.hpp"
#include "sealing.hpp"

namespace caveat::mailroom {

using storage::Outcome;

namespace {

constexpr std::chrono::milliseconds look_at_gnupg_again{10};  // where nobody tells
constexpr std::chrono::seconds look_at_standstill_again{1};

}  // namespace

struct Outbox::State {
    State(const Room& r, HandedOver* counts, const OutboxOptions& o)
        : room(r),
          options(o),
          posts(room),
          patience(options, Steady::now()),
          leasing(room, posts),
          return_paths(room),
          copying(room, o.bytes_in_flight),
          sealing(room, copying, options),
          outcomes(room, options, patience, posts, counts) {}

    using Steady = std::chrono::steady_clock;

    bool commit(std::span<const Outcome> done, std::size_t want);
    bool make(std::vector<Copy>& copies, std::size_t want);
    [[nodiscard]] std::optional<Refusal> asked_again(Leased& copy);
    [[nodiscard]] Refusal not_made(const Leased& copy, const Error& error);
    [[nodiscard]] Copy copy_of(const Leased& leased, Message message);
    [[nodiscard]] std::size_t ahead() const;
    [[nodiscard]] std::chrono::milliseconds look_again() const { return options.sealed ? std::chrono::seconds{1} : look_at_gnupg_again; }
    void take_back_from_gnupg();
    [[nodiscard]] bool stands_still() const { return !room.store.stands_still().empty(); }
    void stand_still_or_go_on();
    [[nodiscard]] bool nothing_in_hand() const;
    bool take_up_what_stays_behind();
    void end(std::span<const storage::SetRight> set_right);
    void look_at_clock();
    void bring_retries_forward();
    void bring_back_what_was_put_off();
    void tell_of_clock(std::span<const Refusal> refused);

    Room room;
    OutboxOptions options;
    OutgoingPosts posts;
    Patience patience;
    Leasing leasing;
    ReturnPaths return_paths;
    Copying copying;
    Sealing sealing;
    Outcomes outcomes;
    std::deque<Leased> approved;   // leased on disk, and not made yet
    std::deque<Leased> at_gnupg;   // the same, waiting until GnuPG has done what it is doing
    std::deque<Leased> kept_back;  // the same, while rows are not as the journal has them
    std::vector<Refusal> refused;  // decided since the last transaction; a crash before the next one only asks again

    ClockWatch clock;
    std::optional<std::chrono::seconds> clock_set;  // seen, and retries not brought forward yet
    Steady::time_point told_of_clock{};
    Steady::time_point look_behind{};
    bool stood_still = false;  // when copies were last asked for
    bool news = false;         // letters were queued since copies were last asked for
};

Outbox::Outbox(const Room& room, HandedOver* counts, const OutboxOptions& options)
    : state_(std::make_unique<State>(room, counts, options)) {}
Outbox::~Outbox() = default;

void Outbox::recover() {
    auto& s = *state_;
    s.look_at_clock();
    const auto commit = [&](const auto&... acts) {
        storage::Store::Transaction transaction(s.room.store, storage::Disk::spare, storage::Needs::nothing);
        (acts(), ...);
        transaction.commit();
    };
    const auto tell = [&] { tell_at_start(s.room); };
    const auto note = [&] { s.outcomes.note_leased(); };
    const auto count = [&] { s.end(s.room.store.deliveries().recover()); };
    const auto take_up = [&] { s.room.store.deliveries().recover_uncounted(); };
    const auto bring_forward = [&] { s.bring_retries_forward(); };
    try {
        commit(tell, note, count, bring_forward);
    } catch (const storage::Damaged&) {  // what does not need those pages goes on
        try {
            commit(tell, note);
        } catch (const storage::Damaged&) {  // who may have a copy under another label is not told at its next one
        }
        commit(take_up, bring_forward);
    }
}

void Outbox::put_back() {
    auto& s = *state_;
    try {
        storage::Store::Transaction transaction(s.room.store, storage::Disk::spare, storage::Needs::nothing);
        s.room.store.deliveries().recover_uncounted();
        transaction.commit();
    } catch (const storage::Damaged&) {  // the next start takes them for copies that may have left
    }
}

std::optional<Instant> Outbox::next_due() {
    const auto now = state_->room.clock.now();
    if (!state_->approved.empty() || !state_->refused.empty()) return now;
    if (state_->stands_still()) return now + look_at_standstill_again;
    if (!state_->at_gnupg.empty() && !state_->sealing.busy()) return now;
    const auto due = state_->room.store.deliveries().next_due();
    if (state_->at_gnupg.empty()) return due;
    const Instant again = now + state_->look_again();
    return due ? std::min(*due, again) : again;
}

bool Outbox::changed_elsewhere() {
    state_->look_at_clock();
    const bool goes_on = state_->stood_still && !state_->stands_still();
    const bool behind = state_->take_up_what_stays_behind();
    const bool others = state_->room.store.changed_elsewhere();  // it says so once: last, for what stands before it may throw
    return others || goes_on || behind || state_->news || state_->clock_set || (!state_->at_gnupg.empty() && !state_->sealing.busy());
}

std::vector<Copy> Outbox::exchange(std::span<const Outcome> done, std::size_t want) {
    auto& s = *state_;
    s.look_at_clock();
    s.take_back_from_gnupg();
    s.stand_still_or_go_on();
    std::vector<Copy> copies;
    bool may_be_due = true;
    for (bool first = true;; first = false) {
        const std::size_t missing = std::max(want - std::min(want, copies.size() + s.approved.size()), want > 0 ? s.ahead() : 0);
        if ((first && !done.empty()) || !s.refused.empty() || (missing > 0 && may_be_due)) {
            try {
                may_be_due = s.commit(first ? done : std::span<const Outcome>{}, missing);
            } catch (const storage::Unavailable&) {
                if (first) throw;
                break;  // `done` is committed or copies are leased: that must be told. What is missing is asked for next time.
            }
        }
        if (!s.make(copies, want)) break;
        if (s.refused.empty() && (copies.size() == want || !may_be_due)) break;
    }
    if (!copies.empty()) fault_point("outbox.copied");
    return copies;
}

// Nothing is leased and nothing leaves by rows that somebody changed past this program, but the letter that tells the operator. What was
// approved before is asked about again, by the rows as they are then.
void Outbox::State::stand_still_or_go_on() {
    stood_still = stands_still();
    if (stood_still) {
        const auto letter = storage::letter_about_standstill(room.store);
        for (auto* some : {&at_gnupg, &approved}) {
            std::deque<Leased> goes;
            for (auto& copy : *some) {
                copy.asked = {};
                (copy.post().key == letter ? goes : kept_back).push_back(std::move(copy));
            }
            *some = std::move(goes);
        }
    } else if (!kept_back.empty()) {
        approved.insert(approved.begin(), std::make_move_iterator(kept_back.begin()), std::make_move_iterator(kept_back.end()));
        kept_back.clear();
    }
}

// Records what became of copies and leases the next ones. Memory is updated after the commit, so that a rollback leaves no trace in it.
// Returns false if nothing more is due.
bool Outbox::State::commit(std::span<const Outcome> told, std::size_t want) {
    fault_point("outbox.begun");
    storage::Store::Transaction transaction(room.store, storage::Disk::spare, storage::Needs::nothing);
    const auto done = outcomes.believed(told);
    outcomes.record(done);
    fault_point("outbox.recorded");
    if (clock_set) bring_retries_forward();
    bring_back_what_was_put_off();
    auto round = stands_still() ? leasing.ask_of(storage::letter_about_standstill(room.store), want) : leasing.ask(want);
    fault_point("outbox.leased");
    round.refused.insert(round.refused.end(), refused.begin(), refused.end());
    outcomes.record(round.refused);
    const auto finished = outcomes.finish(done, round.refused);
    transaction.commit();
    fault_point("outbox.committed");

    leasing.keep(round);
    outcomes.settled(done, round.refused, finished);
    tell_of_clock(round.refused);
    clock_set.reset();
    refused.clear();
    for (auto& copy : round.approved) approved.push_back(std::move(copy));
    // Whoever queues, wakes. The author's report is written after the queue was asked, and no other store tells of it.
    const bool queued = room.store.take_queued();
    news = queued || (news && want == 0);
    return !round.exhausted || queued;
}

bool Outbox::State::nothing_in_hand() const {
    return approved.empty() && at_gnupg.empty() && kept_back.empty() && refused.empty() && !leasing.has_rows_left() &&
           !outcomes.has_copies_out();
}

// Nothing vouches for where the courier stands in a post, and which retry is under way: copies that somebody made to look as if they had
// been taken up would wait for ever. With nothing in hand none is; that is looked at for a hundredth of the time.
bool Outbox::State::take_up_what_stays_behind() {
    constexpr std::chrono::seconds rest{10};
    constexpr int share = 100;
    const auto began = Steady::now();
    if (began < look_behind || !nothing_in_hand() || stands_still()) return false;
    look_behind = began + rest;  // also where it cannot be read now
    try {
        const bool behind = [&] {
            const storage::Store::Reading reading(room.store);
            return room.store.deliveries().are_behind();
        }();
        look_behind = std::max(look_behind, Steady::now() + share * (Steady::now() - began));
        if (!behind) return false;
        storage::Store::Transaction transaction(room.store, storage::Disk::spare, storage::Needs::nothing);
        end(room.store.deliveries().take_up_again());
        transaction.commit();
        return true;
    } catch (const storage::Damaged&) {  // what does not need those pages goes on
        return false;
    }
}

// In a transaction. What is said of these posts was set right; of one that has ended nobody has said so.
void Outbox::State::end(std::span<const storage::SetRight> set_right) {
    std::vector<Outcome> ended;
    for (const auto& [key, over] : set_right) {
        const auto post = room.store.posts().get(key);
        if (options.tell_operator && post)
            options.tell_operator(
                fmt::format("how far post {} has come was changed by somebody who has no key: its copies were counted again", post->id));
        if (over) ended.emplace_back().post = key;
    }
    for (const auto key : outcomes.finish(ended, {})) patience.forget(key);
}

void Outbox::State::look_at_clock() {
    const auto now = Steady::now();
    const auto step = clock.step(room.clock.now(), now);
    if (!step) return;
    clock_set = clock_set.value_or(std::chrono::seconds{0}) + *step;
    patience.clock_was_set(now);
}

// In a transaction: retries whose time was told by a clock that stood elsewhere.
void Outbox::State::bring_retries_forward() {
    const Instant now = room.clock.now();
    const auto by = clock_set.value_or(std::chrono::seconds{0});
    const auto moved = room.store.deliveries().bring_forward(std::max(-by, std::chrono::seconds{0}), now + options.longest_wait, now);
    // A clock that stood ahead wrote the newest entry. What asks the journal where the clock stood (archive/sweeping.hpp) has to see that
    // it was set right, though nothing else happens.
    const auto newest = room.store.journal().newest_until(Instant::max());
    const bool set_back = newest && *newest > now + KnownTime::slack;
    if (!clock_set && moved == 0 && !set_back) return;
    room.store.journal().append(now, "system", "clock.set", "",
                                Detail().add("seconds", by.count()).add("retries_brought_forward", moved).text());
    if (!options.tell_operator) return;
    const auto what =
        clock_set ? fmt::format("the clock was set by {:+} s", by.count()) : std::string("the clock was set while nothing ran");
    options.tell_operator(fmt::format("{}; {} retries come earlier for it", what, moved));
}

// In a transaction. Nothing vouches for the time of the next try: one that is later than is ever set here was written by somebody else.
void Outbox::State::bring_back_what_was_put_off() {
    constexpr std::chrono::minutes slack{1};
    const Instant now = room.clock.now();
    const Instant latest = now + std::max<std::chrono::seconds>(options.longest_wait, policy_asks_again) + slack;
    const auto moved = room.store.deliveries().bring_forward({}, latest, now);
    if (moved > 0 && options.tell_operator)
        options.tell_operator(fmt::format("{} copies had been put off for longer than is ever done here: they are due now", moved));
}

// At most once a minute: it is asked again for as long as it lasts.
void Outbox::State::tell_of_clock(std::span<const Refusal> refusals) {
    const auto waits = [](const Refusal& refusal) { return refusal.clock_behind; };
    const auto count = std::count_if(refusals.begin(), refusals.end(), waits);
    const auto now = Steady::now();
    if (count == 0 || !options.tell_operator || (told_of_clock != Steady::time_point{} && now - told_of_clock < std::chrono::minutes{1}))
        return;
    told_of_clock = now;
    options.tell_operator(fmt::format("{} copies wait because the clock, now {}, stands before what is on record of them; is it set right?",
                                      count, to_string(std::chrono::floor<std::chrono::seconds>(room.clock.now()))));
}

// Makes copies outside the write lock. Returns false if the rest must wait: until copies that are out come back, or the database can be
// read, or those that are made have gone.
bool Outbox::State::make(std::vector<Copy>& copies, std::size_t want) try {
    sealing.new_round();
    while (copies.size() < want && !approved.empty()) {
        // Large copies take a while: what is made goes before it is too old to go.
        if (!copies.empty() && Steady::now() - copies.front().asked >= fresh_for / 2) return false;
        auto& next = approved.front();
        const auto sealed = next.sealed ? sealing.message(next) : Result<std::optional<Message>>(Message{});
        if (sealed && !*sealed) {
            at_gnupg.push_back(std::move(next));
            approved.pop_front();
            continue;
        }
        auto message = next.sealed ? sealed.map([](const auto& one) { return *one; }) : copying.message(next);
        if (!message) {
            refused.push_back(not_made(next, message.error()));
        } else if (*message == nullptr) {
            return false;
        } else if (const auto was = std::pair(next.sealed, next.post().label); auto refusal = asked_again(next)) {
            refused.push_back(std::move(*refusal));
        } else if (was != std::pair(next.sealed, next.post().label)) {
            continue;  // it is to be made in the other way, or under its new label
        } else {
            outcomes.handed_out(next);
            copies.push_back(copy_of(next, copying.with_way_out(next, std::move(*message))));
        }
        approved.pop_front();
    }
    sealing.ahead(approved);
    return true;
} catch (const storage::Unavailable&) {
    return false;
}

// How many copies are leased beyond those that are wanted: GnuPG may go on, and all that is approved is sealed already.
std::size_t Outbox::State::ahead() const {
    const bool all_sealed = !approved.empty() && approved.back().sealed && sealing.has_slice(approved.back());
    return all_sealed && sealing.may_go_ahead() ? openpgp::most_in_a_slice : 0;
}

// They stood in front of what was approved since.
void Outbox::State::take_back_from_gnupg() {
    if (at_gnupg.empty() || sealing.busy()) return;
    approved.insert(approved.begin(), std::make_move_iterator(at_gnupg.begin()), std::make_move_iterator(at_gnupg.end()));
    at_gnupg.clear();
}

// A sealed copy is never made in another way. What GnuPG could not do is tried again as the relay is; a key that it does not take ends it.
Refusal Outbox::State::not_made(const Leased& copy, const Error& error) {
    using storage::DeliveryState;
    const Instant now = room.clock.now();
    if (error.code == errc::denied) return refusal_of(copy, DeliveryState::withheld, {community::Code::no_key, error.detail}, now);
    if (error.code != errc::temporary) return refusal_of(copy, DeliveryState::failed, {community::Code::unreadable, error.detail}, now);
    const auto attempts = copy.due().attempts + 1;
    const bool over = patience.over(copy.post(), attempts, now, Steady::now());
    const auto wait = options.wait ? options.wait(attempts) : options.longest_wait;
    auto refusal = refusal_of(copy, over ? DeliveryState::failed : DeliveryState::deferred, {community::Code::openpgp_failed, error.detail},
                              now, now + std::min(wait, options.longest_wait));
    refusal.outcome.attempts = attempts;
    return refusal;
}

// Making copies or waiting for room may have taken so long that the answer is too old to act on.
std::optional<Refusal> Outbox::State::asked_again(Leased& copy) {
    if (std::chrono::steady_clock::now() - copy.asked < options.ask_again_after) return std::nullopt;
    return leasing.ask_again(copy);
}

Copy Outbox::State::copy_of(const Leased& leased, Message message) {
    const auto& post = leased.post();
    const bool returns = traits(post.kind).for_a_list;  // what bounces of it comes back to us
    return {.post = post.key,
            .seq = leased.due().seq,
            .attempts = leased.due().attempts,
            .queued = patience.since(post, room.clock.now(), Steady::now()),
            .mail_from = returns ? return_paths.of(post.key, leased.due().seq) : std::string(),
            .rcpt_to = leased.who().address,
            .message = std::move(message),
            .asked = leased.asked};
}

}  // namespace caveat::mailroom
