#include "outcomes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "caveat/detail.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "notices.hpp"
#include "replies.hpp"

namespace caveat::mailroom {

using community::Code;
using storage::DeliveryState;
using storage::Outcome;

namespace {

constexpr std::size_t most_told_posts = 64;
constexpr std::chrono::hours told_of_keys_again{24};

}  // namespace

void Outcomes::handed_out(const Leased& copy) {
    const auto& post = copy.post();
    in_flight_[{post.key, copy.due().seq}] = {post.id,    copy.who().person,      copy.who().address, std::max(post.decided, post.received),
                                              post.label, copy.due().attempts > 0};
}

std::vector<Outcome> Outcomes::believed(std::span<const Outcome> told) {
    const Instant wall = room_.clock.now();
    const auto now = std::chrono::steady_clock::now();
    const auto version = room_.store.register_version();
    std::vector<Outcome> done(told.begin(), told.end());
    for (auto& outcome : done) {
        if (const auto found = in_flight_.find({outcome.post, outcome.seq}); found != in_flight_.end())
            outcome.address = found->second.address;
        reduce_words(outcome);
        if (const auto before = label_of_before(outcome, version); before && outcome.state == DeliveryState::sent)
            outcome.because = {Code::none, fmt::format("as TLP:{}, which its label was when it left", name(*before))};
        const bool given_up = outcome.state == DeliveryState::failed && outcome.because.code == community::Code::given_up;
        if (given_up && !patience_.over(*posts_.get(outcome.post), outcome.attempts, wall, now)) {
            outcome.state = DeliveryState::deferred;
            outcome.because = {community::Code::deferred_by_relay, outcome.reply};
            outcome.next = wall + (options_.wait ? options_.wait(outcome.attempts) : options_.longest_wait);
        }
        if (storage::traits(outcome.state).waits) outcome.next = std::min(outcome.next, wall + options_.longest_wait);
    }
    return done;
}

// The label under which the reader has or may have a copy, if the post was given another one while the relay was taking it.
std::optional<community::Tlp> Outcomes::label_of_before(const Outcome& outcome, const storage::RegisterVersion& version) {
    const auto found = in_flight_.find({outcome.post, outcome.seq});
    if (found == in_flight_.end() || !found->second.label || !may_be_there(outcome.state, outcome.because.code, outcome.reply))
        return std::nullopt;
    const auto post = posts_.as_of(outcome.post, version);
    return post->label != found->second.label ? found->second.label : std::nullopt;
}

void Outcomes::record(std::span<const Outcome> done) {
    if (done.empty()) return;
    // Evidence of who got what: one journal entry a group, post and label, naming people; the relay's codes are in the rows.
    std::map<std::pair<PostKey, std::optional<community::Tlp>>, std::map<std::string, std::vector<std::string>>> told;
    std::map<std::pair<PostKey, community::Tlp>, std::set<PersonId>> relabelled;
    const auto version = room_.store.register_version();
    std::vector<Outcome> kept(done.begin(), done.end());
    for (auto& outcome : kept) {
        const auto found = in_flight_.find({outcome.post, outcome.seq});
        if (found == in_flight_.end()) continue;
        const auto reader = reader_in_journal(*posts_.get(outcome.post), found->second.person);
        const auto before = label_of_before(outcome, version);
        told[{outcome.post, before}][std::string(storage::name(outcome.state))].push_back(reader);
        const bool known_before = found->second.tried && may_have_been_there(outcome);
        // Else they were told when it was given.
        if (before && !known_before) relabelled[{outcome.post, *before}].insert(found->second.person);
        if (known_before) note_unheard_before(outcome);
    }
    room_.store.deliveries().record(kept);
    for (const auto& [of, states] : told) {
        const auto& [post, before] = of;
        Detail detail;
        for (const auto& [state, people] : states) detail.add(state, people);
        if (before) detail.add("as", name(*before));
        room_.store.journal().append(done.front().at, "system", "delivery.outcomes", posts_.get(post)->id.value, detail.text());
    }
    for (const auto& [of, people] : relabelled) tell_of_label(room_, of.first, of.second, people);
}

void Outcomes::note_leased() {
    std::vector<Outcome> noted;
    for (const auto& [post, row] : room_.store.deliveries().leased()) {
        if (!posts_.get(post)->label) continue;
        noted.push_back({.post = post,
                         .seq = row.seq,
                         .state = row.state,
                         .attempts = std::max(row.attempts, 1),  // it counts for no time that passed: perhaps none was made
                         .address = row.address,
                         .because = row.because,
                         .reply = row.reply,
                         .at = row.at,
                         .next = room_.clock.now()});
        note_unheard_before(noted.back());
    }
    room_.store.deliveries().record(noted);
}

// By its row, until this outcome is recorded.
bool Outcomes::may_have_been_there(const Outcome& outcome) {
    const auto row = room_.store.deliveries().row(outcome.post, outcome.seq);
    return row && may_be_there(*row);
}

void Outcomes::record(std::span<const Refusal> refused) {
    if (refused.empty()) return;
    std::vector<Outcome> outcomes;
    outcomes.reserve(refused.size());
    std::unordered_map<PostKey, std::vector<std::string>> lines;
    for (const auto& refusal : refused) {
        auto& outcome = outcomes.emplace_back(refusal.outcome);
        if (outcome.attempts > 0 && may_have_been_there(outcome)) note_unheard_before(outcome);
        lines[outcome.post].push_back(fmt::format("{} {}: {}", storage::name(outcome.state),
                                                  reader_in_journal(*posts_.get(outcome.post), refusal.person),
                                                  community::line(outcome.because)));
    }
    room_.store.deliveries().record(outcomes);
    for (const auto& [post, people] : lines) {
        room_.store.journal().append(outcomes.front().at, "system", "delivery.withheld", posts_.get(post)->id.value,
                                     Detail().add("people", people).text());
    }
    tell_of_keys(refused);
}

// Whatever the clock says, nobody is told twice within a day of it.
bool Outcomes::may_tell(const std::string& whom) {
    const Instant now = room_.clock.now();
    const auto told = room_.store.keys().told(whom);
    if (told && *told <= now && now - *told < told_of_keys_again) return false;
    room_.store.keys().tell(whom, now);
    return true;
}

void Outcomes::tell_of_keys(std::span<const Refusal> refused) {
    std::map<PostKey, std::vector<std::string>> without;
    for (const auto& refusal : refused) {
        const auto& outcome = refusal.outcome;
        if (outcome.state != DeliveryState::withheld || outcome.because.code != Code::no_key) continue;
        const auto post = posts_.get(outcome.post);
        if (!traits(post->kind).for_a_list) continue;
        without[outcome.post].push_back(refusal.person.value);
        if (may_tell("person " + refusal.person.value)) send_notice(room_, "no-key", refusal.person, *post, {}, Answers::nothing);
    }
    for (auto& [key, people] : without) tell_owners(*posts_.get(key), people);
}

void Outcomes::tell_owners(const storage::Post& post, const std::vector<std::string>& people) {
    if (!may_tell("list " + post.list.value)) return;
    for (const auto& owner : who_runs_list(room_, post.list, room_.clock.now()))
        send_notice(room_, "no-key-report", owner, post, {{"people", as_lines(people)}}, Answers::nothing);
}

std::vector<PostKey> Outcomes::finish(std::span<const Outcome> done, std::span<const Refusal> refused) {
    std::vector<PostKey> finished;
    std::set<PostKey> touched;
    for (const auto& outcome : done) touched.insert(outcome.post);
    for (const auto& refusal : refused) touched.insert(refusal.outcome.post);
    for (const PostKey key : touched) {
        const auto post = room_.store.posts().get(key);  // not from posts_: how many copies are open has just changed
        if (!post || post->open > 0) continue;
        finished.push_back(key);
        // No archive keeps them, so that no retention and no decision would ever end what rests of them (R4).
        const bool of_nobody_more = post->target == storage::Target::to_operator || post->target == storage::Target::owner;
        if (of_nobody_more) room_.store.posts().forget_body(key);
        if (traits(post->kind).reported && post->sender) {
            report(*post);
        } else {
            end(*post, Detail().add("rows", post->deliveries));
        }
    }
    return finished;
}

// Any later change of a row is found by the hash (ruling oo).
void Outcomes::end(const storage::Post& post, Detail detail) {
    room_.store.journal().append(room_.clock.now(), "system", "post.finished", post.id.value,
                                 detail.add("outcomes", room_.store.deliveries().outcomes(post.key)).text());
}

// Its author, who has read what they wrote, named others.
bool Outcomes::is_without_own_copy(const storage::Post& post) {
    const auto author = room_.store.directory().key_of(*post.sender);
    const auto row = author ? room_.store.deliveries().row_of(post.key, *author) : std::nullopt;
    return row && row->state == DeliveryState::withheld && row->because.code == Code::not_named;
}

void Outcomes::report(const storage::Post& post) {
    auto& deliveries = room_.store.deliveries();
    std::int64_t sent = 0;
    std::int64_t failed = 0;
    for (const auto& [state, count] : deliveries.tally(post.key)) {
        if (state == DeliveryState::sent) sent = count;
        if (state == DeliveryState::failed) failed = count;
    }
    std::int64_t below = 0;
    std::int64_t unsafe = 0;
    std::int64_t unnamed = 0;
    std::int64_t not_taken = 0;  // of those that failed
    std::int64_t ended = 0;      // by whoever put a backup back
    if (sent < post.deliveries) {
        for (const auto& reason : deliveries.reasons(post.key)) {
            const auto code = community::code_from(reason.code).value_or(Code::none);
            if (reason.state == DeliveryState::failed && code == Code::message_not_taken) not_taken += reason.count;
            if (reason.state == DeliveryState::cancelled && code == Code::discarded) ended += reason.count;
            if (reason.state != DeliveryState::withheld) continue;
            if (code == Code::not_named && !post.red_to_roster) unnamed += reason.count;
            const auto kind = community::shortfall(code);
            if (kind == community::Shortfall::ceiling) below += reason.count;
            if (kind == community::Shortfall::unsafe) unsafe += reason.count;
        }
    }
    if (unnamed > 0 && is_without_own_copy(post)) --unnamed;
    end(post, Detail().add("sent", sent).add("failed", failed).add("rows", post.deliveries));
    // Whatever took it from each of those who run the list, which is not told: else who wrote to them would wait for an answer.
    const bool to_nobody = post.target == storage::Target::owner && sent == 0;
    if ((failed + below + unsafe + unnamed + ended == 0 && !to_nobody) || !may_be_told(room_, post)) return;
    std::vector<std::string> lines{fmt::format("{} received it", sent)};
    if (below > 0) lines.push_back(fmt::format("{} did not: their clearance is below its label", below));
    if (unsafe > 0) lines.push_back(fmt::format("{} have no key or no way that is safe enough", unsafe));
    if (unnamed > 0) lines.push_back(fmt::format("{} of the list did not: To and Cc name who reads it, and they are not named", unnamed));
    if (failed > not_taken) lines.push_back(fmt::format("{} could not be reached", failed - not_taken));
    if (not_taken > 0)
        lines.push_back(fmt::format("{} did not, as our relay does not take the message: too large, or of a kind it refuses", not_taken));
    if (ended > 0) {
        lines.push_back(
            fmt::format("{} may not have it: it was on its way to them when a backup of the server was made that has been put "
                        "back since, and it is not sent to them again",
                        ended));
    }
    if (to_nobody) lines.emplace_back("nobody who runs the list has it: write to them again later, or to the secretariat");
    const auto label = post.label ? community::name(*post.label) : std::string_view{};
    send_notice(room_, "report", *post.sender, post, {{"because", as_lines(lines)}, {"label", std::string(label)}});
}

void Outcomes::settled(std::span<const Outcome> done, std::span<const Refusal> refused, std::span<const PostKey> finished) {
    for (const auto key : finished) patience_.forget(key);
    for (const auto& outcome : done) {
        count(outcome);
        warn_of(outcome);
        in_flight_.erase({outcome.post, outcome.seq});
    }
    if (counts_ == nullptr) return;
    for (const auto& refusal : refused) counts_->note(refusal.outcome.state);
}

void Outcomes::count(const Outcome& outcome) const {
    if (counts_ == nullptr) return;
    counts_->note(outcome.state);
    const auto answered = outcome.at.time_since_epoch().count();
    if (storage::traits(outcome.state).answered) counts_->reached = answered;
    if (outcome.because.code == Code::relay_unreachable) counts_->unreachable = answered;
    if (outcome.because.code == Code::relay_refuses) counts_->refusing = answered;
    const auto found = in_flight_.find({outcome.post, outcome.seq});
    if (outcome.state == DeliveryState::sent && found != in_flight_.end()) counts_->note_sent_after(outcome.at - found->second.dispatched);
}

// What only the operator can put right. The words are the relay's and may name a reader: for the log, not for the author.
void Outcomes::warn_of(const Outcome& outcome) {
    if (!options_.tell_operator) return;
    const auto& [code, words] = outcome.because;
    if (code == Code::message_not_taken) {
        const auto found = in_flight_.find({outcome.post, outcome.seq});
        const bool told = std::find(told_posts_.begin(), told_posts_.end(), outcome.post) != told_posts_.end();
        if (found == in_flight_.end() || told) return;
        told_posts_.push_back(outcome.post);
        if (told_posts_.size() > most_told_posts) told_posts_.pop_front();
        return options_.tell_operator(
            fmt::format("post {}: the relay does not take it, whoever the reader is: {}", found->second.post, words));
    }
    if (outcome.state == DeliveryState::sent) return tell_of_return();
    if (code != Code::relay_refuses && code != Code::relay_unreachable) return;
    const auto now = std::chrono::steady_clock::now();
    if (warned_ && now - *warned_ < options_.warn_again_after) return;
    warned_ = now;
    if (!lost_) lost_ = now;
    const auto* what =
        code == Code::relay_refuses ? "the relay refuses copies for a reason that lies with it or with us" : "the relay cannot be reached";
    options_.tell_operator(fmt::format("{}: {}; they wait and are tried again", what, words));
}

// Once for each loss that was told of.
void Outcomes::tell_of_return() {
    if (!lost_) return;
    const auto missed = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - *lost_);
    lost_.reset();
    options_.tell_operator(fmt::format("the relay takes copies again, {} s after it was first told of", missed.count()));
}

}  // namespace caveat::mailroom
