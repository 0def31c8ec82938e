#include "spool.hpp"

#include <algorithm>

#include "post_question.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::uint64_t bytes_read_at_once = 1U << 20;  // of small posts before a transaction: a short slice of the desk's time

// An envelope is a claim that anybody can make.
bool is_vouched_for(const storage::Post& post) { return post.strength >= community::Strength::dmarc || !post.released_by.empty(); }

}  // namespace

std::vector<Spool::Next> Spool::next(std::size_t most, std::uint64_t largest) {
    std::vector<Next> chosen;
    std::shared_ptr<const Prepared> before;  // posts of one submission follow each other
    std::uint64_t bytes = 0;
    PostKey after = 0;
    for (;;) {
        const auto page = room_.store.posts().spooled(after, largest, brought_ ? brought_->sealed_as : PostId{}, most);
        for (const auto& [post, size] : page) {
            after = post.key;
            if (still_waits(post.key)) continue;
            const bool brought = brought_ && brought_->is(post);
            if (!brought && (size > largest || is_for_gnupg(post.key))) continue;
            if (chosen.size() == most || (!chosen.empty() && bytes >= bytes_read_at_once)) return chosen;
            if (brought) {
                chosen.push_back({post.key, brought_});
                continue;
            }
            if (!before || !before->is(post)) {
                before = prepare(room_, to_read(post));
                bytes += size;
            }
            if (before->wants_gnupg) {
                wait_for_gnupg(post.key, is_vouched_for(post));
            } else {
                chosen.push_back({post.key, before});
            }
        }
        if (page.size() < most) return chosen;
    }
}

bool Spool::is_for_gnupg(PostKey key) const {
    return std::any_of(for_gnupg_.begin(), for_gnupg_.end(), [&](const ForGnupg& one) { return one.key == key; });
}

void Spool::wait_for_gnupg(PostKey key, bool proven) {
    const auto others = std::find_if(for_gnupg_.begin(), for_gnupg_.end(), [](const ForGnupg& one) { return !one.proven; });
    for_gnupg_.insert(proven ? others : for_gnupg_.end(), {key, proven});
}

bool Spool::asks_gnupg_again() const { return !away_ && !for_gnupg_.empty() && std::chrono::steady_clock::now() >= not_before_; }

std::optional<storage::Post> Spool::next_big(std::uint64_t largest) {
    return room_.store.posts().next_big(largest, [this](PostKey key) { return is_for_gnupg(key) || still_waits(key); });
}

std::optional<storage::Post> Spool::next_for_gnupg() {
    if (!asks_gnupg_again()) return std::nullopt;
    while (!for_gnupg_.empty()) {
        auto post = room_.store.posts().get(for_gnupg_.front().key);
        if (post && post->state == storage::PostState::spooled && !post->forged) return post;
        for_gnupg_.pop_front();  // it was judged, or somebody changed it
    }
    return std::nullopt;
}

std::optional<storage::Post> Spool::next_errand(std::uint64_t largest) {
    gnupg_next_ = !gnupg_next_;
    auto post = gnupg_next_ ? next_for_gnupg() : next_big(largest);
    return post ? post : gnupg_next_ ? next_big(largest) : next_for_gnupg();
}

std::optional<Errand> Spool::errand(std::uint64_t largest) {
    if (away_) return std::nullopt;
    if (brought_ && brought_waits()) return std::nullopt;
    brought_.reset();
    const auto post = next_errand(largest);
    if (!post) return std::nullopt;
    const bool asks_gnupg = is_for_gnupg(post->key);
    const auto what = std::make_shared<const ToRead>(to_read(*post, asks_gnupg));
    away_ = true;
    const auto work = [self = shared_from_this(), key = post->key, what]() -> std::function<void()> {
        auto prepared = prepare(self->room_, *what);
        return [self, key, prepared = std::move(prepared)]() mutable { self->bring(key, std::move(prepared)); };
    };
    return Errand{work, asks_gnupg};
}

// To be judged. What was read for several posts of a submission serves until the last of them is.
bool Spool::brought_waits() {
    if (brought_->post.empty()) return !room_.store.posts().spooled(0, 0, brought_->sealed_as, 1).empty();
    const auto post = room_.store.posts().find(brought_->post);
    return post && post->state == storage::PostState::spooled && !post->forged;
}

// What GnuPG is still to be asked about goes behind the others.
void Spool::bring(PostKey key, std::shared_ptr<const Prepared> prepared) {
    away_ = false;
    const bool proven =
        std::any_of(for_gnupg_.begin(), for_gnupg_.end(), [&](const ForGnupg& one) { return one.key == key && one.proven; });
    std::erase_if(for_gnupg_, [&](const ForGnupg& one) { return one.key == key; });
    if (prepared->later) not_before_ = std::chrono::steady_clock::now() + room_.settings.gnupg_again;
    if (prepared->later || prepared->wants_gnupg)
        wait_for_gnupg(key, proven);
    else
        brought_ = std::move(prepared);
}

void Spool::judged(const Next& post) {
    waiting_.erase(post.key);
    waits_since_.erase(post.key);
    lacking_.erase(post.prepared->sealed_as.value);
}

// A big one that waits makes room for the parent, which may be big as well and came first.
void Spool::waits(const Next& post, PostKey parent, Instant now) {
    waiting_[post.key] = parent;
    waits_since_.emplace(post.key, now);
    if (post.prepared == brought_) brought_.reset();
}

bool Spool::waited_long(PostKey key, Instant now) const {
    const auto since = waits_since_.find(key);
    return since != waits_since_.end() && now - since->second >= longest_wait_for_parent;
}

void Spool::read_again(const Next& post) {
    if (post.prepared == brought_) brought_.reset();
}

void Spool::lacks(const Next& post, const LabelFacts& label) {
    lacking_[post.prepared->sealed_as.value].push_back(label);
    read_again(post);
}

bool Spool::still_waits(PostKey key) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return false;
    const auto parent = room_.store.posts().get(found->second);
    if (parent && parent->state == storage::PostState::spooled && !parent->forged && !waited_long(key, room_.clock.now())) return true;
    waiting_.erase(found);
    return false;
}

// With the labels of all lists that the submission names, as far as the rows tell now: the sender was looked up when it came, and may prove
// to be more by a signature.
ToRead Spool::to_read(const storage::Post& post, bool with_gnupg) {
    ToRead what{post.sealed_as, extent_of(post.target), room_.store.posts().body(post.key), room_.clock.now(), {}};
    what.for_list = post.target == storage::Target::list;
    if (room_.opener != nullptr && (what.for_list || post.target == storage::Target::owner)) what.post = post.id;
    if (with_gnupg) {
        what.with_list_keys = is_list_of(room_, post, what.now);
        what.keys = known_keys(room_.store, what.with_list_keys ? post.list : ListId{}, post.sender, what.now);
    }
    if (what.extent != Extent::whole) return what;
    what.author = known_as(room_, post.sender);
    if (const auto found = lacking_.find(post.sealed_as.value); found != lacking_.end()) what.labels = found->second;
    auto posts = room_.store.posts().spooled_beside(post.key);
    posts.push_back(post);
    const auto add = [&](const LabelFacts& facts) {
        if (std::find(what.labels.begin(), what.labels.end(), facts) == what.labels.end()) what.labels.push_back(facts);
    };
    StrictestDefault strictest(room_, what.now);
    for (const auto& one : posts) {
        what.addressed.push_back(mail::normalise_address(one.rcpt_to));
        const bool labelled = one.target == storage::Target::list || one.target == storage::Target::owner;
        const auto list = labelled ? room_.store.rosters().list(one.list) : std::nullopt;
        if (!list) continue;
        const auto beside = strictest.of(one, one.sender, {});
        const bool own = is_own_envelope(room_, {one.from, one.sender}, one.mail_from);
        add(label_facts(room_.rules, *list, {one.strength, own, false}, beside));
        if (with_gnupg) add(label_facts(room_.rules, *list, {one.strength, own, true}, beside));
    }
    return what;
}

}  // namespace caveat::mailroom
