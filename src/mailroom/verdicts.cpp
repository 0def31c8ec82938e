#include "verdicts.hpp"

#include <algorithm>
#include <iterator>

#include "author.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "conclusion.hpp"
#include "notices.hpp"
#include "telling.hpp"

namespace caveat::mailroom {

using community::Code;
using policy::Verdict;
using storage::Post;

namespace {

// What came again leaves with a word of that whatever else it waits for in between.
void keep_that_it_came_again(const Post& post, std::vector<community::Reason>& because) {
    const auto says_so = [](const community::Reason& reason) { return reason.code == Code::replayed; };
    if (post.released_by.empty() || std::any_of(because.begin(), because.end(), says_so)) return;
    std::copy_if(post.because.begin(), post.because.end(), std::back_inserter(because), says_so);
}

}  // namespace

void Verdicts::conclude(Post& post, Verdict verdict, std::vector<community::Reason> because, std::span<const Post> beside) {
    for (const auto& other : beside) lines_.push_back(line_of(other));
    if (!may_stay(post) && (verdict == Verdict::hold || verdict == Verdict::refuse)) {  // a stranger is told nothing (K6)
        verdict = Verdict::drop;
        because.insert(because.begin(), {Code::authentication, "given up: enough mail waits here that only claims to be its author's"});
    }
    if (verdict == Verdict::hold) keep_that_it_came_again(post, because);
    write(post, verdict, because);
    const bool first = post.released_by.empty() || only_its_author_settles(post);
    if (verdict == Verdict::hold && first) held_[post.list].push_back(post);
    record_verdict(room_, post, verdict, ids_of(beside), now_);
}

void Verdicts::tell_of_held() {
    for (auto& [list, posts] : held_) {
        std::erase_if(posts, [&](const Post& post) {
            const bool caught = !post.because.empty() && post.because.front().code == Code::anothers_data;
            return only_its_author_settles(post) && !caught && letters_.told_that_it_waits(post.key);
        });
        if (!posts.empty() && room_.store.rosters().list(list)) tell_moderators(room_, list, posts, now_);
    }
}

void Verdicts::write(Post& post, Verdict verdict, const std::vector<community::Reason>& because) {
    settle(room_, post, verdict, because, now_);
    if (post.kind == storage::PostKind::post) lines_.push_back(line_of(post));
    // A moderator vouched for its author, or a signature did.
    const bool vouched = !post.released_by.empty() || post.strength == community::Strength::signature;
    if (unproven_ && verdict == Verdict::distribute && vouched) unproven_->forget(post.sealed_as);
}

// As a mail that claims to be its author's and, for all that GnuPG says, need not be.
bool Verdicts::may_stay(const Post& post) {
    if (unproven_ == nullptr || post.kind != storage::PostKind::post || !post.released_by.empty()) return true;
    if (post.strength == community::Strength::signature) unproven_->verified(post.sealed_as);
    const bool room = unproven_->may_stay(room_.settings.quotas, post.sealed_as, now_);
    return room || (list_known_to(room_, post.sender, post.list, now_) && is_proven(room_, post));
}

}  // namespace caveat::mailroom
