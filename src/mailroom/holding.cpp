// What people do with held posts. The state is read and changed in one transaction, so that of two moderators the second is told that it is
// done (D7).
#include <algorithm>

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/requests.hpp"
#include "notices.hpp"
#include "sender.hpp"
#include "sent_again.hpp"
#include "telling.hpp"

namespace caveat::mailroom {
namespace {

using community::Actor;
using community::Code;
using storage::Post;
using storage::PostState;

// The local operator may.
bool may_decide(const Room& room, const Actor& by, const Post& post, Instant now) {
    return !by.person || may_moderate(room, *by.person, post.list, now);
}

Result<Post> held_post(const Room& room, const Actor& by, const PostId& id) {
    auto post = room.store.posts().find(id);
    if (!post || !may_decide(room, by, *post, room.clock.now())) return fail(errc::not_found, "there is no held post {}", id);
    if (post->state == PostState::spooled) {
        return fail(errc::conflict,
                    "post {} is not judged yet, which takes a minute at most while GnuPG can be asked: nothing to decide before", id);
    }
    if (post->state != PostState::held) return fail(errc::conflict, "post {} is no longer held", id);
    if (post->forged) return fail(errc::corrupt, "post {} was changed by somebody without the key; nothing is done with it", id);
    return *post;
}

void record(const Room& room, const Actor& by, std::string_view act, const Post& post, const std::string& reason) {
    auto detail = Detail().add("list", post.list.value).add("reason", reason);
    room.store.journal().append(room.clock.now(), by.name, act, post.id.value, community::add_maker(detail, by).text());
}

void refuse(const Room& room, Post& post, community::Reason because) {
    post.state = PostState::refused;
    post.because.insert(post.because.begin(), std::move(because));
    post.decided = room.clock.now();
    room.store.posts().update(post);
    room.store.posts().forget_body(post.key);
}

// What becomes of a post that waited tells its author as seldom as what held it. Asked while its bytes are there.
bool hears_of_end(const Room& room, const Post& post) {
    if (!post.sender) return false;
    const bool proven = may_be_told(room, post);
    const auto bytes = room.vault.open(room.store.posts().body(post.key), post.sealed_as.value);
    const auto headers = bytes.and_then([&](const std::string& b) { return mail::read_headers(b, room.settings.limits); });
    if (!headers) return proven && tells_author(room, *post.sender, false, room.clock.now());
    const auto sender = identify(room, *headers, post.mail_from);
    if (!proven && !is_surely_brought_by_author(room, sender, *headers, post.mail_from)) return false;
    return tells_author(room, *post.sender, !proven || is_seldom_told(room, post, *headers, sender), room.clock.now());
}

// Drops one post that still waits as it did when it was found. `lines`: for the log.
bool expire(const Room& room, const Post& found, std::vector<std::string>& lines) {
    auto post = room.store.posts().get(found.key);
    if (!post || post->forged || post->state != PostState::held || post->decided != found.decided) return false;
    const bool hears = hears_of_end(room, *post);
    post->state = PostState::dropped;
    post->because.insert(post->because.begin(), community::Reason{Code::discarded, "nobody vouched for its author in time"});
    post->decided = room.clock.now();
    room.store.posts().update(*post);
    room.store.posts().forget_body(post->key);
    record(room, {"system", std::nullopt}, "post.expired", *post, "nobody vouched for its author in time");
    if (hears) send_notice(room, "refused", *post->sender, *post, {{"label", ""}, {"because", as_lines(post->because)}});
    lines.push_back(line_of(*post));
    return true;
}

// What a decision forgot does not go out again with another arrival of it, on whichever list that waits (R4). That it was so on another
// list is not for who runs this one to know (A7).
Result<void> is_not_forgotten(const Room& room, const Actor& by, const Post& post) {
    const auto forgotten = forgotten_among(room, under_id(room, post.message_id));
    if (forgotten.empty()) return {};
    constexpr std::string_view instead =
        "Reject or discard it, which destroys it; what may be said its author writes anew, with another Message-ID";
    const auto is_theirs = [&](const storage::ArchivedPost& one) {
        return !by.person || may_moderate(room, *by.person, one.list, room.clock.now());
    };
    if (std::any_of(forgotten.begin(), forgotten.end(), is_theirs))
        return fail(errc::denied, "post {} has the Message-ID of one that was forgotten by decision, so that it does not go out again. {}",
                    post.id, instead);
    return fail(errc::denied, "post {} has a Message-ID with which it does not go out; the secretariat can see why. {}", post.id, instead);
}

// What only the author can settle: judged again, such a post would be held again, and its author told once more (L3, ruling w).
Result<void> can_be_released(const Room& room, const Actor& by, const Post& post) {
    const auto code = post.because.empty() ? Code::none : post.because.front().code;
    if (code == Code::label_held) {
        return fail(
            errc::denied,
            "post {} waits for its label, which only its author can settle: {}. Reject it with a reason, so that the author sends it "
            "again with one clear label, or leave it: it goes back to the author at {}",
            post.id, post.because.front().words, to_string(*waits_until(room, post)));
    }
    if (code == Code::not_named) {
        return fail(
            errc::denied,
            "post {} waits for names, which only its author can give: {}. Reject it with a reason, so that the author sends it again "
            "and names in To or Cc those who are to read it",
            post.id, post.because.front().words);
    }
    if (code == Code::author_shown) {
        return fail(errc::denied,
                    "post {} must not name its author, and {}. Reject it with a reason, so that the author sends it again without that",
                    post.id, post.because.front().words);
    }
    if (code == Code::anothers_data) {
        return fail(errc::denied,
                    "post {} may be somebody else's, and nobody here can see whose: {}. Reject it with a reason, or discard it", post.id,
                    post.because.front().words);
    }
    return is_not_forgotten(room, by, post);
}

// Whoever administers the community moderates by duty, the posts of their colleagues as well.
bool administers(const Room& room, const PersonId& person, Instant now) {
    const auto terms = room.rules.in_force(room.store.powers().held_terms(person, now));
    return std::any_of(terms.begin(), terms.end(),
                       [&](const community::Term& term) { return room.rules.role_has(term.role, policy::Trait::administers); });
}

// Whatever else holds it: a release settles both.
bool needs_moderator(const Room& room, const Post& post, Instant now) {
    const auto is_moderated = [](const community::Reason& reason) { return reason.code == Code::moderated; };
    if (std::any_of(post.because.begin(), post.because.end(), is_moderated)) return true;
    const auto list = room.store.rosters().list(post.list);
    const auto author = list && post.sender ? room.store.standing(*post.sender, post.list, now) : std::nullopt;
    const policy::Item item{.label = post.label.value_or(community::Tlp::red), .posted = now};
    return author && ask_right(room, community::Verb::post, *author, *list, item, now).answer == policy::Answer::moderated;
}

// Of a post that may be of somebody else than it says: whoever it says would vouch for themselves.
bool is_doubted(const Post& post) {
    const auto is_other = [](const community::Reason& reason) {
        return reason.code == Code::other_author || reason.code == Code::signer_other;
    };
    return std::any_of(post.because.begin(), post.because.end(), is_other);
}

TeamId team_of(const Room& room, const PersonId& id) {
    const auto person = room.store.directory().person(id);
    return person ? person->team : TeamId{};
}

// Whoever has a mail of somebody can send it on: that it goes out is for another one to say than who sent it, and where somebody else
// moderates, than their team, but for who administers. Within its author's own team it is not sent on.
Result<void> is_brought_by_others(const Room& room, const Actor& by, const Post& post) {
    if (!by.person) return {};
    constexpr std::string_view person = "person ";
    const auto lender = by.lent_by.starts_with(person) ? std::optional(PersonId{by.lent_by.substr(person.size())}) : std::nullopt;
    constexpr std::string_view who_may =
        "and its author may not have sent it here: another moderator, the secretariat or the operator can release it";
    for (const auto& address : mail::envelope_authors(post.mail_from)) {
        const auto carrier = room.store.directory().person_of(address, mail::normalise_address);
        if (!carrier || carrier == post.sender) continue;
        if (by.person == carrier || lender == carrier) return fail(errc::denied, "post {} came by your own hand, {}", post.id, who_may);
        const auto team = team_of(room, *carrier);
        const bool theirs = team_of(room, *by.person) == team || (lender && team_of(room, *lender) == team);
        const bool colleagues = theirs && !(post.sender && team_of(room, *post.sender) == team);
        if (colleagues && !administers(room, *by.person, room.clock.now()) && is_moderated_outside(room, post, team, room.clock.now()))
            return fail(errc::denied, "post {} came by the hand of your own team, {}", post.id, who_may);
    }
    return {};
}

// What is posted through a moderator is looked at by somebody else than who wrote it, and than their team (rules.md §2).
Result<void> is_anothers(const Room& room, const Actor& by, const Post& post) {
    const Instant now = room.clock.now();
    const bool doubted = is_doubted(post);
    if (!by.person || (post.target != storage::Target::list && !doubted) || (!doubted && !needs_moderator(room, post, now))) return {};
    const std::string_view why = doubted ? "somebody else may have written it" : "it goes through a moderator";
    constexpr std::string_view who_may = "another moderator, the secretariat or the operator can release it";
    const bool lent_by_its_author = post.sender && by.lent_by == "person " + post.sender->value;
    if (by.person == post.sender || lent_by_its_author) return fail(errc::denied, "post {} is your own, and {}: {}", post.id, why, who_may);
    if (administers(room, *by.person, now)) return {};
    // Who asked not to be named is not named by whom it is refused to either: it is so to all of them.
    if (post.caveats.author_withheld)
        return fail(errc::denied,
                    "post {} goes through a moderator who is not of its author's team, and does not name that: the secretariat or the "
                    "operator can release it",
                    post.id);
    const auto person = room.store.directory().person(*by.person);
    const auto author = post.sender ? room.store.directory().person(*post.sender) : std::nullopt;
    if (person && (person->team == post.team || (author && person->team == author->team)))
        return fail(errc::denied, "post {} is of your own team, and {}: {}", post.id, why, who_may);
    return {};
}

}  // namespace

bool only_its_author_settles(const Post& post) {
    const auto code = post.because.empty() ? Code::none : post.because.front().code;
    return code == Code::label_held || code == Code::not_named || code == Code::author_shown || code == Code::anothers_data;
}

namespace {

bool waits_for_its_label(const Post& post) { return !post.because.empty() && post.because.front().code == Code::label_held; }
bool is_over(const std::optional<Instant>& until, Instant now) { return until && *until <= now; }

// Also where it was held once more since: that says first that it came again.
bool waits_for_proof(const Post& post) {
    const auto why = std::find_if(post.because.begin(), post.because.end(),
                                  [](const community::Reason& reason) { return reason.code != Code::replayed; });
    return why != post.because.end() && why->code == Code::authentication;
}

}  // namespace

std::optional<Instant> waits_until(const Room& room, const Post& post) {
    if (waits_for_its_label(post)) return post.decided + room.rules.hold_for_correction();
    if (waits_for_proof(post) || post.target == storage::Target::to_operator) return post.decided + room.settings.quotas.unproven_life;
    return std::nullopt;
}

Result<void> Mailroom::release(const Actor& by, const PostId& id, const std::string& reason) {
    storage::Store::Transaction transaction(room_.store);
    auto post = held_post(room_, by, id);
    if (!post) return tl::unexpected(post.error());
    if (auto ok = can_be_released(room_, by, *post); !ok) return ok;
    if (auto ok = is_brought_by_others(room_, by, *post); !ok) return ok;
    if (auto ok = is_anothers(room_, by, *post); !ok) return ok;
    post->state = PostState::spooled;
    post->released_by = by.name;
    room_.store.posts().update(*post);
    record(room_, by, "post.released", *post, reason);
    transaction.commit();
    return {};
}

Result<void> Mailroom::reject(const Actor& by, const PostId& id, const std::string& reason) {
    storage::Store::Transaction transaction(room_.store);
    auto post = held_post(room_, by, id);
    if (!post) return tl::unexpected(post.error());
    const bool tell = may_be_told(room_, *post) || hears_of_end(room_, *post);
    refuse(room_, *post, {Code::rejected, reason.empty() ? "by a moderator" : reason});
    record(room_, by, "post.rejected", *post, reason);
    if (tell)
        send_notice(room_, "rejected", *post->sender, *post, {{"because", as_lines({reason.empty() ? "no reason was given" : reason})}});
    transaction.commit();
    told({line_of(*post)});
    return {};
}

Result<void> Mailroom::discard(const Actor& by, const PostId& id, const std::string& reason) {
    storage::Store::Transaction transaction(room_.store);
    auto post = held_post(room_, by, id);
    if (!post) return tl::unexpected(post.error());
    post->state = PostState::dropped;
    post->because.insert(post->because.begin(), community::Reason{Code::discarded, "by a moderator"});
    post->decided = room_.clock.now();
    room_.store.posts().update(*post);
    room_.store.posts().forget_body(post->key);
    record(room_, by, "post.discarded", *post, reason);
    transaction.commit();
    told({line_of(*post)});
    return {};
}

std::size_t Mailroom::discard_unproven() {
    const Instant now = room_.clock.now();
    storage::Posts::Filter only_held;
    only_held.state = PostState::held;
    auto held = room_.store.posts().select(only_held);
    std::erase_if(held, [&](const Post& post) { return waits_for_its_label(post) || !is_over(waits_until(room_, post), now); });
    if (held.empty()) return 0;
    storage::Store::Transaction transaction(room_.store);
    std::vector<std::string> lines;
    const auto expired = std::count_if(held.begin(), held.end(), [&](const Post& post) { return expire(room_, post, lines); });
    transaction.commit();
    told(lines);
    return static_cast<std::size_t>(expired);
}

std::size_t Mailroom::return_overdue() {
    const Instant now = room_.clock.now();
    const auto overdue = [&](const Post& post) { return waits_for_its_label(post) && is_over(waits_until(room_, post), now); };
    storage::Posts::Filter only_held;
    only_held.state = PostState::held;
    auto held = room_.store.posts().select(only_held);
    std::erase_if(held, [&](const Post& post) { return !overdue(post); });
    if (held.empty()) return 0;
    storage::Store::Transaction transaction(room_.store);
    std::vector<std::string> lines;
    for (const auto& candidate : held) {
        auto post = room_.store.posts().get(candidate.key);  // somebody may have decided meanwhile
        if (!post || post->forged || post->state != PostState::held) continue;
        const auto why = post->because;
        const bool hears = hears_of_end(room_, *post);
        refuse(room_, *post, {Code::returned, "the label was not corrected in time"});
        record(room_, {"system", std::nullopt}, "post.returned", *post, "");
        if (hears) send_notice(room_, "returned", *post->sender, *post, {{"because", as_lines(why)}});
        lines.push_back(line_of(*post));
    }
    transaction.commit();
    told(lines);
    return lines.size();
}

}  // namespace caveat::mailroom
