#include "sealing.hpp"

#include <algorithm>

#include "caveat/community/outer_subject.hpp"

namespace caveat::mailroom {
namespace {

constexpr auto neutral = community::OuterSubject::neutral;
constexpr std::size_t most_of_keys = 16U << 20;  // bytes: then the slice ends, however few its readers

}  // namespace

Sealing::~Sealing() {
    if (thread_.joinable()) thread_.join();
}

// The slice that is sealed to this reader's key as it is now; null: none is. While nothing in the register has changed, nor have the keys.
// errc::temporary: no key is known any more.
Result<Sealing::Sealed*> Sealing::slice_for(const Leased& copy) {
    std::erase_if(recent_, [now = std::chrono::steady_clock::now()](const Sealed& slice) { return now - slice.since > slice_life; });
    if (!as_of_) as_of_ = room_.store.register_version();
    const auto is_for_it = [&](const Sealed& slice) { return is_of(slice, copy) && slice.label == copy.post().label; };
    const auto fresh = [&](const Sealed& slice) { return slice.as_of == *as_of_ && is_for_it(slice); };
    if (const auto slice = std::find_if(recent_.begin(), recent_.end(), fresh); slice != recent_.end()) return &*slice;
    const auto key = room_.store.keys().readers_key(copy.who().key);
    if (!key) return fail(errc::temporary, "what is known of the reader's key has changed");
    for (auto& slice : recent_) {
        if (!is_for_it(slice)) continue;
        const auto reader = slice.readers.find(copy.who().key);
        if (reader->second.key.fingerprint == key->fingerprint && reader->second.key.armour == key->armour) return &slice;
        slice.readers.erase(reader);
    }
    return nullptr;
}

bool Sealing::is_of(const Sealed& slice, const Leased& copy) const {
    return slice.post == copy.post().key && slice.readers.count(copy.who().key) > 0;
}

bool Sealing::has_slice(const Leased& copy) const {
    return std::any_of(recent_.begin(), recent_.end(), [&](const Sealed& slice) { return is_of(slice, copy); });
}

// Of all slices, or those that are waited for.
std::size_t Sealing::bytes_of(bool all) const {
    std::size_t bytes = 0;
    for (const auto& slice : recent_) bytes += all || slice.awaited ? slice.armour.size() : 0;
    return bytes;
}

bool Sealing::may_go_ahead() const {
    if (work_ || (not_before_ && std::chrono::steady_clock::now() < *not_before_)) return false;
    const auto awaited = std::count_if(recent_.begin(), recent_.end(), [](const Sealed& slice) { return slice.awaited; });
    return awaited < 2 || (awaited + 1 < static_cast<std::ptrdiff_t>(most_recent) && bytes_of(false) <= most_bytes);
}

void Sealing::ahead(const std::deque<Leased>& copies) {
    for (auto& slice : recent_)
        slice.awaited = std::any_of(copies.begin(), copies.end(), [&](const Leased& copy) { return is_of(slice, copy); });
    if (!may_go_ahead()) return;
    const auto next = std::find_if(copies.begin(), copies.end(), [this](const Leased& copy) { return copy.sealed && !has_slice(copy); });
    if (next != copies.end()) static_cast<void>(begin(*next));
}

Result<std::optional<Message>> Sealing::message(const Leased& copy) {
    const auto some = [](Message message) { return std::optional(std::move(message)); };
    if (busy() && !has_slice(copy)) return std::optional<Message>{};
    auto collected = done() ? collect() : Result<void>{};
    auto slice = slice_for(copy);
    if (!slice) return tl::unexpected(slice.error());
    if (*slice != nullptr) return made(**slice, copy.who().key).map(some);
    if (work_) return std::optional<Message>{};
    if (!collected) return tl::unexpected(collected.error());
    if (not_before_ && std::chrono::steady_clock::now() < *not_before_)
        return fail(errc::temporary, "GnuPG did not do its work a moment ago; it is asked again soon");
    if (auto begun = begin(copy); !begun) return tl::unexpected(begun.error());
    if (!done()) return std::optional<Message>{};
    collected = collect();
    if (!collected) return tl::unexpected(collected.error());
    slice = slice_for(copy);
    if (!slice) return tl::unexpected(slice.error());
    if (*slice == nullptr) return fail(errc::temporary, "what is known of the reader's key has changed");
    return made(**slice, copy.who().key).map(some);
}

// A copy that came back, because it waited too long for a connection or the relay put it off, is made of the same.
Result<Message> Sealing::made(Sealed& slice, PersonKey person) {
    const auto reader = slice.readers.find(person);
    if (!reader->second.session_key) {
        slice.readers.erase(reader);
        return fail(errc::denied, "GnuPG does not take the reader's key, and the copy leaves encrypted or not at all");
    }
    const auto& session_key = *reader->second.session_key;
    const auto bytes = [&] {
        return slice.armour.entity(slice.outside, slice.hides_key_ids ? openpgp::without_key_id(session_key) : session_key);
    };
    return copying_.with_room(bytes, slice.beyond);
}

// Of the rows leased together those that come next, could be sealed to and get the same. Whether they may receive is asked of each in its
// turn.
void Sealing::add_readers(const Leased& copy, const Copying::ToSeal& what, Work& work) const {
    const auto& batch = *copy.batch;
    const Instant now = room_.clock.now();
    const storage::Store::Reading reading(room_.store);
    work.sealed.as_of = room_.store.register_version();
    std::size_t bytes = 0;
    for (std::size_t at = copy.at; at < batch.standings.size() && work.keys.size() < openpgp::most_in_a_slice; ++at) {
        if (bytes > most_of_keys) break;
        const auto& who = batch.standings[at];
        if (!who.valid_key || what.inside.hidden_from(room_, who.person, now) != what.hidden) continue;
        auto key = room_.store.keys().readers_key(who.key);
        if (!key) continue;
        bytes += key->armour.size();
        work.people.push_back(who.key);
        work.keys.push_back({key->fingerprint, key->armour});
    }
}

// The list's key for what goes through the list, the community's for what caveat wrote.
std::optional<openpgp::OwnKey> Sealing::signer_of(const Leased& copy) const {
    auto& keys = room_.store.keys();
    if (!traits(copy.post().kind).for_a_list) {
        const auto ours = keys.communitys();
        return ours ? std::optional(openpgp::OwnKey{ours->fingerprint, ours->armour}) : std::nullopt;
    }
    const auto key = copy.batch->list ? keys.of_list(copy.batch->list->id) : std::nullopt;
    return key ? std::optional(openpgp::OwnKey{key->fingerprint, key->armour}) : std::nullopt;
}

Result<void> Sealing::begin(const Leased& copy) {
    const auto& list = copy.batch->list;
    if (options_.lists == nullptr) return fail(errc::temporary, "nothing is set up that seals");
    auto own = signer_of(copy);
    if (!own) return fail(errc::temporary, "there is no key of ours to sign with yet");
    const auto what = copying_.to_seal(copy);
    if (!what) return tl::unexpected(what.error());
    const auto& post = copy.post();
    const auto came = copying_.as_it_came(post);
    if (!came) return tl::unexpected(came.error());
    const auto number = number_of(post.id);
    auto enclosed = mail::enclose_copy(what->bytes, {.subject = list ? outer_subject_of(*list, community::Wrapping::sealed) : neutral,
                                                     .label = post.label.value_or(community::Tlp::red),
                                                     .number = number,
                                                     .came = *came});
    if (!enclosed) return tl::unexpected(enclosed.error());
    work_ = std::make_shared<Work>();
    work_->entity = std::move(enclosed->inside);
    work_->signer = std::move(*own);
    // The author's own is inside, as it came: outside stands no key but the list's (K2).
    enclosed->outside += copying_.autocrypt(copy);
    work_->sealed = {post.key, post.label, std::move(enclosed->outside), {}, {}, list && list->hide_key_ids, {}, {}};
    add_readers(copy, *what, *work_);
    const auto run = [work = work_, lists = options_.lists, tell = options_.sealed] {
        work->slice = lists->seal(work->entity, work->signer, work->keys);
        work->entity.clear();
        work->finished = true;
        if (tell) tell();
    };
    if (options_.elsewhere) {
        options_.elsewhere(run);
    } else {
        if (thread_.joinable()) thread_.join();  // the last one has finished
        thread_ = std::thread(run);
    }
    return {};
}

Result<void> Sealing::collect() {
    const auto work = std::move(work_);
    work_.reset();
    auto& slice = *work->slice;
    not_before_.reset();
    if (!slice) {
        not_before_ = std::chrono::steady_clock::now() + options_.seal_again_after;
        return tl::unexpected(slice.error());
    }
    auto& sealed = work->sealed;
    sealed.armour = openpgp::SharedArmour(std::move(slice->data));
    sealed.since = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < work->people.size(); ++i) {
        sealed.readers.emplace(work->people[i], Reader{{std::move(work->keys[i].fingerprint), std::move(work->keys[i].armour)},
                                                       std::move(slice->session_keys[i])});
    }
    recent_.push_front(std::move(sealed));
    make_room();
    return {};
}

// Who is not waited for goes first; of those the oldest.
void Sealing::make_room() {
    while (recent_.size() > 2 && (recent_.size() > most_recent || bytes_of(true) > most_bytes)) {
        const auto idle = std::find_if(recent_.rbegin(), recent_.rend(), [](const Sealed& slice) { return !slice.awaited; });
        recent_.erase(idle == recent_.rend() ? std::prev(recent_.end()) : std::prev(idle.base()));
    }
}

}  // namespace caveat::mailroom
