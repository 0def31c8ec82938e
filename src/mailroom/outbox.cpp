#include "caveat/mailroom/outbox.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <tuple>
#include <unordered_map>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/fault.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mailroom/question.hpp"
#include "notices.hpp"

namespace caveat::mailroom {
namespace {

using community::Standing;
using storage::DeliveryState;
using storage::Outcome;

constexpr std::size_t slice_size = 250;   // rows leased at once: their standing is read in one query
constexpr std::size_t open_messages = 8;  // posts kept opened, for retries between fan-outs

// A post on its way out: opened once, in memory only.
struct Outgoing {
    storage::Post post;
    bool to_owners = false;
    std::shared_ptr<const std::string> message;  // null: it cannot be opened
    std::string trouble;
};

// Rows leased and not yet asked about, with what was read of their people.
struct Batch {
    std::shared_ptr<const Outgoing> outgoing;
    std::optional<community::List> list;
    std::vector<storage::Due> due;
    std::vector<Standing> standings;
    std::int64_t register_version = 0;
};

struct RowKey {
    PostKey post;
    std::int32_t seq;
    bool operator==(const RowKey&) const = default;
};
struct RowHash {
    std::size_t operator()(const RowKey& k) const noexcept { return std::hash<std::int64_t>{}(k.post * 1'000'003 + k.seq); }
};

// Who a leased copy is for, until its outcome is known.
struct InFlight {
    PersonId person;
    std::string address;
    Instant dispatched{};
};

}  // namespace

struct Outbox::State {
    State(const Room& r, HandedOver* c) : room(r), counts(c) {}

    std::vector<Copy> exchange(std::span<const Outcome> done, std::size_t want);
    void record(std::span<const Outcome> done);
    void record_refusals();
    void finish(const std::vector<PostKey>& posts);
    bool lease(Instant now);
    void refresh(Instant now);
    void take(std::vector<Copy>& copies, std::size_t want, Instant now);
    [[nodiscard]] std::optional<Outcome> asked(const Standing& who, const storage::Due& due, Instant now) const;
    std::shared_ptr<const Outgoing> open(PostKey key);

    void count(std::span<const Outcome> done) const;

    [[nodiscard]] std::size_t left() const { return batch ? batch->due.size() - at : 0; }

    Room room;
    HandedOver* counts;
    std::shared_ptr<Batch> batch;
    std::size_t at = 0;  // of the batch: rows before it were asked about
    PostKey last_post = 0;
    std::vector<std::pair<Outcome, PersonId>> refusals;  // decided, to be committed with the next outcomes; a crash before only asks again
    std::unordered_map<RowKey, InFlight, RowHash> in_flight;
    std::deque<std::shared_ptr<const Outgoing>> opened;
};

Outbox::Outbox(const Room& room, HandedOver* counts) : state_(std::make_unique<State>(room, counts)) {}
Outbox::~Outbox() = default;

void Outbox::recover() {
    storage::Store::Transaction transaction(state_->room.store);
    state_->room.store.deliveries().recover();
    transaction.commit();
}

std::optional<Instant> Outbox::next_due() { return state_->room.store.deliveries().next_due(); }
bool Outbox::changed_elsewhere() { return state_->room.store.changed_elsewhere(); }
std::vector<Copy> Outbox::exchange(std::span<const Outcome> done, std::size_t want) { return state_->exchange(done, want); }

std::vector<Copy> Outbox::State::exchange(std::span<const Outcome> done, std::size_t want) {
    std::vector<Copy> copies;
    // What was leased before may be asked about without a commit of its own.
    if (done.empty() && want > 0 && left() >= want) {
        take(copies, want, room.clock.now());
        if (copies.size() == want) return copies;
    }
    bool more = true;
    bool first = true;
    while (first || (more && copies.size() < want)) {
        // Unavailable rolls back what the database was told; what memory was told must go back with it.
        const auto saved = std::tuple(batch, at, last_post, refusals, copies);
        try {
            fault_point("outbox.begun");
            storage::Store::Transaction transaction(room.store);
            const Instant now = room.clock.now();  // not before: waiting for the database may have taken a while
            std::vector<PostKey> touched;
            if (first) record(done);
            for (const auto& outcome : done) {
                if (first && (touched.empty() || touched.back() != outcome.post)) touched.push_back(outcome.post);
            }
            fault_point("outbox.recorded");
            while (copies.size() < want) {
                if (left() == 0 && !(more = lease(now))) break;
                take(copies, want, now);
                if (refusals.size() >= slice_size) break;  // commit before asking on: a list of refusals must not fill memory
            }
            fault_point("outbox.leased");
            std::array<std::uint64_t, 6> closing{};
            for (const auto& [outcome, person] : refusals) {
                touched.push_back(outcome.post);
                ++closing.at(static_cast<std::size_t>(outcome.state));
            }
            record_refusals();
            finish(touched);
            transaction.commit();
            for (std::size_t state = 0; counts != nullptr && state < closing.size(); ++state) {
                if (closing[state] > 0) counts->note(static_cast<DeliveryState>(state), closing[state]);
            }
            fault_point("outbox.committed");
        } catch (const storage::Unavailable&) {
            std::tie(batch, at, last_post, refusals, copies) = saved;
            // `done` is committed, or copies are leased already: that must be told. What is missing is asked for next time.
            if (!first || !copies.empty()) return copies;
            throw;
        } catch (...) {
            std::tie(batch, at, last_post, refusals, copies) = saved;
            throw;
        }
        if (first) {
            count(done);
            for (const auto& outcome : done) in_flight.erase({outcome.post, outcome.seq});
        }
        first = false;
        if (want == 0) break;
    }
    return copies;
}

void Outbox::State::count(std::span<const Outcome> done) const {
    if (counts == nullptr) return;
    for (const auto& outcome : done) {
        counts->note(outcome.state);
        const auto answered = outcome.at.time_since_epoch().count();
        if (outcome.state == DeliveryState::sent || outcome.state == DeliveryState::failed) counts->reached = answered;
        if (outcome.because.starts_with("relay_unreachable")) counts->unreachable = answered;
        const auto found = in_flight.find({outcome.post, outcome.seq});
        if (outcome.state == DeliveryState::sent && found != in_flight.end())
            counts->note_sent_after(outcome.at - found->second.dispatched);
    }
}

void Outbox::State::record(std::span<const Outcome> done) {
    if (done.empty()) return;
    std::vector<Outcome> outcomes(done.begin(), done.end());
    // Evidence of who got what: one journal entry a group and post, naming people; the relay's words are in the rows.
    std::unordered_map<PostKey, std::unordered_map<std::string, std::vector<std::string>>> told;
    for (auto& outcome : outcomes) {
        const auto found = in_flight.find({outcome.post, outcome.seq});
        if (found == in_flight.end()) continue;
        outcome.address = found->second.address;
        told[outcome.post][std::string(storage::name(outcome.state))].push_back(found->second.person.value);
    }
    room.store.deliveries().record(outcomes);
    for (const auto& [post, states] : told) {
        const auto outgoing = open(post);
        Detail detail;
        for (const auto& [state, people] : states) detail.add(state, people);
        room.store.journal().append(outcomes.front().at, "system", "delivery.outcomes", outgoing->post.id.value, detail.text());
    }
}

void Outbox::State::record_refusals() {
    if (refusals.empty()) return;
    std::vector<Outcome> outcomes;
    outcomes.reserve(refusals.size());
    for (const auto& [outcome, person] : refusals) outcomes.push_back(outcome);
    room.store.deliveries().record(outcomes);
    std::unordered_map<PostKey, std::vector<std::string>> lines;
    for (const auto& [outcome, person] : refusals) {
        lines[outcome.post].push_back(fmt::format("{} {}: {}", storage::name(outcome.state), person, outcome.because));
    }
    for (const auto& [post, people] : lines) {
        room.store.journal().append(outcomes.front().at, "system", "delivery.withheld", open(post)->post.id.value,
                                    Detail().add("people", people).text());
    }
    refusals.clear();
}

// The author hears once, when the last copy has its outcome: how many were not reached or not cleared, never who (L5, D6).
void Outbox::State::finish(const std::vector<PostKey>& posts) {
    auto unique = posts;
    std::sort(unique.begin(), unique.end());
    unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
    for (const PostKey key : unique) {
        const auto post = room.store.posts().get(key);
        if (!post || post->open > 0 || post->kind != storage::PostKind::post || !post->sender) continue;
        std::int64_t sent = 0;
        std::int64_t failed = 0;
        for (const auto& [state, count] : room.store.deliveries().tally(key)) {
            if (state == DeliveryState::sent) sent = count;
            if (state == DeliveryState::failed) failed = count;
        }
        std::int64_t below = 0;
        std::int64_t unsafe = 0;
        if (sent + failed < post->deliveries) {
            const auto withheld = [&](std::string_view code) { return room.store.deliveries().count(key, DeliveryState::withheld, code); };
            below = withheld("above_ceiling");
            unsafe = withheld("no_key") + withheld("no_sealing") + withheld("transport");
        }
        room.store.journal().append(room.clock.now(), "system", "post.finished", post->id.value,
                                    Detail().add("sent", sent).add("failed", failed).add("rows", post->deliveries).text());
        if (failed + below + unsafe == 0 || !is_proven(room, *post)) continue;
        std::vector<std::string> lines{fmt::format("{} received it", sent)};
        if (below > 0) lines.push_back(fmt::format("{} recipients below clearance did not", below));
        if (unsafe > 0) lines.push_back(fmt::format("{} have no key or no way that is safe enough", unsafe));
        if (failed > 0) lines.push_back(fmt::format("{} could not be reached", failed));
        const auto label = post->label ? community::name(*post->label) : std::string_view{};
        send_notice(room, "report", *post->sender, *post, {{"because", as_lines(lines)}, {"label", std::string(label)}});
    }
}

std::shared_ptr<const Outgoing> Outbox::State::open(PostKey key) {
    for (const auto& outgoing : opened) {
        if (outgoing->post.key == key) return outgoing;
    }
    auto outgoing = std::make_shared<Outgoing>();
    const auto post = room.store.posts().get(key);
    if (!post) throw storage::Broken(fmt::format("a delivery row without its post {}", key));
    outgoing->post = *post;
    outgoing->to_owners = is_to_owners(*post, room.settings);
    const auto fill = [&]() -> Result<void> {
        auto bytes = room.vault.open(room.store.posts().body(key), post->sealed_as.value);
        if (!bytes) return tl::unexpected(bytes.error());
        if (post->kind == storage::PostKind::post) {
            const auto list = room.store.people().list(post->list);
            if (!list) return fail(errc::not_found, "the list {} is gone", post->list);
            const auto headers = mail::read_headers(*bytes, room.settings.limits);
            const bool has_id = headers && headers->find("Message-ID") != nullptr;
            const std::string date = mail::rfc5322_date(post->received);
            bytes = mail::make_copy({.raw = *bytes,
                                     .list = &*list,
                                     .community_name = room.settings.community_name,
                                     .domain = room.settings.domain,
                                     .separator = room.settings.separator,
                                     .label = post->label.value_or(community::Tlp::red),
                                     .message_id = has_id ? std::string_view{} : std::string_view{post->message_id},
                                     .conflict_note = post->conflict_note,
                                     .trusted_authserv_ids = room.settings.trusted_authserv_ids,
                                     .date = date});
            if (!bytes) return tl::unexpected(bytes.error());
        }
        outgoing->message = std::make_shared<const std::string>(std::move(*bytes));
        return {};
    };
    if (const auto filled = fill(); !filled) outgoing->trouble = filled.error().detail;
    opened.push_front(outgoing);
    if (opened.size() > open_messages) opened.pop_back();
    return outgoing;
}

bool Outbox::State::lease(Instant now) {
    auto slice = room.store.deliveries().lease(now, slice_size, last_post);
    if (!slice) return false;
    last_post = slice->post;
    batch = std::make_shared<Batch>(Batch{open(slice->post), std::nullopt, std::move(slice->due), {}, 0});
    at = 0;
    refresh(now);
    return true;
}

// Facts are read again whenever anything in the register changed since; whether time has changed the answer is asked at every copy.
void Outbox::State::refresh(Instant now) {
    const auto version = room.store.register_version();
    if (version == batch->register_version && !batch->standings.empty()) return;
    const auto& list = batch->outgoing->post.list;
    const bool post = batch->outgoing->post.kind == storage::PostKind::post;
    batch->list = post ? room.store.people().list(list) : std::nullopt;
    batch->standings = room.store.deliveries().standings(batch->due, post ? list : ListId{}, now);
    batch->register_version = version;
}

void Outbox::State::take(std::vector<Copy>& copies, std::size_t want, Instant now) {
    refresh(now);
    while (copies.size() < want && left() > 0) {
        const auto& due = batch->due[at];
        const auto& who = batch->standings.at(at);
        ++at;
        const auto& outgoing = *batch->outgoing;
        if (auto refusal = asked(who, due, now)) {
            refusals.emplace_back(std::move(*refusal), who.person);
            continue;
        }
        Copy copy{.post = outgoing.post.key,
                  .seq = due.seq,
                  .attempts = due.attempts,
                  .queued = outgoing.post.decided,
                  .mail_from = outgoing.post.kind == storage::PostKind::notice ? "" : return_path(room, outgoing.post.key, due.seq),
                  .rcpt_to = who.address,
                  .message = outgoing.message};
        in_flight[{copy.post, copy.seq}] = {who.person, who.address, std::max(outgoing.post.decided, outgoing.post.received)};
        copies.push_back(std::move(copy));
    }
}

// None: the copy may go.
std::optional<Outcome> Outbox::State::asked(const Standing& who, const storage::Due& due, Instant now) const {
    const auto& outgoing = *batch->outgoing;
    const auto not_going = [&](DeliveryState state, std::string because, Instant next = {}) {
        return Outcome{.post = outgoing.post.key,
                       .seq = due.seq,
                       .state = state,
                       .attempts = due.attempts,
                       .address = {},
                       .because = std::move(because),
                       .reply = {},
                       .at = now,
                       .next = next};
    };
    if (!outgoing.message) return not_going(DeliveryState::failed, "unreadable: " + outgoing.trouble);
    auto answer = ask_copy(room, {outgoing.post, batch->list ? &*batch->list : nullptr, outgoing.to_owners}, who, due.named, now);
    if (answer.goes()) return std::nullopt;
    return not_going(answer.state, std::move(answer.because), answer.next);
}

}  // namespace caveat::mailroom
